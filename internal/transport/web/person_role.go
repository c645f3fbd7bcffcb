package web

import (
	"context"
	"net/http"

	"varn/internal/domain/access"
	"varn/internal/usecase/people"
)

// personRoleView proposes a role.
type personRoleView struct {
	Form     *Form
	ID, Name string
}

func personRoleForm(authorities []Option) *Form {
	return NewForm(
		Select("role", "person_role.role", roleOptions()...),
		Select("authority", "person_role.authority", authorities...).Hint("person_role.authority-hint").Optional(),
		Date("from", "person_role.from").Optional(),
		Date("until", "person_role.until").Optional(),
	)
}

func (personRoleView) SampleForm() *Form { return personRoleForm(nil) }

func (s *Server) personRole(r *Request) error {
	name, err := s.Desks.People.Name(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	authorities, err := s.authorityOptions(r)
	if err != nil {
		return err
	}
	f := personRoleForm(authorities)
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			_, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) {
				return s.Desks.People.ProposeRole(ctx, r.Session, people.RoleProposal{
					Person: r.Path("id"), Role: access.Role(f.Text("role")), Authority: f.Text("authority"), From: startOfDay(f, "from"), Until: endOfDay(f, "until"),
				})
			})
			if err == nil {
				return r.Redirect(personPath(r.Path("id")))
			}
			if !f.Take(err) {
				return err
			}
		}
	}
	return r.Page("person_role.html", personRoleView{Form: f, ID: r.Path("id"), Name: name})
}

// personRoleEnd takes a role away.
func (s *Server) personRoleEnd(r *Request) error {
	f := idForm()
	if err := r.Read(f); err != nil {
		return err
	}
	if err := s.Desks.People.EndRole(r.Context(), r.Session, f.Text("id")); err != nil {
		return err
	}
	return r.Redirect(personPath(r.Path("id")))
}

// personAwayView notes until when somebody is away.
type personAwayView struct {
	Form     *Form
	ID, Name string
}

func (personAwayView) SampleForm() *Form { return awayForm() }

func (s *Server) personAway(r *Request) error {
	name, err := s.Desks.People.Name(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	f := NewForm(Date("until", "account.away-until").Hint("person_away.hint").Optional())
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			err := s.Desks.People.SetLeave(r.Context(), r.Session, r.Path("id"), endOfDay(f, "until"))
			if err == nil {
				return r.Redirect(personPath(r.Path("id")))
			}
			if !f.Take(err) {
				return err
			}
		}
	}
	return r.Page("person_away.html", personAwayView{Form: f, ID: r.Path("id"), Name: name})
}
