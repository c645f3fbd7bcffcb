package web

import (
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
	"varn/internal/usecase/people"
)

// personView is one person in the register: who they are, their key, roles and seats.
type personView struct {
	ID, Name     string
	State        locale.Key
	Color        string
	Profile      person.Profile
	Groups       []string
	Roles        []grantLine
	Seats        []heldSeat
	Away         time.Time
	IsAway       bool
	HasKey       bool
	CanInvite    bool
	CanConfirm   bool
	CanRecover   bool
	CanReadmit   bool
	Recovering   bool
	RecoverOpens time.Time
	Gone, Self   bool
}

type grantLine struct {
	ID        string
	Name      locale.Key
	Authority string
	State     locale.Key
	Color     string
	Proposer  string
	Span      spanView
}

type heldSeat struct {
	ID, Function, Office string
	Person, Name         string
	State                locale.Key
	Color                string
	Deputy, Standby      bool
	Present              bool
	Span                 spanView
}

// spanView is from when to when something holds; what is not set is left out.
type spanView struct {
	From, Until       time.Time
	HasFrom, HasUntil bool
}

// spanOf shows an end as its last day: a stamp is the moment at which it is over.
func spanOf(from, until clock.Stamp) spanView {
	v := spanView{HasFrom: from != 0, HasUntil: until != 0}
	if v.HasFrom {
		v.From = from.Time()
	}
	if v.HasUntil {
		v.Until = until.Time().Add(-time.Second)
	}
	return v
}

func (s *Server) person(r *Request) error {
	d, err := s.Desks.People.Show(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	authorities, err := s.authorityNames(r)
	if err != nil {
		return err
	}
	view := personView{ID: d.ID, Name: d.Name, Profile: d.Profile, Groups: strings.Fields(d.Fingerprint), Gone: d.State == person.Left, Self: d.ID == r.Session.Person}
	view.State, view.Color = stateName(d.State)
	view.HasKey = d.KeyVersion > 0
	view.CanInvite = !view.Gone
	view.CanConfirm = d.State == person.Enrolled && !view.Self && r.Session.Has(access.HeadOfSecurity)
	view.CanReadmit = d.State == person.Confirmed && d.KeyVersion > 1 && !view.Self
	view.CanRecover = view.HasKey && !view.Gone && d.Recovery.ID == ""
	if view.Recovering = d.Recovery.ID != ""; view.Recovering {
		view.RecoverOpens = d.Recovery.Opens.Time()
	}
	if view.IsAway = d.Away != 0; view.IsAway {
		view.Away = d.Away.Time().Add(-time.Second)
	}
	for _, g := range d.Grants {
		line := grantLine{ID: g.ID, Name: roleName(g.Role), Authority: authorities[g.Authority], Proposer: g.Proposer, Span: spanOf(g.From, g.Until)}
		line.State, line.Color = grantName(g.State)
		view.Roles = append(view.Roles, line)
	}
	for _, h := range d.Seats {
		line := seatOf(h.Seat)
		line.Function, line.Office = h.Function, h.Office
		view.Seats = append(view.Seats, line)
	}
	r.Title(d.Name)
	return r.Page("person.html", view)
}

func seatOf(h people.Seat) heldSeat {
	line := heldSeat{ID: h.ID, Person: h.Person, Name: h.Name, Deputy: h.Deputy, Standby: h.Standby, Present: h.Present, Span: spanOf(h.From, h.Until)}
	line.State, line.Color = grantName(h.State)
	return line
}

// authorityNames are the authorities' names by id.
func (s *Server) authorityNames(r *Request) (map[string]string, error) {
	all, err := s.Desks.People.Authorities(r.Context(), r.Session)
	out := map[string]string{}
	for _, a := range all {
		out[a.ID] = a.Name
	}
	return out, err
}

// authorityOptions are the authorities as a select shows them.
func (s *Server) authorityOptions(r *Request) ([]Option, error) {
	all, err := s.Desks.People.Authorities(r.Context(), r.Session)
	var out []Option
	for _, a := range all {
		out = append(out, Option{Value: a.ID, Text: a.Name})
	}
	return out, err
}
