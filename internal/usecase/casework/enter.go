package casework

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// visit is a case that the subject has been let into, with the keys they hold to it.
type visit struct {
	k      *keyring.Keys
	c      casefile.Case
	places []casefile.Place
	grant  access.Grant
	// keys are the case's key pairs by version, those that the subject's place has a wrap of.
	keys map[int64]*seal.CaseKey
	// rewraps replace wraps that cost a public-key operation to open.
	rewraps []casefile.Wrap
	// cover is what the items' data keys lie under.
	cover  cover
	reseat *function.Holder
}

// key is the present key pair of the case.
func (v *visit) key() (*seal.CaseKey, error) {
	if key := v.keys[v.c.KeyVersion]; key != nil {
		return key, nil
	}
	return nil, fault.New(fault.Denied, "case.no-wrap")
}

// enter asks whether the subject may know of the case, then whether they may do the act, and
// then opens their place's wraps. Withheld and not there are one answer.
func (d *Desk) enter(ctx context.Context, s *access.Session, ref string, act access.Act) (*visit, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	v := &visit{k: k}
	var found store.Visit
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		found, err = tx.VouchedVisit(k, ref, store.Visitor{Person: s.Person, Functions: s.Functions})
		return err
	})
	if err != nil {
		return nil, err
	}
	v.c, v.places = found.Case, found.Places
	if v.grant, err = d.decide(s, k, v, act); err != nil {
		return nil, err
	}
	if s.Unlocked() {
		if v.cover, err = d.coverOf(ctx, k, v.c, found.Generation); err != nil {
			return nil, err
		}
	}
	return v, v.unlock(s, found, d)
}

// decide hands the facts to the rules: places, and whether the subject is excluded.
func (d *Desk) decide(s *access.Session, k *keyring.Keys, v *visit, act access.Act) (access.Grant, error) {
	e, err := v.c.Excluded(k)
	if err != nil {
		return access.Grant{}, err
	}
	f := access.Facts{Org: k.Org, Authority: v.c.Authority, Case: v.c.ID, At: d.now()}
	for _, p := range v.places {
		seat := p.Seat()
		seat.Excluded = e.Bars(s.Person)
		f.Places = append(f.Places, seat)
	}
	return access.Decide(s, act, f)
}

// unlock opens the wraps of the granted place.
func (v *visit) unlock(s *access.Session, found store.Visit, d *Desk) error {
	if !s.Unlocked() {
		return nil // access.Know alone: nothing is opened
	}
	member, place := s.Key, v.grant.Place()
	if place.Kind == string(casefile.ByFunction) {
		var err error
		if member, v.reseat, err = seatKey(s, place.Member, found.Seats, d); err != nil {
			return err
		}
	}
	v.keys = map[int64]*seal.CaseKey{}
	for _, w := range found.Wraps {
		if w.Place != place.ID {
			continue
		}
		key, seed, err := casefile.OpenKey(w, member, v.c)
		if err != nil {
			return err
		}
		v.keys[w.KeyVersion] = key
		if w.Kind != casefile.WrapOwn {
			v.rewraps = append(v.rewraps, casefile.OwnWrap(w, seed, member))
		}
	}
	return nil
}

// seatKey opens the subject's own seat in a function.
func seatKey(s *access.Session, functionID string, seats []function.Holder, d *Desk) (*seal.Private, *function.Holder, error) {
	for _, h := range seats {
		if h.Function == functionID && h.Person == s.Person && h.Holds(d.now()) && h.WrapKind != function.Standby {
			return h.Open(s.Key)
		}
	}
	return nil, nil, fault.New(fault.NotFound, "fault.not-found")
}

// settle stores the cheaper wraps that a visit has made.
func (v *visit) settle(tx *store.Tx) error {
	if v.reseat != nil {
		if err := tx.RewrapHolder(*v.reseat); err != nil {
			return err
		}
	}
	for _, w := range v.rewraps {
		if err := tx.Rewrap(w); err != nil {
			return err
		}
	}
	return nil
}
