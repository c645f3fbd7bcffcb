package web

import (
	"net/http"
	"slices"
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/kit/locale"
)

const listedPath = "/exponering/lista"

// listedView is the list of protected persons: what they are called on it and how much is looked for, never what.
type listedView struct {
	Form  *Form
	Lines []listedLine
	Done  bool
}

type listedLine struct {
	ID, Label string
	Own       bool
	Since     time.Time
	Counts    []string
}

func (listedView) SampleForm() *Form { return listedForm() }

func listedForm() *Form {
	return NewForm(append([]*Field{Text("label", "listed.label").Hint("listed.label-hint").Max(100).Complete("off")}, factFields()...)...)
}

var listedKinds = []struct {
	kind exposure.ListedKind
	term locale.Key
}{{exposure.ListedName, "listed.names"}, {exposure.ListedAddress, "listed.addresses"}, {exposure.ListedPhone, "listed.phones"}, {exposure.ListedMail, "listed.mails"}, {exposure.ListedPlate, "listed.plates"}}

// listed shows the list and enters somebody.
func (s *Server) listed(r *Request) error {
	f := listedForm()
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			err := s.Desks.Listed.Add(r.Context(), r.Session, f.Text("label"), factsOf(f))
			if err == nil {
				return r.Redirect(listedPath + "?klart=1")
			}
			if !f.Take(err) {
				return err
			}
		}
	}
	all, err := s.Desks.Listed.List(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := listedView{Form: f, Done: r.Query("klart") != ""}
	for _, one := range slices.Backward(all) {
		line := listedLine{ID: one.ID, Label: one.Label, Own: one.Own, Since: one.Since.Time()}
		for _, k := range listedKinds {
			if n := one.Counts[k.kind]; n > 0 {
				line.Counts = append(line.Counts, s.texts.Count(r.Lang, k.term, n))
			}
		}
		view.Lines = append(view.Lines, line)
	}
	return r.Page("listed.html", view)
}

// listedRemove takes somebody off the list.
func (s *Server) listedRemove(r *Request) error {
	if err := s.Desks.Listed.Remove(r.Context(), r.Session, r.Path("id")); err != nil {
		return err
	}
	return r.Redirect(listedPath)
}
