// Package inspect proves the log: that nothing was changed, on a live database or an export.
package inspect

import (
	"context"
	"io"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/contact"
	"varn/internal/domain/directory"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/domain/registration"
	"varn/internal/domain/ruling"
	"varn/internal/domain/watch"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Desk does the acts of this package. It needs no private key of anybody's.
type Desk struct {
	DB   *store.DB
	Ring *keyring.Ring
	Keys *keyplace.Place
}

// Verify replays an organisation's whole log and compares it with every sealed row that the log
// speaks of, every case's count, and the checkpoint that lies beside the server key.
func (d *Desk) Verify(ctx context.Context, org string) (audit.Report, error) {
	with := store.Comparison{Kinds: kinds(), Rows: rows, Counts: counts}
	held, err := d.Keys.Checkpoint(org)
	if err != nil {
		return audit.Report{}, err
	}
	if held != nil {
		with.Held = [][]byte{held}
	}
	return d.DB.Verify(ctx, org, with)
}

// Export writes the log so that it can be verified with the public key alone. Reading the log
// is logged.
func (d *Desk) Export(ctx context.Context, org, actor string, w io.Writer) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	if err := d.DB.Org(org).Write(ctx, func(tx *store.Tx) error {
		return tx.Log(audit.Entry{Actor: k.Tag(actor), Act: "log.export"})
	}); err != nil {
		return err
	}
	return d.DB.Export(ctx, org, w)
}

func kinds() []string {
	return []string{"person", "role", "function", "holder", "unlocker", "case", "place", "item", "recovery", "recovery_key", organisation.KeyVersions,
		"receipt", "registration", "record_request", "ruling", "duty", "referral", "mailbox", "delegate", "letter", "directory", "contact_form", "exposure_site", "exposure_finding"}
}

// rows gives every sealed row that the log speaks of, as it stands in the database.
func rows(tx *store.Tx, visit func(audit.Row) error) error {
	for _, table := range []func(*store.Tx, func(audit.Row) error) error{people, roles, functions, holders, unlockers, cases, places, items, recoveries, keyVersions, reports, registers, rulings, letters, entries, exposures} {
		if err := table(tx, visit); err != nil {
			return err
		}
	}
	return nil
}

func people(tx *store.Tx, visit func(audit.Row) error) error {
	return tx.EachPerson(func(p *person.Person) error {
		return visit(audit.Row{Kind: "person", ID: p.ID, Hash: p.Who().Hash()})
	})
}

func roles(tx *store.Tx, visit func(audit.Row) error) error {
	all, err := tx.RolesOf("")
	return each(all, err, visit, func(g person.RoleGrant) audit.Row {
		return audit.Row{Kind: "role", ID: g.ID, Hash: g.Who().Hash()}
	})
}

func functions(tx *store.Tx, visit func(audit.Row) error) error {
	all, err := tx.Functions()
	return each(all, err, visit, func(f function.Function) audit.Row {
		return audit.Row{Kind: "function", ID: f.ID, Hash: f.Who().Hash()}
	})
}

func holders(tx *store.Tx, visit func(audit.Row) error) error {
	all, err := tx.HoldersOf("")
	return each(all, err, visit, func(h function.Holder) audit.Row {
		return audit.Row{Kind: "holder", ID: h.ID, Hash: h.Who().Hash()}
	})
}

func unlockers(tx *store.Tx, visit func(audit.Row) error) error {
	return tx.EachUnlocker(func(u *person.Unlocker) error { return visit(u.Row()) })
}

func cases(tx *store.Tx, visit func(audit.Row) error) error {
	return tx.EachCase(func(c *casefile.Case) error {
		return visit(audit.Row{Kind: "case", ID: c.ID, Hash: c.Who().Hash()})
	})
}

func places(tx *store.Tx, visit func(audit.Row) error) error {
	return tx.EachPlace(func(p *casefile.Place) error {
		return visit(audit.Row{Kind: "place", ID: p.ID, Hash: p.Who().Hash()})
	})
}

func items(tx *store.Tx, visit func(audit.Row) error) error {
	return tx.EachItem(func(i *casefile.Item) error {
		return visit(audit.Row{Kind: "item", ID: i.ID, Hash: i.Hash()})
	})
}

func recoveries(tx *store.Tx, visit func(audit.Row) error) error {
	all, err := tx.AllRecoveries()
	if err := each(all, err, visit, func(r store.Recovery) audit.Row {
		return audit.Row{Kind: "recovery", ID: r.ID, Hash: r.Who().Hash()}
	}); err != nil {
		return err
	}
	keys, err := tx.RecoveryKeys()
	return each(keys, err, visit, store.RecoveryKey.Row)
}

func keyVersions(tx *store.Tx, visit func(audit.Row) error) error {
	s, err := tx.Setting(organisation.KeyVersions)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return visit(organisation.KeyVersionsRow(s))
}

func reports(tx *store.Tx, visit func(audit.Row) error) error {
	if err := tx.EachReceipt(func(r *casefile.Receipt) error {
		return visit(audit.Row{Kind: "receipt", ID: r.ID, Hash: r.Who().Hash()})
	}); err != nil {
		return err
	}
	all, err := tx.Referrals()
	return each(all, err, visit, func(r casefile.Referral) audit.Row {
		return audit.Row{Kind: "referral", ID: r.ID, Hash: r.Who().Hash()}
	})
}

func registers(tx *store.Tx, visit func(audit.Row) error) error {
	if err := tx.EachRegistration(func(r *registration.Registration) error {
		return visit(audit.Row{Kind: "registration", ID: r.ID, Hash: r.Who().Hash()})
	}); err != nil {
		return err
	}
	all, err := tx.Requests()
	return each(all, err, visit, func(r registration.Request) audit.Row {
		return audit.Row{Kind: "record_request", ID: r.ID, Hash: r.Who().Hash()}
	})
}

func rulings(tx *store.Tx, visit func(audit.Row) error) error {
	all, err := tx.Rulings()
	if err := each(all, err, visit, func(r ruling.Ruling) audit.Row {
		return audit.Row{Kind: "ruling", ID: r.ID, Hash: r.Who().Hash()}
	}); err != nil {
		return err
	}
	turns, err := tx.Turns()
	return each(turns, err, visit, func(d duty.Turn) audit.Row {
		return audit.Row{Kind: "duty", ID: d.ID, Hash: d.Who().Hash()}
	})
}

func letters(tx *store.Tx, visit func(audit.Row) error) error {
	boxes, err := tx.Mailboxes()
	if err := each(boxes, err, visit, mailbox.Mailbox.Row); err != nil {
		return err
	}
	readers, err := tx.Delegates()
	if err := each(readers, err, visit, mailbox.Delegate.Row); err != nil {
		return err
	}
	return tx.EachLetter(func(l *mailbox.Letter) error { return visit(l.Row()) })
}

func entries(tx *store.Tx, visit func(audit.Row) error) error {
	all, err := tx.Directory()
	if err := each(all, err, visit, directory.Entry.Row); err != nil {
		return err
	}
	forms, err := tx.ContactForms()
	return each(forms, err, visit, contact.Form.Row)
}

func each[T any](all []T, err error, visit func(audit.Row) error, row func(T) audit.Row) error {
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := visit(row(one)); err != nil {
			return err
		}
	}
	return nil
}

// counts gives every case's number of items, counted.
func counts(tx *store.Tx, visit func(string, int64) error) error {
	return tx.EachCount(func(c *store.ItemCount) error { return visit(c.Case, c.Items) })
}

func exposures(tx *store.Tx, visit func(audit.Row) error) error {
	all, err := tx.ExposureSites()
	if err := each(all, err, visit, watch.Site.Row); err != nil {
		return err
	}
	return tx.EachExposure(func(f *watch.Finding) error { return visit(f.Row()) })
}
