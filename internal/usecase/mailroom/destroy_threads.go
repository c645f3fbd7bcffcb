package mailroom

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// OverThread is a thread whose time is over, as an archivist sees it: never its content.
type OverThread struct {
	ID        string
	Authority string
	Address   string
	Handling  mailbox.Handling
	Number    string // in the register, of one that was registered
	Letters   int64
	Opened    clock.Stamp
	Changed   clock.Stamp
	Decision  string
}

const (
	// mostDestroyed is how many threads one decision destroys.
	mostDestroyed = 200
	// stranding is how long a blob may be on its way before it counts as left by a kill.
	stranding = time.Hour
)

func (d *Desk) archivist(s *access.Session) (*keyring.Keys, error) {
	k, err := d.keys(s)
	if err == nil && !s.Has(access.Archivist) {
		err = fault.New(fault.Denied, "fault.role")
	}
	return k, err
}

// OverThreads (brevväxlingar att gallra) lists the threads whose time is over: sorted by a registrar, by the years or months that
// their authority's rule says after the last letter. One that nobody has sorted, and a party's, has no such time.
func (d *Desk) OverThreads(ctx context.Context, s *access.Session) ([]OverThread, error) {
	k, err := d.archivist(s)
	if err != nil {
		return nil, err
	}
	var out []OverThread
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		out, err = d.over(tx, k)
		return err
	})
	return out, err
}

func (d *Desk) over(tx *store.Tx, k *keyring.Keys) (out []OverThread, err error) {
	rules, err := tx.VouchedRulings(k, ruling.Retention, "", ruling.Active)
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		raw, err := k.For(keyring.Settings).OpenPadded(r.Sealed, r.AD())
		if err != nil {
			return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		var rule casefile.RetentionRule
		if err := json.Unmarshal(raw, &rule); err != nil {
			return nil, err
		}
		for _, of := range []struct {
			handling mailbox.Handling
			before   clock.Stamp
		}{{mailbox.Registered, rule.LettersBefore(d.now())}, {mailbox.Minor, rule.MinorBefore(d.now())}} {
			if of.before == 0 || len(out) >= mostDestroyed {
				continue
			}
			threads, err := tx.ThreadsOver(r.Scope, of.handling, of.before, mostDestroyed-len(out))
			if err != nil {
				return nil, err
			}
			for _, t := range threads {
				one, err := overThread(tx, k, t, rule)
				if err != nil {
					return nil, err
				}
				out = append(out, one)
			}
		}
	}
	return out, nil
}

func overThread(tx *store.Tx, k *keyring.Keys, t mailbox.Thread, rule casefile.RetentionRule) (OverThread, error) {
	out := OverThread{ID: t.ID, Authority: t.Authority, Handling: t.Handling, Letters: t.Letters, Opened: t.Opened, Changed: t.Changed, Decision: rule.Decision}
	m, err := tx.VouchedMailbox(k, t.Mailbox)
	if err != nil {
		return out, err
	}
	card, err := m.Card(k)
	if err != nil {
		return out, err
	}
	out.Address = card.Address
	if t.Entry != "" {
		r, err := tx.VouchedRegistration(k, t.Entry)
		if err != nil {
			return out, err
		}
		out.Number = r.Number
	}
	return out, nil
}

// DestroyThreads (gallra brevväxlingar) destroys threads whose time is over: a person decides, by the decision that the rule
// names. Letters, readers' wraps and what waited to leave go; the register's entry stays. One that is not over, or in which a letter
// came meanwhile, is left and said.
func (d *Desk) DestroyThreads(ctx context.Context, s *access.Session, ids []string) (destroyed int, err error) {
	k, err := d.archivist(s)
	if err != nil {
		return 0, err
	}
	if len(ids) == 0 || len(ids) > mostDestroyed {
		return 0, fault.In("threads", "field.required")
	}
	if d.DB.TimeDoubt() != store.NoDoubt {
		return 0, fault.New(fault.Unavailable, "fault.clock-doubt")
	}
	var all []OverThread
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) { // nothing is opened inside the writer
		all, err = d.over(tx, k)
		return err
	}); err != nil {
		return 0, err
	}
	for _, id := range ids {
		i := slices.IndexFunc(all, func(o OverThread) bool { return o.ID == id })
		if i < 0 {
			return destroyed, fault.New(fault.Conflict, "letter.kept")
		}
		var objects []string
		if err := d.write(ctx, k, func(tx *store.Tx) error {
			now, err := tx.Thread(id)
			if err != nil {
				return err
			}
			if now.Changed != all[i].Changed || now.Letters != all[i].Letters || now.Handling != all[i].Handling {
				return fault.New(fault.Conflict, "letter.kept")
			}
			gone, blobs, err := tx.EraseThread(id, d.now())
			if err != nil {
				return err
			}
			objects = blobs
			return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "letter.destroy", Authority: now.Authority, Case: id, Rows: gone})
		}); err != nil {
			return destroyed, err
		}
		destroyed++
		if err := d.unland(ctx, k, objects); err != nil {
			return destroyed, err
		}
	}
	return destroyed, nil
}

// unland deletes blobs that no letter speaks of, and the notes of them.
func (d *Desk) unland(ctx context.Context, k *keyring.Keys, objects []string) error {
	for _, name := range objects {
		if err := d.Blob.Delete(ctx, name); err != nil {
			return err
		}
		if err := d.write(ctx, k, func(tx *store.Tx) error { return tx.Landed(name) }); err != nil {
			return err
		}
	}
	return nil
}

// Sweep deletes what a kill left of large letters between their bytes and their commit: the sender got no answer, and
// has sent them again.
func (d *Desk) Sweep(ctx context.Context, org string) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	var names []string
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		names, err = tx.Stranded(d.now().Add(-stranding), mostDestroyed)
		return err
	}); err != nil {
		return err
	}
	return d.unland(ctx, k, names)
}
