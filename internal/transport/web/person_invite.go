package web

import (
	"net/http"

	"varn/internal/kit/fault"
)

// personInviteView asks, and then shows the invitation once.
type personInviteView struct {
	ID, Name   string
	HasKey     bool
	Made       bool
	Invitation invitationView
}

// personInvite makes an invitation. It is shown once, to be handed over directly.
func (s *Server) personInvite(r *Request) error {
	d, err := s.Desks.People.Show(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	view := personInviteView{ID: d.ID, Name: d.Name, HasKey: d.KeyVersion > 0}
	if r.HTTP.Method == http.MethodPost {
		secret, err := s.Desks.People.Invite(r.Context(), r.Session, d.ID)
		if err != nil {
			return err
		}
		view.Made, view.Invitation = true, s.invitation("", secret)
	}
	return r.Page("person_invite.html", view)
}

// personLeave asks first, then ends somebody's time here.
func (s *Server) personLeave(r *Request) error {
	d, err := s.Desks.People.Show(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	if r.HTTP.Method == http.MethodGet {
		return r.Page("confirm.html", Confirm{
			Heading: r.Text("person_leave.ask", d.Name), Text: r.Text("person_leave.text"), Action: personPath(d.ID, "/avsluta"),
			Button: r.Text("person.leave"), Danger: true, Back: personPath(d.ID),
		})
	}
	if err := s.Desks.People.Leave(r.Context(), r.Session, d.ID); err != nil {
		return err
	}
	return r.Redirect(personPath(d.ID))
}

// personReadmitView tells what somebody was given back.
type personReadmitView struct {
	Name         string
	Seats, Cases int
}

// personReadmit (släpp in igen) gives somebody with a new key what they share with the visitor.
func (s *Server) personReadmit(r *Request) error {
	name, err := s.Desks.People.Name(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	if r.HTTP.Method == http.MethodGet {
		return r.Page("confirm.html", Confirm{
			Heading: r.Text("readmit.ask", name), Text: r.Text("readmit.text"), Action: personPath(r.Path("id"), "/slapp-in"),
			Button: r.Text("readmit.button"), Back: "/",
		})
	}
	seats, cases, err := s.Desks.People.Readmit(r.Context(), r.Session, r.Path("id"))
	if fault.Is(err, fault.NotFound) && codeOf(err) == "readmit.nothing" {
		err = fault.New(fault.Conflict, "readmit.nothing")
	}
	if err != nil {
		return err
	}
	return r.Page("person_readmit.html", personReadmitView{Name: name, Seats: seats, Cases: cases})
}
