package access

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Act is something done to a case.
type Act string

// The acts on a case. To know comes before to do.
const (
	Know         Act = "know"
	Open         Act = "open"
	Write        Act = "write"
	AddMember    Act = "add_member"
	RemoveMember Act = "remove_member"
	SeeOpenings  Act = "see_openings"
)

// Place (plats i kretsen) is a seat in a case's circle that the subject sits in,
// by themselves or through a function they hold.
type Place struct {
	ID       string
	Kind     string // "person" or "function"
	Member   string // id of the person or function
	From     clock.Stamp
	Until    clock.Stamp // zero: no end date
	Ended    clock.Stamp // zero: not ended
	Excluded bool        // the holder is excluded from this case
}

// Holds tells whether the seat is taken at a moment.
func (p Place) Holds(at clock.Stamp) bool {
	return p.Ended == 0 && !p.Excluded && p.From <= at && (p.Until == 0 || at < p.Until)
}

// Facts are what the store knows of a subject and a case.
type Facts struct {
	Org       string
	Authority string
	Case      string
	At        clock.Stamp
	Places    []Place
}

// Grant is the proof that access was asked for and given. Only Decide fills one;
// the zero Grant opens nothing.
type Grant struct {
	org, authority, caseID string
	person                 string
	act                    Act
	place                  Place
}

// Org is the organisation the grant holds in; empty for the zero Grant.
func (g Grant) Org() string { return g.org }

// Authority is the authority the grant holds in.
func (g Grant) Authority() string { return g.authority }

// Case is the case the grant holds for.
func (g Grant) Case() string { return g.caseID }

// Person is whom it was given to.
func (g Grant) Person() string { return g.person }

// Act is what was granted.
func (g Grant) Act() Act { return g.act }

// Place is the seat through which the case is opened.
func (g Grant) Place() Place { return g.place }

// Covers tells whether the grant allows an act on a case of an organisation.
func (g Grant) Covers(org, caseID string, act Act) bool {
	return g.org != "" && g.org == org && g.caseID == caseID && (g.act == act || act == Know)
}

// Decide answers whether the subject may do the act. Who sits in no seat is told that the case
// does not exist, in the same words as for one that never did.
func Decide(s *Session, act Act, f Facts) (Grant, error) {
	if s == nil || f.Org == "" || f.Case == "" || s.Org != f.Org {
		return Grant{}, withheld()
	}
	place, ok := seat(s, f)
	if !ok {
		return Grant{}, withheld()
	}
	if !s.May(scopeOf(act)) {
		return Grant{}, fault.New(fault.Denied, "fault.scope")
	}
	if s.Kind == Token && (act == AddMember || act == RemoveMember) {
		return Grant{}, fault.New(fault.Denied, "fault.token-members")
	}
	if act != Know && !s.Unlocked() {
		return Grant{}, fault.New(fault.Denied, "fault.locked")
	}
	return Grant{org: f.Org, authority: f.Authority, caseID: f.Case, person: s.Person, act: act, place: place}, nil
}

// seat prefers the subject's own seat to one through a function.
func seat(s *Session, f Facts) (Place, bool) {
	var through *Place
	for i, p := range f.Places {
		if !p.Holds(f.At) {
			continue
		}
		if p.Kind == "person" && p.Member == s.Person {
			return p, true
		}
		if p.Kind == "function" && s.Holds(p.Member) && through == nil {
			through = &f.Places[i]
		}
	}
	if through == nil {
		return Place{}, false
	}
	return *through, true
}

func scopeOf(act Act) Scope {
	if act == Know || act == Open || act == SeeOpenings {
		return ScopeReadCases
	}
	return ScopeWriteCases
}

func withheld() error { return fault.New(fault.NotFound, "fault.not-found") }
