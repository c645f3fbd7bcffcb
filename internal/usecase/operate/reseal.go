package operate

import (
	"context"
	"errors"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/contact"
	"varn/internal/domain/directory"
	"varn/internal/domain/function"
	"varn/internal/domain/job"
	"varn/internal/domain/listed"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/domain/screening"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// resealBatch is how many rows are read and written in one transaction.
const resealBatch = 200

// boxes are rows of one kind with the place that each box belongs to.
type boxes struct {
	store.Boxes
	ad func(org string, r store.BoxRow) seal.AD
}

// under lists the rows that hold a box under a purpose's key. Ceremonies are over in minutes, and
// exclusions, rules and outside numbers lie in rows with a MAC: they go their own way.
func under(p keyring.Purpose) []boxes {
	switch p {
	case keyring.Names:
		return []boxes{
			{store.PersonBoxes(), func(org string, r store.BoxRow) seal.AD { return person.Person{Org: org, ID: r.ID}.AD() }},
			{store.AuthorityBoxes(), func(org string, r store.BoxRow) seal.AD {
				return organisation.Authority{Org: org, ID: r.ID, Version: r.Version}.AD()
			}},
			{store.UnitBoxes(), func(org string, r store.BoxRow) seal.AD {
				return organisation.Unit{Org: org, Authority: r.Part, ID: r.ID, Version: r.Version}.AD()
			}},
			{store.FunctionBoxes(), func(org string, r store.BoxRow) seal.AD {
				return function.Function{Org: org, ID: r.ID, Version: r.Version}.AD()
			}},
			{store.CustodianBoxes(), func(org string, r store.BoxRow) seal.AD {
				return store.RecoveryKey{Org: org, Version: r.Version}.AD()
			}},
			{store.RecoveryBoxes(), func(org string, r store.BoxRow) seal.AD {
				return store.Recovery{Org: org, ID: r.ID, Person: r.Part}.AD()
			}},
		}
	case keyring.Directory:
		return []boxes{portraits(directory.Large), portraits(directory.Small)}
	case keyring.Exposure:
		return []boxes{
			{store.PageBoxes(), func(org string, r store.BoxRow) seal.AD { return watch.Page{Org: org, ID: r.ID, Site: r.Part}.AD() }},
			{store.ExposureBoxes(), func(org string, r store.BoxRow) seal.AD { return watch.Finding{Org: org, ID: r.ID}.AD() }},
			{store.PlaceBoxes(), func(org string, r store.BoxRow) seal.AD { return watch.Place{Org: org, ID: r.ID, Finding: r.Part}.AD() }},
			{store.ListedBoxes(), func(org string, r store.BoxRow) seal.AD { return listed.Row{Org: org, ID: r.ID, Person: r.Part}.AD() }},
			{store.SearchBoxes(), func(org string, r store.BoxRow) seal.AD { return listed.SearchRow{Org: org, Person: r.ID}.AD() }},
		}
	case keyring.Settings:
		return []boxes{{store.SettingBoxes(), func(org string, r store.BoxRow) seal.AD {
			return organisation.Setting{Org: org, Name: r.ID, Version: r.Version}.AD()
		}}}
	case keyring.Mail:
		return []boxes{
			{store.ExampleBoxes(), func(org string, r store.BoxRow) seal.AD {
				return screening.Example{Org: org, ID: r.ID, Letter: r.Part}.AD()
			}},
			{store.WeightBoxes(), func(org string, r store.BoxRow) seal.AD { return screening.Own{Org: org, ID: r.ID}.AD() }},
			{store.FormBoxes(), func(org string, r store.BoxRow) seal.AD { return contact.Form{Org: org, ID: r.ID}.AD() }},
			{store.MailboxBoxes(), func(org string, r store.BoxRow) seal.AD {
				return mailbox.Mailbox{Org: org, ID: r.ID, Version: r.Version}.AD()
			}},
			{store.ReplyBoxes(), func(org string, r store.BoxRow) seal.AD {
				part := strings.SplitN(r.Part, " ", 2)
				return mailbox.Reply{Org: org, Tag: r.ID, Mailbox: part[0], Thread: part[1]}.AD()
			}},
			{store.QueueBoxes(), func(org string, r store.BoxRow) seal.AD {
				part := strings.SplitN(r.Part, " ", 3)
				return mailbox.Entry{Org: org, ID: r.ID, Mailbox: part[0], Letter: part[1], Load: mailbox.Load(part[2])}.AD()
			}},
		}
	}
	return nil
}

// portraits are the pictures of one size.
func portraits(size directory.Size) boxes {
	return boxes{store.PortraitBoxes(size), func(org string, r store.BoxRow) seal.AD { return directory.PictureAD(org, r.ID, size) }}
}

// Reseal does the job that a rotation leaves: what lies under an older version of the purpose's key
// is sealed under the newest. A row that somebody edits meanwhile is left alone, since the edit
// has sealed it anew; done twice, it finds nothing to do.
func (d *Desk) Reseal(ctx context.Context, j job.Job) error {
	if err := d.LearnKeys(ctx, j.Org); err != nil {
		return err
	}
	k, err := d.Ring.Org(j.Org)
	if err != nil {
		return err
	}
	p := keyring.Purpose(j.Args["purpose"])
	var all error
	for _, b := range under(p) {
		all = errors.Join(all, d.resealRows(ctx, k, p, b))
	}
	switch p {
	case keyring.Exclusion:
		all = errors.Join(all, d.resealEach(ctx, k, (*store.Tx).GuardedRefs, d.resealExclusion))
	case keyring.Settings:
		all = errors.Join(all, d.resealEach(ctx, k, (*store.Tx).RulingIDs, d.resealRuling))
	case keyring.Names:
		all = errors.Join(all, d.resealEach(ctx, k, (*store.Tx).OutsideIDs, d.resealOutside))
	case keyring.Directory:
		all = errors.Join(all, d.resealEach(ctx, k, (*store.Tx).EntryIDs, d.resealEntry))
	case keyring.Exposure:
		all = errors.Join(all, d.resealEach(ctx, k, (*store.Tx).SiteIDs, d.resealSite))
	}
	return all
}

func (d *Desk) resealRows(ctx context.Context, k *keyring.Keys, p keyring.Purpose, of boxes) error {
	var all error
	for after := ""; ctx.Err() == nil; {
		var rows []store.BoxRow
		err := d.read(ctx, k, func(tx *store.Tx) (err error) {
			rows, err = tx.Boxes(of.Boxes, after, resealBatch)
			return err
		})
		if err != nil {
			return errors.Join(all, err)
		}
		all = errors.Join(all, d.resealBatch(ctx, k, p, of, rows))
		if len(rows) < resealBatch {
			return all
		}
		after = rows[len(rows)-1].ID
	}
	return errors.Join(all, ctx.Err())
}

// resealBatch seals before it writes. A row that does not open stays as it is and is told of.
func (d *Desk) resealBatch(ctx context.Context, k *keyring.Keys, p keyring.Purpose, of boxes, rows []store.BoxRow) error {
	key, newest := k.For(p), k.Newest(p)
	var old []store.BoxRow
	var fresh []seal.Box
	var bad error
	for _, r := range rows {
		if r.Sealed.Version() >= newest {
			continue
		}
		plain, err := key.OpenPadded(r.Sealed, of.ad(k.Org, r))
		if err != nil {
			bad = errors.Join(bad, fault.New(fault.Internal, "fault.tampered", of.Kind+" "+r.ID+" does not open"))
			continue
		}
		old, fresh = append(old, r), append(fresh, key.SealPadded(plain, of.ad(k.Org, r)))
	}
	if len(old) == 0 {
		return bad
	}
	return errors.Join(bad, d.write(ctx, k, func(tx *store.Tx) error {
		for i, r := range old {
			if _, err := tx.SwapBox(of.Boxes, r, fresh[i]); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Act: "keys.reseal"})
	}))
}
