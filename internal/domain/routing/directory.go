package routing

// Seat is a function as routing sees it.
type Seat struct {
	Function string
	// Enrolled: it has a key and at least one holder who can open with it.
	Enrolled bool
	// OnDuty: somebody who holds it can be reached now.
	OnDuty bool
	// Excluded: one of its holders may not know, or has a conflict of interest. Nothing is then
	// sealed through the function.
	Excluded bool
	// People are its other holders who may know and can open: ids of persons. They are used only
	// when the seat is excluded, or has no function.
	People []string
}

func (s Seat) set() bool { return s.Function != "" || len(s.People) > 0 }

// Unit (enhet) is a unit as routing sees it. Managers are its own first, then the one above, and
// so on: a conflict of interest goes to the next.
type Unit struct {
	Authority string
	Managers  []Seat
	Safety    Seat
}

// PartySeats are a party's named contacts and, after them, its group leaders.
type PartySeats struct {
	Contacts, Leaders []Seat
}

// Directory is who sits where in the municipality at the moment of the report.
type Directory struct {
	OnCall   Seat
	Security Seat
	// WithSecurity share the security view, by the municipality's own decision.
	WithSecurity []Seat
	// Reserve is outside the security function, for when nobody in it may know.
	Reserve Seat
	// Municipality receives for the municipality when an elected representative is concerned;
	// none: the security function does.
	Municipality []Seat
	Units        map[string]Unit
	Parties      map[string]PartySeats
	// Registrars by authority; Home is the authority that registers when no unit is named.
	Registrars map[string]Seat
	Home       string
}
