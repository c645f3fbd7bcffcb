package web

import (
	"context"

	"varn/internal/usecase/once"
)

// casePolice asks before the police's view is made, and makes it.
func (s *Server) casePolice(r *Request) error {
	ref := r.Path("ref")
	if !s.Desks.Cases.Knows(r.Context(), r.Session, ref) {
		return s.unknown(r)
	}
	f := NewForm()
	if r.HTTP.Method != "POST" {
		r.Title(r.Text("case_police.title") + " – " + ref)
		return r.Page("confirm.html", Confirm{Heading: r.Text("case_police.title"), Text: r.Text("case_police.lead"), Action: casePath + ref + "/polis",
			Button: r.Text("case_police.button"), Back: casePath + ref, Hidden: []Hidden{{onceName, f.Once()}}})
	}
	if err := r.Read(f); err != nil {
		return err
	}
	made, _, err := s.Desks.Once.Do(r.Context(), once.Ask{Org: r.Session.Org, Scope: r.Session.Person + " " + r.HTTP.URL.Path, Key: f.Once(), Body: []byte(ref)},
		func(ctx context.Context) ([]byte, error) {
			made, err := s.Desks.Cases.MakePoliceView(ctx, r.Session, ref)
			return []byte(made), err
		})
	if err != nil {
		return err
	}
	return r.Redirect(casePath + string(made))
}
