package web

import (
	"context"
	"net/http"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/directory"
)

// keepers is the need of those who keep the directory, deciders of those who enter what is decided of it.
func keepers() Need  { return Roles(directory.Staff()...) }
func deciders() Need { return Roles(directory.Deciders()...) }

// filingAct is one form of the directory's keepers: its words, its fields, and what it does. The form may
// carry the version of what is edited; do gives where to go on.
type filingAct struct {
	title, lead, button locale.Key
	back                func(*Request) string
	form                func(*Server, *Request) (f *Form, about string, err error)
	do                  func(context.Context, *Server, *Request, *Form) (string, error)
}

// filingView is the page of such a form.
type filingView struct {
	Form                *Form
	Title, Lead, Button locale.Key
	About, Back         string
}

func (filingView) SampleForm() *Form { return NewForm(Text("name", "directory.name")) }

// filing makes the handler of a form.
func filing(a filingAct) func(*Server, *Request) error {
	return func(s *Server, r *Request) error {
		f, about, err := a.form(s, r)
		if err != nil {
			return err
		}
		r.Title(r.Text(a.title))
		view := filingView{Form: f, Title: a.title, Lead: a.lead, Button: a.button, About: about, Back: a.back(r)}
		if r.HTTP.Method != http.MethodPost {
			return r.Page("directory_form.html", view)
		}
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			to, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) { return a.do(ctx, s, r, f) })
			switch {
			case err == nil:
				if to == "" {
					to = a.back(r)
				}
				return r.Redirect(to)
			case fault.Is(err, fault.Conflict) && fault.Of(err).Code == "fault.changed":
				f.Fail("", "fault.changed")
			case !f.Take(err):
				return err
			}
		}
		return r.Page("directory_form.html", view)
	}
}

// decides tells whether a visitor may enter decisions.
func decides(s *access.Session) bool { return s.Has(directory.Deciders()...) }
