package web

import (
	"context"
	"net/http"
	"strconv"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/usecase/people"
)

// functionView (funktion) is one function: its card, and who holds it.
type functionView struct {
	functionCard
	Authority string
	MayEdit   bool
	Staff     bool
}

// office finds a function in the list, or NotFound.
func (s *Server) office(r *Request) (people.Office, error) {
	all, err := s.Desks.People.Functions(r.Context(), r.Session)
	if err != nil {
		return people.Office{}, err
	}
	for _, o := range all {
		if o.ID == r.Path("id") {
			return o, nil
		}
	}
	return people.Office{}, fault.New(fault.NotFound, "fault.not-found")
}

func (s *Server) function(r *Request) error {
	o, err := s.office(r)
	if err != nil {
		return err
	}
	authorities, err := s.authorityNames(r)
	if err != nil {
		return err
	}
	staff := r.Session.Has(access.Administrator, access.HeadOfSecurity)
	r.Title(o.Card.Name)
	return r.Page("function.html", functionView{functionCard: s.functionCard(r, o), Authority: authorities[o.Authority],
		MayEdit: staff || r.Session.Holds(o.ID), Staff: staff})
}

// functionEditView changes a contact card.
type functionEditView struct {
	Form     *Form
	ID, Name string
}

func (functionEditView) SampleForm() *Form { return cardForm() }

// functionEdit changes a contact card; two who do it at once lose neither text.
func (s *Server) functionEdit(r *Request) error {
	o, err := s.office(r)
	if err != nil {
		return err
	}
	if !r.Session.Has(access.Administrator, access.HeadOfSecurity) && !r.Session.Holds(o.ID) {
		return fault.New(fault.Denied, "fault.denied")
	}
	f := cardForm()
	view := functionEditView{Form: f, ID: o.ID, Name: o.Card.Name}
	now := strconv.FormatInt(o.Version, 10)
	if r.HTTP.Method != http.MethodPost {
		f.Set("name", o.Card.Name).Set("phone", o.Card.Phone).Set("hours", o.Card.Hours).Set("mail", o.Card.Mail).Seen(now)
		return r.Page("function_edit.html", view)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return r.Page("function_edit.html", view)
	}
	version, _ := strconv.ParseInt(f.Version(), 10, 64)
	err = s.Desks.People.ChangeCard(r.Context(), r.Session, o.ID, cardFrom(f), version)
	switch {
	case err == nil:
		return r.Redirect(functionsPath + "/" + o.ID)
	case fault.Is(err, fault.Conflict):
		return r.Conflict(f, now, map[string]string{"name": o.Card.Name, "phone": o.Card.Phone, "hours": o.Card.Hours, "mail": o.Card.Mail})
	case !f.Take(err):
		return err
	}
	return r.Page("function_edit.html", view)
}

// functionSeatView proposes somebody for a seat.
type functionSeatView struct {
	Form     *Form
	ID, Name string
}

func functionSeatForm(holders []Option) *Form {
	return NewForm(
		Text("person", "function_seat.person").Hint("function_seat.person-hint").Complete("off"),
		Select("deputy_for", "function_seat.deputy-for", holders...).Hint("function_seat.deputy-hint").Optional(),
		Date("from", "person_role.from").Optional(),
		Date("until", "person_role.until").Optional(),
		Check("standby", "function_seat.standby").Hint("function_seat.standby-hint"),
	)
}

func (functionSeatView) SampleForm() *Form { return functionSeatForm(nil) }

func (s *Server) functionSeat(r *Request) error {
	o, err := s.office(r)
	if err != nil {
		return err
	}
	var holders []Option
	for _, h := range o.Seats {
		if h.Present && !h.Deputy {
			holders = append(holders, Option{Value: h.Person, Text: h.Name})
		}
	}
	f := functionSeatForm(holders)
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			err := s.proposeSeat(r, f, o.ID)
			switch {
			case err == nil:
				return r.Redirect(functionsPath + "/" + o.ID)
			case fault.Is(err, fault.Conflict):
				f.Fail("person", codeOf(err))
			case !f.Take(err):
				return err
			}
		}
	}
	return r.Page("function_seat.html", functionSeatView{Form: f, ID: o.ID, Name: o.Card.Name})
}

func (s *Server) proposeSeat(r *Request, f *Form, functionID string) error {
	who, err := s.Desks.People.Find(r.Context(), r.Session, f.Text("person"))
	if err != nil {
		return err
	}
	_, err = s.onceOnly(r, f, func(ctx context.Context) (string, error) {
		return s.Desks.People.ProposeHolder(ctx, r.Session, people.SeatProposal{Function: functionID, Person: who.ID,
			DeputyFor: f.Text("deputy_for"), Standby: f.Checked("standby"), From: startOfDay(f, "from"), Until: endOfDay(f, "until")})
	})
	return err
}

// functionSeatEnd asks first, then ends a seat.
func (s *Server) functionSeatEnd(r *Request) error {
	o, err := s.office(r)
	if err != nil {
		return err
	}
	f := idForm()
	if r.HTTP.Method == http.MethodGet {
		for _, h := range o.Seats {
			if h.ID == r.Query("id") {
				return r.Page("confirm.html", Confirm{
					Heading: r.Text("function_seat.end-ask", h.Name), Text: r.Text("function_seat.end-text", o.Card.Name), Action: functionsPath + "/" + o.ID + "/plats/avsluta",
					Button: r.Text("function_seat.end"), Danger: true, Back: functionsPath + "/" + o.ID, Hidden: []Hidden{{Name: "id", Value: h.ID}},
				})
			}
		}
		return fault.New(fault.NotFound, "fault.not-found")
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if err := s.Desks.People.EndHolder(r.Context(), r.Session, f.Text("id")); err != nil {
		return err
	}
	return r.Redirect(functionsPath + "/" + o.ID)
}
