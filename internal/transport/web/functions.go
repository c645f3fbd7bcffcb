package web

import (
	"context"
	"net/http"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/usecase/people"
)

const functionsPath = "/funktioner"

// functionsView (funktioner) lists the functions with their contact cards and who holds them.
type functionsView struct {
	Groups []functionGroup
	Staff  bool
}

// functionGroup is an authority's functions.
type functionGroup struct {
	Name      string
	Functions []functionCard
}

type functionCard struct {
	ID       string
	Kind     string
	Card     function.Card
	Enrolled bool
	Holders  []heldSeat
}

func (s *Server) functions(r *Request) error {
	all, err := s.Desks.People.Functions(r.Context(), r.Session)
	if err != nil {
		return err
	}
	authorities, err := s.Desks.People.Authorities(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := functionsView{Staff: r.Session.Has(access.Administrator, access.HeadOfSecurity)}
	for _, a := range authorities {
		group := functionGroup{Name: a.Name}
		for _, o := range all {
			if o.Authority == a.ID {
				group.Functions = append(group.Functions, s.functionCard(r, o))
			}
		}
		if len(group.Functions) > 0 {
			view.Groups = append(view.Groups, group)
		}
	}
	return r.Page("functions.html", view)
}

// functionCard is a function with those who hold it now or are to.
func (s *Server) functionCard(r *Request, o people.Office) functionCard {
	card := functionCard{ID: o.ID, Kind: r.Text(kindName(o.Kind)), Card: o.Card, Enrolled: o.Enrolled}
	for _, h := range o.Seats {
		card.Holders = append(card.Holders, seatOf(h))
	}
	return card
}

// functionNewView enters a function.
type functionNewView struct{ Form *Form }

func functionForm(authorities []Option) *Form {
	return NewForm(append([]*Field{
		Select("kind", "function.kind", kindOptions()...),
		Select("authority", "function.authority", authorities...),
	}, cardForm().Fields()...)...)
}

func cardForm() *Form {
	return NewForm(
		Text("name", "function.name").Hint("function.name-hint").Complete("off"),
		Phone("phone", "function.phone").Complete("off").Optional(),
		Text("hours", "function.hours").Hint("function.hours-hint").Complete("off").Optional(),
		Email("mail", "function.mail").Complete("off").Optional(),
	)
}

func (functionNewView) SampleForm() *Form { return functionForm(nil) }

func cardFrom(f *Form) function.Card {
	return function.Card{Name: f.Text("name"), Phone: f.Text("phone"), Hours: f.Text("hours"), Mail: f.Text("mail")}
}

func (s *Server) functionNew(r *Request) error {
	authorities, err := s.authorityOptions(r)
	if err != nil {
		return err
	}
	f := functionForm(authorities)
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			id, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) {
				return s.Desks.People.RegisterFunction(ctx, r.Session, people.NewFunction{
					Authority: f.Text("authority"), Kind: function.Kind(f.Text("kind")), Card: cardFrom(f),
				})
			})
			if err == nil {
				return r.Redirect(functionsPath + "/" + id)
			}
			if !f.Take(err) {
				return err
			}
		}
	}
	return r.Page("function_new.html", functionNewView{f})
}
