package people

import (
	"context"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// newKeyShown is how long somebody with a new key is offered to those who can let them in again.
const newKeyShown = 30 * 24 * time.Hour

// Proposals lists what the subject may be asked to confirm, and who may need to be let in again.
func (d *Desk) Proposals(ctx context.Context, s *access.Session) (Waiting, error) {
	var out Waiting
	k, err := d.keys(s)
	if err != nil {
		return out, err
	}
	if !staff(s) && len(s.Functions) == 0 {
		return out, fault.New(fault.Denied, "fault.denied")
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = Waiting{}
		rows, err := tx.People()
		if err != nil {
			return err
		}
		seats, err := tx.VouchedSeats(k, "")
		if err != nil {
			return err
		}
		v := overview{d: d, k: k, s: s, tx: tx, seats: seats, names: map[string]string{}, state: map[string]person.State{}}
		for _, p := range rows {
			if err := v.person(p, &out); err != nil {
				return err
			}
		}
		if err := v.roles(&out); err != nil {
			return err
		}
		return v.seatsProposed(&out)
	})
	return out, err
}

// overview is what Proposals has at hand.
type overview struct {
	d     *Desk
	k     *keyring.Keys
	s     *access.Session
	tx    *store.Tx
	seats []function.Holder
	names map[string]string
	state map[string]person.State
}

// person sorts somebody in: their key waits, or they came back with a new one.
func (v overview) person(p person.Person, out *Waiting) error {
	if err := v.k.Check(p.MAC, p.Who(), "person "+p.ID); err != nil {
		return err
	}
	one, err := someone(v.k, p, v.d.now())
	if err != nil {
		return err
	}
	v.names[p.ID], v.state[p.ID] = one.Name, p.State
	if p.ID == v.s.Person || !v.concerns(p.ID) {
		return nil
	}
	switch {
	case p.State == person.Enrolled:
		out.People = append(out.People, one)
	case p.State == person.Confirmed && p.KeyVersion > 1 && p.Changed.Add(newKeyShown) > v.d.now():
		out.Returned = append(out.Returned, one)
	}
	return nil
}

// concerns tells whether the subject is one of those who confirm a person: a head of security,
// or a holder of a function that the person has or is to have a seat in.
func (v overview) concerns(personID string) bool {
	if v.s.Has(access.HeadOfSecurity) {
		return true
	}
	for _, h := range v.seats {
		if h.Person == personID && h.State != person.Ended && v.s.Holds(h.Function) {
			return true
		}
	}
	return false
}

func (v overview) roles(out *Waiting) error {
	if !staff(v.s) {
		return nil
	}
	grants, err := v.tx.VouchedRoles(v.k, "")
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.State != person.Proposed {
			continue
		}
		one := RoleProposed{ID: g.ID, Person: g.Person, Name: v.names[g.Person], Role: g.Role,
			Proposer: v.names[g.ProposedBy], Mine: g.ProposedBy == v.s.Person || g.Person == v.s.Person}
		switch {
		case one.Mine:
			one.Why = FourEyes
		case !v.s.Has(access.HeadOfSecurity):
			one.Why = OnlyHead
		case !v.s.Unlocked():
			one.Why = Locked
		}
		out.Roles = append(out.Roles, one)
	}
	return nil
}

func (v overview) seatsProposed(out *Waiting) error {
	for _, h := range v.seats {
		if h.State != person.Proposed || h.Expired(v.d.now()) || (!staff(v.s) && !v.s.Holds(h.Function)) {
			continue
		}
		f, err := v.tx.VouchedFunction(v.k, h.Function)
		if err != nil {
			return err
		}
		card, err := Card(v.k, f)
		if err != nil {
			return err
		}
		out.Seats = append(out.Seats, SeatProposed{ID: h.ID, Function: h.Function, Office: card.Name, Name: v.names[h.Person],
			Proposer: v.names[h.ProposedBy], Mine: h.ProposedBy == v.s.Person || h.Person == v.s.Person, Why: v.hindrance(h),
			Deputy: h.DeputyFor != "", Standby: h.Standby, From: h.From, Until: h.Until})
	}
	return nil
}

// hindrance is why the subject can't confirm a seat, in the order in which ConfirmHolder asks.
func (v overview) hindrance(h function.Holder) Hindrance {
	present := 0
	for _, other := range v.seats {
		if other.Function == h.Function && other.Holds(v.d.now()) {
			present++
		}
	}
	switch {
	case h.ProposedBy == v.s.Person || h.Person == v.s.Person:
		return FourEyes
	case v.state[h.Person] != person.Confirmed:
		return KeyFirst
	case present > 0 && !v.s.Holds(h.Function):
		return OnlyHolder
	case present == 0 && !v.s.Has(access.HeadOfSecurity):
		return OnlyHead
	case !v.s.Unlocked():
		return Locked
	}
	return Free
}
