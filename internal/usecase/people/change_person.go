package people

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// ChangePerson stores an edited profile; Conflict when somebody else saved since version. What
// the register itself keeps (the alias mark, the id in a source) is not touched.
func (d *Desk) ChangePerson(ctx context.Context, s *access.Session, personID string, v person.Profile, version int64) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if !staff(s) || noToken(s) != nil {
		return denied()
	}
	if err := v.Check(); err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		p, err := tx.VouchedPerson(k, personID)
		if err != nil {
			return err
		}
		if p.Version != version {
			return fault.New(fault.Conflict, "fault.changed")
		}
		before, err := Profile(k, p)
		if err != nil {
			return err
		}
		v.Name, v.Source, v.Lang = strings.TrimSpace(v.Name), before.Source, before.Lang
		v.Address = strings.ToLower(strings.TrimSpace(v.Address))
		p.AddressTag = addressTag(k, p.ID, v.Address)
		if p.Sealed, err = sealProfile(k, p, v); err != nil {
			return err
		}
		p = change(k, d, p)
		if err := tx.UpdatePerson(p); err != nil {
			return err
		}
		return record(tx, k, s.Person, "person.change", personRow(p))
	})
}
