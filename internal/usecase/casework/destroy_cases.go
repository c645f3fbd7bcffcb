package casework

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Expiring is a case whose time is over, as an archivist sees it: never its content.
type Expiring struct {
	Ref       string
	Authority string
	Numbers   []string // in the register
	Opened    clock.Stamp
	Forget    clock.Stamp
	Retention string // the decision
}

// mostDestroyed is how many cases one decision destroys.
const mostDestroyed = 200

// Expired lists the cases whose time is over, by the rule and decision that each carries.
func (d *Desk) Expired(ctx context.Context, s *access.Session) ([]Expiring, error) {
	k, err := d.archivist(s)
	if err != nil {
		return nil, err
	}
	var out []Expiring
	err = d.read(ctx, k, func(tx *store.Tx) error {
		all, err := tx.CasesToForget(k, d.now(), mostDestroyed)
		if err != nil {
			return err
		}
		for _, c := range all {
			e := Expiring{Ref: c.Ref, Authority: c.Authority, Opened: c.Opened, Forget: c.Forget, Retention: c.Retention}
			entries, err := tx.VouchedRegistrationsOf(k, c.ID)
			if err != nil {
				return err
			}
			for _, r := range entries {
				e.Numbers = append(e.Numbers, r.Number)
			}
			out = append(out, e)
		}
		return nil
	})
	return out, err
}

func (d *Desk) archivist(s *access.Session) (*keyring.Keys, error) {
	k, err := d.keys(s)
	if err == nil && (!s.Has(access.Archivist) || s.Kind == access.Token) {
		err = fault.New(fault.Denied, "fault.role")
	}
	return k, err
}

// DestroyCases (gallra) destroys cases whose time is over: a person decides, by the decision that
// the rule names. The rows go, and then the leaf that everything of the case hung from; that alone
// counts, in every backup too. The register's entry stays. A case that has got a hold meanwhile, or
// whose time is in doubt, is left.
func (d *Desk) DestroyCases(ctx context.Context, s *access.Session, refs []string) (destroyed int, err error) {
	k, err := d.archivist(s)
	if err != nil {
		return 0, err
	}
	if len(refs) == 0 || len(refs) > mostDestroyed {
		return 0, fault.In("cases", "field.too-many", mostDestroyed)
	}
	if d.DB.TimeDoubt() != store.NoDoubt {
		return 0, fault.New(fault.Unavailable, "fault.clock-doubt")
	}
	for _, ref := range refs {
		err := d.write(ctx, k, func(tx *store.Tx) error {
			c, err := tx.VouchedCase(k, ref)
			if err != nil {
				return err
			}
			if !c.MayDestroy(d.now()) {
				return fault.New(fault.Conflict, "case.kept")
			}
			return d.destroyCase(tx, k, s, c)
		})
		if err != nil {
			return destroyed, err
		}
		destroyed++
	}
	_, err = d.Destroy(ctx, k.Org)
	return destroyed, err
}

// destroyCase removes a case's rows, dooms its leaf and those of its files, and logs every row that
// is gone. A file that another view of the event still has goes over to that view.
func (d *Desk) destroyCase(tx *store.Tx, k *keyring.Keys, s *access.Session, c casefile.Case) error {
	if err := forgetLikeness(tx, k, c); err != nil {
		return err
	}
	rows, err := tx.EraseCase(c)
	if err != nil {
		return err
	}
	gone := int64(-1)
	gave := audit.Entry{Actor: k.Tag(s.Person), Act: "case.destroy", Authority: c.Authority, Case: c.ID, Count: &gone}
	for _, r := range rows {
		gave.Rows = append(gave.Rows, audit.Row{Kind: r.Kind, ID: r.ID})
	}
	return tx.Log(gave)
}
