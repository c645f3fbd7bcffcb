package web

import (
	"context"
	"net/http"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/people"
)

const confirmPath = "/att-bekrafta"

// seated is the need of those who confirm: holders of a function, and those who keep the register.
type seated struct{}

func (seated) met(who *access.Session) verdict {
	if v := SignedIn.met(who); v != welcome {
		return v
	}
	if len(who.Functions) == 0 && !who.Has(access.Administrator, access.HeadOfSecurity) {
		return refused
	}
	return welcome
}

// String names the need as the access matrix writes it.
func (seated) String() string { return "who holds a function or administrator or head_of_security" }

// confirmWaitingView (att bekräfta) is everything that waits for a second pair of eyes.
type confirmWaitingView struct {
	People   []waitingPerson
	Roles    []waitingRole
	Seats    []waitingSeat
	Returned []waitingPerson
	Rules    []waitingRule
	Nothing  bool
}

type waitingPerson struct{ ID, Name, Title string }

type waitingRole struct {
	ID, Name, Proposer string
	Role               locale.Key
	Why                locale.Key // empty: the visitor can confirm it
}

type waitingSeat struct {
	ID, Name, Office, Proposer string
	Deputy, Standby            bool
	Span                       spanView
	Why                        locale.Key
}

// why is what stands in the way, in words.
func why(h people.Hindrance) locale.Key {
	switch h {
	case people.Free:
		return ""
	case people.FourEyes:
		return "confirm_waiting.why-four-eyes"
	case people.OnlyHead:
		return "confirm_waiting.why-only-head"
	case people.OnlyHolder:
		return "confirm_waiting.why-only-holder"
	case people.KeyFirst:
		return "confirm_waiting.why-key-first"
	}
	return "confirm_waiting.why-locked"
}

func (s *Server) confirmWaiting(r *Request) error {
	all, err := s.Desks.People.Proposals(r.Context(), r.Session)
	if err != nil {
		return err
	}
	rules, err := s.waitingRules(r)
	if err != nil {
		return err
	}
	view := confirmWaitingView{Rules: rules, Nothing: len(all.People)+len(all.Roles)+len(all.Seats)+len(all.Returned)+len(rules) == 0}
	for _, p := range all.People {
		view.People = append(view.People, waitingPerson{p.ID, p.Name, joined(p.Title, p.Party)})
	}
	for _, p := range all.Returned {
		view.Returned = append(view.Returned, waitingPerson{p.ID, p.Name, joined(p.Title, p.Party)})
	}
	for _, g := range all.Roles {
		view.Roles = append(view.Roles, waitingRole{ID: g.ID, Name: g.Name, Proposer: g.Proposer, Role: roleName(g.Role), Why: why(g.Why)})
	}
	for _, h := range all.Seats {
		view.Seats = append(view.Seats, waitingSeat{ID: h.ID, Name: h.Name, Office: h.Office, Proposer: h.Proposer,
			Deputy: h.Deputy, Standby: h.Standby, Span: spanOf(h.From, h.Until), Why: why(h.Why)})
	}
	return r.Page("confirm_waiting.html", view)
}

// confirmRole lets a proposed role take effect.
func (s *Server) confirmRole(r *Request) error {
	return s.confirmed(r, s.Desks.People.ConfirmRole)
}

// confirmSeat lets a proposed seat take effect.
func (s *Server) confirmSeat(r *Request) error {
	return s.confirmed(r, s.Desks.People.ConfirmHolder)
}

// confirmed does one act on the id that the form carries.
func (s *Server) confirmed(r *Request, act func(context.Context, *access.Session, string) error) error {
	f := idForm()
	if err := r.Read(f); err != nil {
		return err
	}
	if err := act(r.Context(), r.Session, f.Text("id")); err != nil {
		return err
	}
	return r.Redirect(confirmPath)
}

// confirmPersonView compares a fingerprint with the person whose key it is.
type confirmPersonView struct {
	Form           *Form
	ID, Name, Text string
}

func confirmPersonForm() *Form {
	return NewForm(
		Text("fingerprint", "confirm_person.fingerprint").Hint("setup_confirm.fingerprint-hint").Max(60).Complete("off"),
		Check("checked", "confirm_person.checked"),
	)
}

func (confirmPersonView) SampleForm() *Form { return confirmPersonForm() }

// confirmPerson makes a key the one that things are sealed to. What is stored is not shown: the
// visitor types what they hear, so that a key exchanged in the database does not pass.
func (s *Server) confirmPerson(r *Request) error {
	p, err := s.Desks.People.Waiter(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	f := confirmPersonForm()
	f.Field("checked").Required = true
	view := confirmPersonView{Form: f, ID: p.ID, Name: p.Name, Text: joined(p.Title, p.Party)}
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			err := s.Desks.People.ConfirmPerson(r.Context(), r.Session, p.ID, strings.TrimSpace(f.Text("fingerprint")))
			switch {
			case err == nil:
				return r.Redirect(confirmPath)
			case fault.Is(err, fault.Conflict):
				f.Fail("", codeOf(err))
			case !f.Take(err):
				return err
			}
		}
	}
	return r.Page("confirm_person.html", view)
}
