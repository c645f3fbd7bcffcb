package web

import (
	"slices"
	"strings"
)

const destructionPath = "/gallring"

// destructionView is the cases whose time is over (gallring), as an archivist sees them: numbers,
// dates and decisions, never content.
type destructionView struct {
	Form *Form
	Any  bool
	Done int
}

func (destructionView) SampleForm() *Form { return destructionForm(nil) }

func destructionForm(cases []Option) *Form {
	return NewForm(Checks("cases", "destruction.cases", cases...).Hint("destruction.cases-hint"))
}

func (s *Server) destructionOf(r *Request) (*Form, error) {
	list, err := s.Desks.Cases.Expired(r.Context(), r.Session)
	var options []Option
	for _, c := range list {
		number := c.Ref
		for _, n := range c.Numbers {
			number += ", " + n
		}
		options = append(options, Option{Value: c.Ref, Text: r.Text("destruction.line", number, r.Lang.Day(c.Opened.Time()), c.Retention, r.Lang.Day(c.Forget.Time()))})
	}
	return destructionForm(options), err
}

// destruction lists them, and destroys those that were chosen and confirmed.
func (s *Server) destruction(r *Request) error {
	f, err := s.destructionOf(r)
	if err != nil {
		return err
	}
	if r.HTTP.Method != "POST" {
		return r.Page("destruction.html", destructionView{Form: f, Any: len(f.Field("cases").Options) > 0})
	}
	sure := Carried("sure")
	f.fields = append(f.fields, sure)
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return r.Page("destruction.html", destructionView{Form: f, Any: true})
	}
	refs := f.All("cases")
	if sure.Value() == "" {
		hidden := []Hidden{{"sure", "1"}, {onceName, f.Once()}}
		for _, ref := range refs {
			hidden = append(hidden, Hidden{"cases", ref})
		}
		return r.Page("confirm.html", Confirm{Heading: s.texts.Count(r.Lang, "destruction.sure", len(refs)), Text: r.Text("destruction.sure-text", strings.Join(refs, ", ")), Action: destructionPath,
			Button: r.Text("destruction.button"), Danger: true, Back: destructionPath, Hidden: hidden})
	}
	done, err := s.Desks.Cases.DestroyCases(r.Context(), r.Session, refs)
	if err != nil && !takes(f, err) {
		return err
	}
	view := destructionView{Form: f, Any: len(f.Field("cases").Options) > done, Done: done}
	if err == nil {
		if view.Form, err = s.destructionOf(r); err != nil {
			return err
		}
	}
	view.Form.Field("cases").Options = slices.DeleteFunc(view.Form.Field("cases").Options, func(o Option) bool { return o.Value == "" })
	return r.Page("destruction.html", view)
}
