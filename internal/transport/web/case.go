package web

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/kit/locale"
	"varn/internal/usecase/once"
)

// caseView is a case laid open to a member of its circle.
type caseView struct {
	Form      *Form
	Ref, Href string
	Title     string
	StateKey  locale.Key
	Color     string
	Closed    bool
	Opened    time.Time
	Members   []string
	Nameless  int // seats whose holder has no name here any more
	Alone     bool
	Events    []caseEvent
	// Carried are uploads that came with a form that must be mended.
	Carried []carriedFile
	Most    int64
	Course  courseView
	Work    []workLine
}

func (caseView) SampleForm() *Form { return caseForm() }

// caseEvent is one line of the timeline: a message or an attachment.
type caseEvent struct {
	ID, Author, Text string
	// Note: among the circle alone. Reporter: from whoever reported. As is the function that its
	// author acted for; Act what was done, in words; Reason why.
	Note, Reporter  bool
	As, Act, Reason string
	Told            *toldView
	At              time.Time
	File, FileHref  string
	Size            int64
}

// carriedFile is a file that has been received and waits for its form.
type carriedFile struct {
	Address, Name string
	Size          int64
}

func caseForm() *Form {
	return NewForm(
		Area("text", "case.message").Max(casefile.MaxMessage).Tall(5).OneOf(),
		File("files", "case.files").Hint("case.files-hint").UploadTo(uploadPath),
	)
}

// caseShow (ärende) shows a case. Its title stands on the page and never in its address or title.
func (s *Server) caseShow(r *Request) error { return s.casePage(r, caseForm()) }

func (s *Server) casePage(r *Request, f *Form) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	view := caseView{Form: f, Ref: c.Ref, Href: casePath + c.Ref, Title: c.Title, Closed: c.State == casefile.Closed,
		Opened: c.Opened.Time(), Alone: c.Openers < 2, Most: plainLimit}
	view.StateKey, view.Color = stateOf(c.State)
	for _, seat := range c.Circle {
		switch {
		case seat.Gone:
		case seat.Name == "":
			view.Nameless++
		default:
			view.Members = append(view.Members, seat.Name)
		}
	}
	for _, e := range c.Timeline {
		one := caseEvent{ID: e.ID, Author: e.Author, Text: e.Text, At: e.Created.Time(), Note: e.Kind == casefile.Note, Reporter: e.Reporter,
			As: e.As, Act: eventText(r, e, c.Names)}
		if e.Change != nil {
			one.Reason = e.Change.Reason
		}
		if e.Report != nil {
			one.Told = toldOf(r, e.Report, e.Told)
		}
		if e.File != nil {
			one.File, one.FileHref, one.Size = e.File.Name, view.Href+"/fil/"+e.ID, e.File.Size
		}
		view.Events = append(view.Events, one)
	}
	if view.Course, err = s.courseOf(r, c); err != nil {
		return err
	}
	view.Work = workOf(r, c)
	if view.Carried, err = s.carried(r, f); err != nil {
		return err
	}
	r.Title(r.Text("case.title") + " " + c.Ref)
	return r.Page("case.html", view)
}

// caseWrite seals what was written and attached into the case.
func (s *Server) caseWrite(r *Request) error {
	f := caseForm()
	// The circle is asked before a byte of a file is taken.
	if !s.Desks.Cases.Knows(r.Context(), r.Session, r.Path("ref")) {
		return s.unknown(r)
	}
	files, err := s.readFiles(r, f)
	if err != nil {
		return err
	}
	if !f.Failed() && f.Text("text") == "" && len(files.all()) == 0 {
		f.Fail("text", "case.nothing")
	}
	if f.Failed() {
		return s.casePage(r, f)
	}
	body, err := json.Marshal([]any{f.Text("text"), files.before})
	if err != nil {
		return err
	}
	_, replayed, err := s.Desks.Once.Do(r.Context(), r.ask(f, body), func(ctx context.Context) ([]byte, error) {
		ids, err := s.Desks.Cases.Attach(ctx, r.Session, r.Path("ref"), f.Text("text"), files.all())
		return []byte(strings.Join(ids, " ")), err
	})
	if replayed {
		s.drop(r, files)
	}
	if err == nil {
		return r.Redirect(casePath + r.Path("ref") + "#senaste")
	}
	if !f.Take(err) {
		return err
	}
	return s.casePage(r, f)
}

// ask is what a write sent twice is known by: who sent it, where to, the form's own key, and what
// it held. A guest is known by their visit.
func (r *Request) ask(f *Form, body []byte) once.Ask {
	who := r.sender()
	return once.Ask{Org: who.Org, Scope: cmp.Or(who.Person, who.ID) + " " + r.HTTP.Method + " " + r.HTTP.URL.Path, Key: f.Once(), Body: body}
}

// carried names the uploads that came with a form, so that it can be sent again without them.
func (s *Server) carried(r *Request, f *Form) ([]carriedFile, error) {
	sent, err := s.Desks.Cases.Uploads(r.Context(), r.sender(), secrets(f.Uploads("files")))
	if err != nil {
		return nil, err
	}
	var out []carriedFile
	for _, u := range sent {
		out = append(out, carriedFile{uploadPath + "/" + u.Secret, u.Name, u.Size})
	}
	return out, nil
}

// secrets takes the secrets out of uploads' addresses.
func secrets(addresses []string) []string {
	var out []string
	for _, a := range addresses {
		if secret, ok := strings.CutPrefix(a, uploadPath+"/"); ok {
			out = append(out, secret)
		}
	}
	return out
}
