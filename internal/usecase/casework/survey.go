package casework

import (
	"encoding/json"

	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

// house is what a circle is planned from: those who can sit in one now.
type house struct {
	people    map[string]person.Person
	profiles  map[string]person.Profile
	functions map[string]function.Function
	holders   map[string][]function.Holder
	recovery  store.RecoveryKey
	// until is when the next seat begins or ends: before it nothing here changes by the clock.
	until clock.Stamp
}

// asked names whom a survey must know.
type asked struct {
	people, functions []string
	// seatsOf are people whose seats are checked too, in whatever function they now lie.
	seatsOf []string
}

// askedOf is whom a circle is decided by: its members, and who may not know.
func askedOf(members []Member, e Exclusion) asked {
	a := asked{people: append([]string(nil), e.People...), seatsOf: e.People}
	for _, m := range members {
		a.member(m.Kind, m.ID)
	}
	return a
}

func (a *asked) member(kind casefile.PlaceKind, id string) {
	switch kind {
	case casefile.ByPerson:
		a.people = append(a.people, id)
	case casefile.ByFunction:
		a.functions = append(a.functions, id)
	}
}

// askedIn is whom the places of a circle belong to.
func askedIn(places []casefile.Place) asked {
	var a asked
	for _, p := range places {
		a.member(p.Kind, p.Member)
	}
	return a
}

// surveyFor reads those who decide about a circle. A name that somebody wrote is held against
// everybody's: then all are read.
func surveyFor(tx *store.Tx, k *keyring.Keys, members []Member, e Exclusion) (*house, error) {
	if len(e.Words) > 0 {
		return survey(tx, k)
	}
	return surveyOf(tx, k, askedOf(members, e))
}

// survey reads everybody, each row checked.
func survey(tx *store.Tx, k *keyring.Keys) (*house, error) {
	people, err := tx.VouchedPeople(k)
	if err != nil {
		return nil, err
	}
	functions, err := tx.VouchedFunctions(k)
	if err != nil {
		return nil, err
	}
	seats, err := tx.VouchedSeats(k, "")
	if err != nil {
		return nil, err
	}
	h := newHouse(people, functions, seats, tx.Now())
	h.recovery, err = tx.VouchedRecoveryKey(k)
	return h, err
}

// surveyOf reads those who were asked for, the holders of the functions and their rows as people,
// each row checked.
func surveyOf(tx *store.Tx, k *keyring.Keys, a asked) (*house, error) {
	functions, err := tx.VouchedFunctionsOf(k, a.functions)
	if err != nil {
		return nil, err
	}
	seats, err := tx.VouchedSeatsIn(k, a.functions)
	if err != nil {
		return nil, err
	}
	// A seat that somebody has moved out of a function is no seat in it, but its row tells.
	if _, err := tx.VouchedSeatsOf(k, a.seatsOf); err != nil {
		return nil, err
	}
	ids := append([]string(nil), a.people...)
	for _, s := range seats {
		ids = append(ids, s.Person)
	}
	people, err := tx.VouchedPeopleOf(k, ids)
	if err != nil {
		return nil, err
	}
	h := newHouse(people, functions, seats, tx.Now())
	h.recovery, err = tx.VouchedRecoveryKey(k)
	return h, err
}

// surveySecurity reads the security functions and who holds them.
func surveySecurity(tx *store.Tx, k *keyring.Keys) (*house, error) {
	all, err := tx.VouchedFunctions(k)
	if err != nil {
		return nil, err
	}
	var a asked
	for _, f := range all {
		if f.Kind == function.Security {
			a.functions = append(a.functions, f.ID)
		}
	}
	return surveyOf(tx, k, a)
}

func newHouse(people []person.Person, functions []function.Function, seats []function.Holder, now clock.Stamp) *house {
	h := &house{people: map[string]person.Person{}, profiles: map[string]person.Profile{}, functions: map[string]function.Function{}, holders: map[string][]function.Holder{}}
	for _, p := range people {
		if p.State == person.Confirmed {
			h.people[p.ID] = p
		}
	}
	for _, f := range functions {
		h.functions[f.ID] = f
	}
	h.until = never
	for _, s := range seats {
		h.until = nextOf(h.until, now, s.From, s.Until)
		if _, ok := h.people[s.Person]; ok && s.Holds(now) {
			h.holders[s.Function] = append(h.holders[s.Function], s)
		}
	}
	return h
}

// name opens a confirmed person's profile, once.
func (h *house) name(k *keyring.Keys, id string) (person.Profile, error) {
	if v, ok := h.profiles[id]; ok {
		return v, nil
	}
	var v person.Profile
	p := h.people[id]
	b, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, err
	}
	h.profiles[id] = v
	return v, nil
}

// never is later than anything.
const never clock.Stamp = 1<<63 - 1

// nextOf is the earliest of some times that lie ahead.
func nextOf(until, now clock.Stamp, times ...clock.Stamp) clock.Stamp {
	for _, at := range times {
		if at > now {
			until = min(until, at)
		}
	}
	return until
}
