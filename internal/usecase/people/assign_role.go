package people

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// RoleProposal is a role that somebody would give a person.
type RoleProposal struct {
	Person    string
	Role      access.Role
	Authority string // empty: in every authority
	From      clock.Stamp
	Until     clock.Stamp
}

// ProposeRole enters a role that takes effect when somebody else confirms it.
func (d *Desk) ProposeRole(ctx context.Context, s *access.Session, v RoleProposal) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !staff(s) || noToken(s) != nil {
		return "", denied()
	}
	if !v.Role.Known() {
		return "", fault.In("role", "field.choose")
	}
	if v.Until != 0 && v.Until <= v.From {
		return "", fault.In("until", "field.ends-before")
	}
	g := person.RoleGrant{Org: k.Org, Authority: v.Authority, ID: ident.New(), Person: v.Person, Role: v.Role,
		State: person.Proposed, ProposedBy: s.Person, From: v.From, Until: v.Until, Version: 1}
	g.MAC = k.Vouch(g.Who())
	store.Declare(ctx, g.ID)
	return g.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if _, err := tx.VouchedPerson(k, v.Person); err != nil {
			return err
		}
		if err := tx.InsertRole(g); err != nil {
			return err
		}
		return record(tx, k, s.Person, "role.propose", roleRow(g))
	})
}

// ConfirmRole lets a proposed role take effect. The proposer and the person themselves can't.
func (d *Desk) ConfirmRole(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if !s.Has(access.HeadOfSecurity) || !s.Unlocked() || noToken(s) != nil {
		return denied()
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		g, err := tx.VouchedRole(k, id)
		if err != nil {
			return err
		}
		switch {
		case g.State != person.Proposed:
			return fault.New(fault.Conflict, "fault.changed")
		case g.ProposedBy == s.Person || g.Person == s.Person:
			return fault.New(fault.Denied, "fault.four-eyes")
		}
		g.State, g.ConfirmedBy = person.Active, s.Person
		g.Version++
		g.MAC = k.Vouch(g.Who())
		if err := tx.UpdateRole(g); err != nil {
			return err
		}
		if err := d.notify(tx, g.Person, "role.active", g.ID); err != nil {
			return err
		}
		return record(tx, k, s.Person, "role.confirm", roleRow(g))
	})
}

// EndRole takes a role away; narrowing needs no second person.
func (d *Desk) EndRole(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if !staff(s) || noToken(s) != nil {
		return denied()
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		g, err := tx.VouchedRole(k, id)
		if err != nil {
			return err
		}
		g.State = person.Ended
		g.Version++
		g.MAC = k.Vouch(g.Who())
		if err := tx.UpdateRole(g); err != nil {
			return err
		}
		return record(tx, k, s.Person, "role.end", roleRow(g))
	})
}
