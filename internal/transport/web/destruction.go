package web

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/mailbox"
)

const (
	destructionPath    = "/gallring"
	destroyLettersPath = "/gallring/brev"
)

// destructionView is what an archivist may destroy (gallra): numbers, dates and decisions, never content.
type destructionView struct {
	Form *Form
	Any  bool
	Done int
}

func (destructionView) SampleForm() *Form { return destructionForm("cases", nil) }

// destroyLettersView is the same for exchanges of letters.
type destroyLettersView struct{ destructionView }

func (destroyLettersView) SampleForm() *Form { return destructionForm("threads", nil) }

// destroying is one sort of thing that is destroyed: chosen in a list, confirmed, and gone.
type destroying struct {
	path, field, page string
	view              func(destructionView) any
	sure              func(*Request, []string) Confirm
	list              func(context.Context, *Request) ([]Option, error)
	destroy           func(context.Context, *access.Session, []string) (int, error)
}

func destructionForm(field string, options []Option) *Form {
	if field == "threads" {
		return NewForm(Checks("threads", "destroy_letters.threads", options...).Hint("destroy_letters.threads-hint"))
	}
	return NewForm(Checks("cases", "destruction.cases", options...).Hint("destruction.cases-hint"))
}

func destroyCases(s *Server) destroying {
	return destroying{path: destructionPath, field: "cases", page: "destruction.html", destroy: s.Desks.Cases.DestroyCases,
		view: func(v destructionView) any { return v },
		sure: func(r *Request, refs []string) Confirm {
			return Confirm{Heading: s.texts.Count(r.Lang, "destruction.sure", len(refs)), Text: r.Text("destruction.sure-text", strings.Join(refs, ", ")), Button: r.Text("destruction.button")}
		},
		list: func(ctx context.Context, r *Request) (out []Option, err error) {
			all, err := s.Desks.Cases.Expired(ctx, r.Session)
			for _, c := range all {
				number := strings.Join(append([]string{c.Ref}, c.Numbers...), ", ")
				out = append(out, Option{Value: c.Ref, Text: r.Text("destruction.line", number, r.Lang.Day(c.Opened.Time()), c.Retention, r.Lang.Day(c.Forget.Time()))})
			}
			return out, err
		}}
}

func destroyLetters(s *Server) destroying {
	return destroying{path: destroyLettersPath, field: "threads", page: "destroy_letters.html", destroy: s.Desks.Mail.DestroyThreads,
		view: func(v destructionView) any { return destroyLettersView{v} },
		sure: func(r *Request, ids []string) Confirm {
			return Confirm{Heading: s.texts.Count(r.Lang, "destroy_letters.sure", len(ids)), Text: r.Text("destroy_letters.sure-text"), Button: r.Text("destroy_letters.button")}
		},
		list: func(ctx context.Context, r *Request) (out []Option, err error) {
			all, err := s.Desks.Mail.OverThreads(ctx, r.Session)
			for _, t := range all {
				from, to := r.Lang.Day(t.Opened.Time()), r.Lang.Day(t.Changed.Time())
				text := r.Text("destroy_letters.minor", t.Address, from, to, t.Decision)
				if t.Handling == mailbox.Registered {
					text = r.Text("destroy_letters.registered", t.Address, t.Number, from, to, t.Decision)
				}
				out = append(out, Option{Value: t.ID, Text: text})
			}
			return out, err
		}}
}

// destruction lists what may be destroyed, and destroys what was chosen and confirmed.
func destruction(of func(*Server) destroying) func(*Server, *Request) error {
	return func(s *Server, r *Request) error { return s.destruction(r, of(s)) }
}

func (s *Server) destruction(r *Request, of destroying) error {
	options, err := of.list(r.Context(), r)
	if err != nil {
		return err
	}
	f := destructionForm(of.field, options)
	if r.HTTP.Method != "POST" {
		return r.Page(of.page, of.view(destructionView{Form: f, Any: len(options) > 0}))
	}
	sure := Carried("sure")
	f.fields = append(f.fields, sure)
	if err := r.Read(f); err != nil {
		return err
	}
	if f.Failed() {
		return r.Page(of.page, of.view(destructionView{Form: f, Any: true}))
	}
	chosen := f.All(of.field)
	if sure.Value() == "" {
		ask := of.sure(r, chosen)
		ask.Action, ask.Back, ask.Danger, ask.Hidden = of.path, of.path, true, []Hidden{{"sure", "1"}, {onceName, f.Once()}}
		for _, id := range chosen {
			ask.Hidden = append(ask.Hidden, Hidden{of.field, id})
		}
		return r.Page("confirm.html", ask)
	}
	done, err := of.destroy(r.Context(), r.Session, chosen)
	if err != nil && !takes(f, err) {
		return err
	}
	view := destructionView{Form: f, Any: len(options) > done, Done: done}
	if err == nil {
		left, err := of.list(r.Context(), r)
		if err != nil {
			return err
		}
		view.Form, view.Any = destructionForm(of.field, left), len(left) > 0
	}
	return r.Page(of.page, of.view(view))
}
