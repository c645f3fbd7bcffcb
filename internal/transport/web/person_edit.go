package web

import (
	"context"
	"net/http"
	"strconv"

	"varn/internal/domain/person"
	"varn/internal/kit/fault"
)

// personEditView registers somebody, or changes what is kept of them.
type personEditView struct {
	Form *Form
	ID   string // empty: a new person
	Name string
}

func personForm() *Form {
	return NewForm(
		Text("name", "person_edit.name").Hint("person_edit.name-hint").Complete("off"),
		Email("address", "person.address").Hint("person_edit.address-hint").Complete("off").Optional(),
		Phone("phone", "person.phone").Complete("off").Optional(),
		Text("title", "person.title-field").Hint("person_edit.title-hint").Complete("off").Optional(),
		Text("party", "person.party").Complete("off").Optional(),
		Check("protected", "person_edit.protected").Hint("person_edit.protected-hint"),
	)
}

func (personEditView) SampleForm() *Form { return personForm() }

func profileFrom(f *Form) person.Profile {
	return person.Profile{Name: f.Text("name"), Address: f.Text("address"), Phone: f.Text("phone"), Title: f.Text("title"),
		Party: f.Text("party"), Protected: f.Checked("protected")}
}

// personNew enters somebody by hand.
func (s *Server) personNew(r *Request) error {
	f := personForm()
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			id, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) {
				return s.Desks.People.RegisterPerson(ctx, r.Session, profileFrom(f))
			})
			switch {
			case err == nil:
				return r.Redirect(personPath(id))
			case fault.Is(err, fault.Conflict):
				f.Fail("address", "people.taken")
			case !f.Take(err):
				return err
			}
		}
	}
	return r.Page("person_edit.html", personEditView{Form: f})
}

// personEdit changes somebody's profile; two who do it at once lose neither text.
func (s *Server) personEdit(r *Request) error {
	d, err := s.Desks.People.Show(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	f := personForm()
	view := personEditView{Form: f, ID: d.ID, Name: d.Name}
	now := strconv.FormatInt(d.Version, 10)
	if r.HTTP.Method != http.MethodPost {
		fillPerson(f, d.Profile)
		f.Seen(now)
		return r.Page("person_edit.html", view)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return r.Page("person_edit.html", view)
	}
	version, _ := strconv.ParseInt(f.Version(), 10, 64)
	err = s.Desks.People.ChangePerson(r.Context(), r.Session, d.ID, profileFrom(f), version)
	switch {
	case err == nil:
		return r.Redirect(personPath(d.ID))
	case fault.Is(err, fault.Conflict) && version == d.Version:
		f.Fail("address", "people.taken")
	case fault.Is(err, fault.Conflict):
		return r.Conflict(f, now, map[string]string{"name": d.Profile.Name, "address": d.Profile.Address, "phone": d.Profile.Phone,
			"title": d.Profile.Title, "party": d.Profile.Party})
	case !f.Take(err):
		return err
	}
	return r.Page("person_edit.html", view)
}

func fillPerson(f *Form, v person.Profile) {
	f.Set("name", v.Name).Set("address", v.Address).Set("phone", v.Phone).Set("title", v.Title).Set("party", v.Party)
	if v.Protected {
		f.Set("protected", "1")
	}
}
