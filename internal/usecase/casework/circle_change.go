package casework

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// AddMember lets a person or a function into a case's circle, with a reason and perhaps an end
// date. Only a member can: each key version they hold is wrapped for the newcomer.
func (d *Desk) AddMember(ctx context.Context, s *access.Session, ref string, m Member) error {
	if err := casefile.CheckText("reason", m.Reason, casefile.MaxReason); err != nil {
		return err
	}
	m.Reason = strings.TrimSpace(m.Reason)
	if m.Until != 0 && m.Until <= d.now() {
		return fault.In("until", "field.ends-before")
	}
	return again(func() error {
		v, err := d.enter(ctx, s, ref, access.AddMember)
		if err != nil {
			return err
		}
		plan, err := d.planMember(ctx, v, m, s.Person)
		if err != nil {
			return err
		}
		return d.write(ctx, v.k, func(tx *store.Tx) error { return d.enterMember(tx, v, plan) })
	})
}

// joining is a new place with its wraps.
type joining struct {
	h      *house
	places []casefile.Place
	wraps  []casefile.Wrap
}

func (d *Desk) planMember(ctx context.Context, v *visit, m Member, by string) (joining, error) {
	var out joining
	e, err := v.c.Excluded(v.k)
	if err != nil {
		return out, err
	}
	err = d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		out.h, err = surveyOf(tx, v.k, askedOf([]Member{m}, e))
		return err
	})
	if err != nil {
		return out, err
	}
	if m.Kind == casefile.ByPerson && e.Bars(m.ID) {
		return out, fault.New(fault.Denied, "member.excluded")
	}
	members, err := out.h.admit([]Member{m}, Exclusion{People: e.People})
	if err != nil {
		return out, err
	}
	key, err := v.key()
	if err != nil {
		return out, err
	}
	for _, one := range members {
		if one.Kind == casefile.ByRecovery {
			return out, fault.New(fault.Invalid, "member.nobody")
		}
		if sits(v.places, one, d.now()) {
			return out, fault.New(fault.Conflict, "member.already")
		}
		p := d.place(v.c, sealer{v.k, key, v.cover}, one, by)
		to, ok := out.h.publicKey(p)
		if !ok {
			return out, fault.New(fault.Invalid, "member.unconfirmed")
		}
		for version, old := range v.keys {
			w, err := wrap(v.k, p, to, casefile.Secret(old), version)
			if err != nil {
				return out, err
			}
			out.wraps = append(out.wraps, w)
		}
		out.places = append(out.places, p)
	}
	return out, nil
}

func (d *Desk) enterMember(tx *store.Tx, v *visit, plan joining) error {
	if err := tx.LockCase(v.c.ID); err != nil {
		return err
	}
	c, err := tx.VouchedCase(v.k, v.c.Ref)
	if err != nil {
		return err
	}
	if c.KeyVersion != v.c.KeyVersion {
		return fault.New(fault.Conflict, "fault.changed")
	}
	now, err := tx.VouchedPlaces(v.k, c.ID)
	if err != nil {
		return err
	}
	for _, p := range plan.places {
		if sits(now, Member{Kind: p.Kind, ID: p.Member}, d.now()) {
			return fault.New(fault.Conflict, "member.already")
		}
	}
	c = d.bump(v.k, c)
	if err := tx.UpdateCase(c); err != nil {
		return err
	}
	e := entry(v.k, v.grant.Person(), "member.add", c, caseRow(c))
	for _, p := range plan.places {
		if err := tx.InsertPlace(p); err != nil {
			return err
		}
		e.Rows = append(e.Rows, placeRow(p))
		for _, id := range plan.h.whoIs(p) {
			if err := d.notify(tx, id, "case.joined", c.Ref); err != nil {
				return err
			}
		}
	}
	for _, w := range plan.wraps {
		if err := tx.InsertWrap(w); err != nil {
			return err
		}
	}
	if err := v.settle(tx); err != nil {
		return err
	}
	return tx.Log(e)
}

// RemoveMember ends a place at once: its wraps go, and the case's next item brings a new key
// pair. The last place that can open a case can't be removed.
func (d *Desk) RemoveMember(ctx context.Context, s *access.Session, ref, placeID string) error {
	return again(func() error {
		v, err := d.enter(ctx, s, ref, access.RemoveMember)
		if err != nil {
			return err
		}
		return d.write(ctx, v.k, func(tx *store.Tx) error { return d.endPlace(tx, v, placeID) })
	})
}

func (d *Desk) endPlace(tx *store.Tx, v *visit, placeID string) error {
	if err := tx.LockCase(v.c.ID); err != nil {
		return err
	}
	c, err := tx.VouchedCase(v.k, v.c.Ref)
	if err != nil {
		return err
	}
	places, err := tx.VouchedPlaces(v.k, c.ID)
	if err != nil {
		return err
	}
	var gone *casefile.Place
	left := 0
	for i, p := range places {
		switch {
		case p.Ended != 0:
		case p.ID == placeID:
			gone = &places[i]
		default:
			left++
		}
	}
	if gone == nil {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	if left == 0 {
		return fault.New(fault.Conflict, "member.last")
	}
	gone.Ended = d.now()
	gone.Version++
	gone.MAC = v.k.Vouch(gone.Who())
	if err := tx.UpdatePlace(*gone); err != nil {
		return err
	}
	if err := tx.DeleteWraps(c.ID, gone.ID); err != nil {
		return err
	}
	c.KeyStale = true
	c = d.bump(v.k, c)
	if err := tx.UpdateCase(c); err != nil {
		return err
	}
	return tx.Log(entry(v.k, v.grant.Person(), "member.remove", c, caseRow(c), placeRow(*gone)))
}

// sits tells whether a member has a place in a circle now.
func sits(places []casefile.Place, m Member, at clock.Stamp) bool {
	for _, p := range places {
		if p.Kind == m.Kind && p.Member == m.ID && p.Ended == 0 && (p.Until == 0 || p.Until > at) {
			return true
		}
	}
	return false
}
