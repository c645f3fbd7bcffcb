package oncall

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

// Turn is a turn as the calendar shows it.
type Turn struct {
	ID     string
	Person string
	Name   string
	From   clock.Stamp
	Until  clock.Stamp
	Now    bool // it is on
}

// Holder is somebody who can be put on call.
type Holder struct{ ID, Name string }

// Calendar is a function's: the turns that have not ended, in order, and who can have one.
type Calendar struct {
	Function string
	Name     string
	Kind     function.Kind
	Turns    []Turn
	Holders  []Holder
}

// Calendars gives the calendars that the subject keeps, in the order of the functions.
func (d *Desk) Calendars(ctx context.Context, s *access.Session) ([]Calendar, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	if !s.Has(access.Administrator, access.HeadOfSecurity) && len(s.Functions) == 0 {
		return nil, denied()
	}
	var out []Calendar
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = nil
		functions, err := tx.VouchedFunctions(k)
		if err != nil {
			return err
		}
		turns, err := tx.VouchedTurns(k, "", d.now())
		if err != nil {
			return err
		}
		v := calendars{d: d, k: k, tx: tx, turns: turns, names: map[string]string{}}
		for _, f := range functions {
			if !f.Enrolled() || !may(s, f.ID) {
				continue
			}
			one, err := v.of(f)
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// calendars is what Calendars has at hand.
type calendars struct {
	d     *Desk
	k     *keyring.Keys
	tx    *store.Tx
	turns []duty.Turn
	names map[string]string
}

func (v calendars) of(f function.Function) (Calendar, error) {
	var card function.Card
	if err := openName(v.k, f.Sealed, f.AD(), &card); err != nil {
		return Calendar{}, err
	}
	out := Calendar{Function: f.ID, Name: card.Name, Kind: f.Kind}
	seats, err := v.tx.VouchedHolders(v.k, f.ID)
	if err != nil {
		return out, err
	}
	now := v.d.now()
	for _, h := range seats {
		if h.State != person.Active || h.Expired(now) || h.Standby && h.WrapKind == function.Standby {
			continue
		}
		name, err := v.name(h.Person)
		if err != nil {
			return out, err
		}
		out.Holders = append(out.Holders, Holder{h.Person, name})
	}
	for _, t := range v.turns {
		if t.Function != f.ID {
			continue
		}
		name, err := v.name(t.Person)
		if err != nil {
			return out, err
		}
		out.Turns = append(out.Turns, Turn{ID: t.ID, Person: t.Person, Name: name, From: t.From, Until: t.Until, Now: t.Holds(now)})
	}
	return out, nil
}

func (v calendars) name(id string) (string, error) {
	if name, ok := v.names[id]; ok {
		return name, nil
	}
	p, err := v.tx.VouchedPerson(v.k, id)
	if err != nil {
		return "", err
	}
	var profile person.Profile
	err = openName(v.k, p.Sealed, p.AD(), &profile)
	v.names[id] = profile.Name
	return profile.Name, err
}
