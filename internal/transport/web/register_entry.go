package web

import (
	"net/http"

	"varn/internal/kit/fault"
)

// registerEntryView is one entry: the number it has elsewhere, and requests for the record.
type registerEntryView struct {
	Form      *Form
	Line      registerLine
	Authority string
	Requests  []recordLine
	Open      bool // a request waits for its answer
	Saved     bool
	Pattern   bool // what was saved is not written as this authority writes its numbers
}

func outsideForm() *Form {
	return NewForm(Text("number", "register.outside").Hint("register.outside-hint").Max(60).Complete("off").Optional())
}

func (registerEntryView) SampleForm() *Form { return outsideForm() }

func (s *Server) registerEntry(r *Request) error {
	e, err := s.Desks.Registry.Show(r.Context(), r.Session, r.Path("id"))
	if err != nil {
		return err
	}
	f := outsideForm().Set("number", e.Outside)
	view := registerEntryView{Form: f, Line: registerLineOf(e.Entry), Authority: e.Authority.Name, Saved: r.Query("sparat") != ""}
	view.Pattern = view.Saved && view.Line.Doubted
	for _, q := range e.Requests {
		line := recordLineOf(q)
		view.Open = view.Open || line.Open
		view.Requests = append(view.Requests, line)
	}
	r.Title(e.Number)
	if r.HTTP.Method != http.MethodPost {
		return r.Page("register_entry.html", view)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		_, err := s.Desks.Registry.SetOutside(r.Context(), r.Session, e.ID, f.Text("number"))
		if err == nil {
			return r.Redirect(registerPath + "/" + e.ID + "?sparat=1")
		}
		if !f.Take(err) {
			return err
		}
	}
	view.Saved, view.Pattern = false, false
	return r.Page("register_entry.html", view)
}

// registerAsk asks the circle whether the record can be released. The page never asks who wants it.
// TF 2:18
func (s *Server) registerAsk(r *Request) error {
	id := r.Path("id")
	if r.HTTP.Method == http.MethodGet {
		e, err := s.Desks.Registry.Show(r.Context(), r.Session, id)
		if err != nil {
			return err
		}
		return r.Page("confirm.html", Confirm{Heading: r.Text("register.ask", e.Number), Text: r.Text("register.ask-text"),
			Action: registerPath + "/" + id + "/begaran", Button: r.Text("register.ask-button"), Back: registerPath + "/" + id})
	}
	if _, err := s.Desks.Cases.AskRecord(r.Context(), r.Session, id); err != nil && fault.Of(err).Code != "register.asked-already" {
		return err
	}
	return r.Redirect(registerPath + "/" + id)
}
