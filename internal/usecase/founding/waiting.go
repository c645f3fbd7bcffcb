package founding

import (
	"context"

	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// First is the first head of security while the custodians have not confirmed their key.
type First struct {
	Person   string
	Enrolled bool // the key is made; its fingerprint can be compared
	Needed   int  // custodians
}

// Waiting tells whether the first head of security still waits for the custodians.
func (d *Desk) Waiting(ctx context.Context, org string) (v First, waits bool, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return v, false, err
	}
	err = d.DB.Org(org).Read(ctx, func(tx *store.Tx) error {
		seats, err := tx.VouchedSeats(k, "")
		if err != nil {
			return err
		}
		for _, h := range seats {
			if h.ProposedBy != "founding" || h.State != person.Proposed {
				continue
			}
			p, err := tx.VouchedPerson(k, h.Person)
			if err != nil {
				return err
			}
			key, err := tx.VouchedRecoveryKey(k)
			v, waits = First{Person: p.ID, Enrolled: p.State == person.Enrolled, Needed: int(key.Threshold)}, true
			return err
		}
		return nil
	})
	return v, waits, err
}

// ConfirmFirst is ConfirmHead for whoever waits; NotFound when nobody does.
func (d *Desk) ConfirmFirst(ctx context.Context, org, fingerprint string, codes []string) error {
	v, waits, err := d.Waiting(ctx, org)
	if err != nil {
		return err
	}
	if !waits {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	if err := d.admit(ctx, org); err != nil {
		return err
	}
	return d.ConfirmHead(ctx, org, v.Person, fingerprint, codes)
}
