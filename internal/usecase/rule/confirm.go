package rule

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Confirm lets a proposed rule hold from now on, in the place of the one before. A present holder of
// a security function does it, with their key at hand, and never whoever proposed it.
func (d *Desk) Confirm(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	clocks, err := d.clocks(ctx, k, id)
	if err != nil {
		return err
	}
	erase, err := d.ends(ctx, k, id)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.LockRulings(); err != nil {
			return err
		}
		r, err := d.waiting(tx, k, id)
		if err != nil {
			return err
		}
		if err := mayConfirm(tx, k, s, r); err != nil {
			return err
		}
		before, err := tx.VouchedRulings(k, r.Kind, r.Scope, ruling.Active)
		if err != nil {
			return err
		}
		changed := []ruling.Ruling{next(k, r, ruling.Active, s.Person)}
		for _, old := range before {
			if old.Scope == r.Scope {
				changed = append(changed, next(k, old, ruling.Replaced, old.ConfirmedBy))
			}
		}
		for _, one := range changed {
			if err := tx.UpdateRuling(one); err != nil {
				return err
			}
		}
		if err := clocks.move(tx); err != nil {
			return err
		}
		if erase {
			if err := tx.EraseLikenessIn(r.Scope); err != nil {
				return err
			}
		}
		if err := d.notify(tx, r.ProposedBy, "rule.confirmed"); err != nil {
			return err
		}
		return record(tx, k, s.Person, "rule.confirm", changed...)
	})
}

// ends tells whether a proposal ends that cases are compared: what was kept for it is then erased. It
// opens the rule, so it stands before the write; what a rule says never changes.
func (d *Desk) ends(ctx context.Context, k *keyring.Keys, id string) (bool, error) {
	var r ruling.Ruling
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		r, err = tx.VouchedRuling(k, id)
		return err
	}); err != nil || r.Kind != ruling.Likeness {
		return false, err
	}
	b, err := open(k, r)
	return err == nil && b.Likeness.Off, err
}

// Refuse ends a proposal. Whoever could confirm it may, and whoever made it may take it back.
func (d *Desk) Refuse(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		r, err := d.waiting(tx, k, id)
		if err != nil {
			return err
		}
		if r.ProposedBy != s.Person {
			if err := mayConfirm(tx, k, s, r); err != nil {
				return err
			}
			if err := d.notify(tx, r.ProposedBy, "rule.refused"); err != nil {
				return err
			}
		}
		r = next(k, r, ruling.Refused, s.Person)
		if err := tx.UpdateRuling(r); err != nil {
			return err
		}
		return record(tx, k, s.Person, "rule.refuse", r)
	})
}

func (d *Desk) waiting(tx *store.Tx, k *keyring.Keys, id string) (ruling.Ruling, error) {
	r, err := tx.VouchedRuling(k, id)
	if err == nil && r.State != ruling.Proposed {
		return r, fault.New(fault.Conflict, "fault.changed")
	}
	return r, err
}

// mayConfirm says who must do it when the subject can't.
func mayConfirm(tx *store.Tx, k *keyring.Keys, s *access.Session, r ruling.Ruling) error {
	_, holders, err := security(tx, k)
	if err != nil {
		return err
	}
	switch hindrance(s, r, holders) {
	case Free:
		return nil
	case Alone:
		return fault.New(fault.Denied, "ruling.alone")
	case FourEyes:
		return fault.New(fault.Denied, "ruling.other-holder")
	case Locked:
		return fault.New(fault.Denied, "fault.locked")
	}
	return fault.New(fault.Denied, "ruling.only-holder")
}

// Hindrance is why the subject can't confirm a rule; empty when they can.
type Hindrance string

// The hindrances.
const (
	Free       Hindrance = ""
	FourEyes   Hindrance = "four_eyes"   // they proposed it: another holder does it
	Alone      Hindrance = "alone"       // they proposed it, and nobody else holds a security function
	OnlyHolder Hindrance = "only_holder" // only who holds a security function can
	Locked     Hindrance = "locked"      // their own key is not at hand
)

func hindrance(s *access.Session, r ruling.Ruling, holders []string) Hindrance {
	switch {
	case r.ProposedBy == s.Person && !slices.ContainsFunc(holders, func(id string) bool { return id != s.Person }):
		return Alone
	case r.ProposedBy == s.Person:
		return FourEyes
	case !slices.Contains(holders, s.Person):
		return OnlyHolder
	case !s.Unlocked():
		return Locked
	}
	return Free
}
