package people

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Readmit gives a person who has lost their key, and enrolled with a new one that is confirmed,
// what they had: in one press, all that the subject can open and the other had a seat or a
// place in. The subject has checked who it is.
func (d *Desk) Readmit(ctx context.Context, s *access.Session, personID string) (seats, cases int, err error) {
	k, err := d.keys(s)
	if err != nil {
		return 0, 0, err
	}
	if !s.Unlocked() || noToken(s) != nil || s.Person == personID {
		return 0, 0, denied()
	}
	r, err := d.plan(ctx, k, personID)
	if err != nil {
		return 0, 0, err
	}
	if err := r.open(d, k, s.Person, s.Key); err != nil {
		return 0, 0, err
	}
	if len(r.seats)+len(r.wraps) == 0 {
		return 0, 0, fault.New(fault.NotFound, "readmit.nothing")
	}
	return len(r.seats), len(r.cases), d.write(ctx, k, func(tx *store.Tx) error { return r.store(tx, d, k, s.Person, "person.readmit") })
}

// readmission is what a person is given back, sealed before the transaction is entered.
type readmission struct {
	to     person.Person
	lost   []function.Holder            // the person's seats, wrapped to a key that is gone
	places []casefile.Place             // the person's own places
	by     map[string][]function.Holder // every seat of the functions concerned
	circle map[string][]casefile.Place
	all    map[string][]casefile.Wrap // wraps by place

	seats []function.Holder
	wraps []casefile.Wrap
	cases map[string]bool
}

// plan gathers the person's seats and places, and everybody who could open them.
func (d *Desk) plan(ctx context.Context, k *keyring.Keys, personID string) (*readmission, error) {
	r := &readmission{by: map[string][]function.Holder{}, circle: map[string][]casefile.Place{}, all: map[string][]casefile.Wrap{}, cases: map[string]bool{}}
	err := d.read(ctx, k, func(tx *store.Tx) error {
		var err error
		if r.to, err = tx.VouchedPerson(k, personID); err != nil {
			return err
		}
		seats, err := tx.VouchedSeats(k, personID)
		if err != nil {
			return err
		}
		for _, h := range seats {
			if h.State != person.Active || h.Expired(d.now()) {
				continue
			}
			r.lost = append(r.lost, h)
			if r.by[h.Function], err = tx.VouchedHolders(k, h.Function); err != nil {
				return err
			}
		}
		if r.places, err = tx.PlacesHeld(personID); err != nil {
			return err
		}
		for _, p := range r.places {
			if err := r.gather(tx, k, p.Case); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && r.to.State != person.Confirmed {
		err = fault.New(fault.Conflict, "holder.unconfirmed")
	}
	return r, err
}

func (r *readmission) gather(tx *store.Tx, k *keyring.Keys, caseID string) error {
	var err error
	if r.circle[caseID], err = tx.VouchedPlaces(k, caseID); err != nil {
		return err
	}
	for _, q := range r.circle[caseID] {
		if r.all[q.ID], err = tx.Wraps(caseID, q.ID); err != nil {
			return err
		}
		if q.Kind == casefile.ByFunction && r.by[q.Member] == nil {
			if r.by[q.Member], err = tx.VouchedHolders(k, q.Member); err != nil {
				return err
			}
		}
	}
	return nil
}

// open makes the new wraps with the key of whoever readmits: through a function they share
// with the person, or a case in whose circle both sit.
func (r *readmission) open(d *Desk, k *keyring.Keys, actor string, key *seal.Private) error {
	held := map[string]*seal.Private{}
	for id, seats := range r.by {
		if fn := openSeat(seats, actor, key, d); fn != nil {
			held[id] = fn
		}
	}
	for _, h := range r.lost {
		fn := held[h.Function]
		if fn == nil {
			continue
		}
		fresh, err := h.Wrapped(k.Courier, r.to.PublicKey, fn)
		if err != nil {
			return err
		}
		fresh.Version++
		fresh.MAC = k.Vouch(fresh.Who())
		r.seats = append(r.seats, fresh)
	}
	for _, p := range r.places {
		if err := r.openPlace(k, p, member{person: actor, key: key, functions: held}); err != nil {
			return err
		}
	}
	return nil
}

// member is who opens: a person and the functions whose keys they have at hand.
type member struct {
	person    string
	key       *seal.Private
	functions map[string]*seal.Private
}

// openPlace re-wraps each key version of a case that the member can open.
func (r *readmission) openPlace(k *keyring.Keys, lost casefile.Place, m member) error {
	for _, q := range r.circle[lost.Case] {
		if q.ID == lost.ID || q.Ended != 0 {
			continue
		}
		key := m.keyOf(q)
		if key == nil {
			continue
		}
		for _, w := range r.all[q.ID] {
			seed, err := casefile.OpenWrap(w, key)
			if err != nil {
				return err
			}
			if err := r.give(k, w, lost, seed); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// give wraps one key version of a case for the person's new key.
func (r *readmission) give(k *keyring.Keys, w casefile.Wrap, place casefile.Place, seed []byte) error {
	fresh := casefile.Wrap{Org: k.Org, Case: place.Case, Place: place.ID, KeyVersion: w.KeyVersion, Kind: casefile.WrapPublic}
	var err error
	if fresh.Wrap, err = k.Courier.Wrap(r.to.PublicKey, seed, fresh.AD()); err != nil {
		return err
	}
	r.wraps = append(r.wraps, fresh)
	r.cases[place.Case] = true
	return nil
}

func (m member) keyOf(p casefile.Place) *seal.Private {
	if p.Kind == casefile.ByPerson && p.Member == m.person {
		return m.key
	}
	if p.Kind == casefile.ByFunction {
		return m.functions[p.Member]
	}
	return nil
}

// openSeat opens the actor's own seat among a function's, if they have one that opens.
func openSeat(seats []function.Holder, actor string, key *seal.Private, d *Desk) *seal.Private {
	for _, h := range seats {
		if h.Person != actor || !h.Holds(d.now()) {
			continue
		}
		if fn, _, err := h.Open(key); err == nil {
			return fn
		}
	}
	return nil
}

// store writes the new wraps with their log entry.
func (r *readmission) store(tx *store.Tx, d *Desk, k *keyring.Keys, actor, act string) error {
	rows := []audit.Row{}
	for _, h := range r.seats {
		if err := tx.UpdateHolder(h); err != nil {
			return err
		}
		rows = append(rows, holderRow(h))
	}
	dropped := map[string]bool{}
	for _, w := range r.wraps {
		if !dropped[w.Place] {
			dropped[w.Place] = true
			if err := tx.DeleteWraps(w.Case, w.Place); err != nil {
				return err
			}
		}
		if err := tx.InsertWrap(w); err != nil {
			return err
		}
	}
	if err := d.notify(tx, r.to.ID, "person.readmitted", r.to.ID); err != nil {
		return err
	}
	return record(tx, k, actor, act, rows...)
}
