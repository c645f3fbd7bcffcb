package web

import "varn/internal/domain/access"

// Need is what a visitor must be to use a route. It opens pages, never cases: whether they may
// know of a thing on the page is asked by the use case.
type Need interface {
	met(*access.Session) verdict
}

type verdict int

const (
	welcome verdict = iota
	signInFirst
	unlockFirst
	refused
)

type level int

const (
	// Public routes are for everybody.
	Public level = iota
	// Identified routes are for who is known by name, with or without their key at hand.
	Identified
	// SignedIn routes are for who has unlocked their key.
	SignedIn
)

func (l level) met(who *access.Session) verdict {
	switch {
	case l == Public:
		return welcome
	case who == nil:
		return signInFirst
	case l == SignedIn && !who.Unlocked():
		return unlockFirst
	}
	return welcome
}

// String names the level as the access matrix writes it.
func (l level) String() string { return [...]string{"public", "identified", "signed in"}[l] }

type roles []access.Role

// Roles routes are for who is signed in and holds one of the roles.
func Roles(any ...access.Role) Need { return roles(any) }

func (rs roles) met(who *access.Session) verdict {
	if v := SignedIn.met(who); v != welcome {
		return v
	}
	if !who.Has(rs...) {
		return refused
	}
	return welcome
}

// String lists the roles as the access matrix writes them.
func (rs roles) String() string {
	s := ""
	for i, r := range rs {
		if i > 0 {
			s += " or "
		}
		s += string(r)
	}
	return s
}
