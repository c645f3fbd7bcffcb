package web

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"slices"
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/domain/extract"
	"varn/internal/kit/locale"
	usepublish "varn/internal/usecase/publish"
)

const publishPath = "/exponering/kontroll"

// publishers may have documents looked through: those who publish for the municipality.
func publishers() Need { return Roles(usepublish.Publishers()...) }

// publishView (kontroll före publicering) is where a document is looked through before it is published, and what was found.
type publishView struct {
	Form    *Form
	Keeper  bool // sees the work list too
	Done    bool
	Answer  Alert
	Name    string
	Found   []publishLine
	More    int // findings that are not listed
	Facts   []extract.Fact
	Layers  []usepublish.Layer
	Unread  []extract.Unread
	Pages   []publishPage
	Copy    template.URL // the copy itself; nothing is kept here
	CopyAs  string
	CopySaw Alert
	Left    []publishLine
	LeftToo publishLeft
	NoCopy  string
}

// publishLeft is what a copy holds still, besides what was found in its words.
type publishLeft struct {
	Facts  []extract.Fact
	Layers []usepublish.Layer
	Unread []extract.Unread
}

type publishLine struct {
	Kind   locale.Key
	Value  string
	Where  string // a page, a file inside
	Page   int
	Place  string // the term of the place
	Why    locale.Key
	Listed bool
}

type publishPage struct {
	Page    int
	Place   string
	Name    string
	Picture template.URL
	Width   int
	Height  int
	Marks   int
	Pieces  []usepublish.Piece
}

func (publishView) SampleForm() *Form { return publishForm() }

func publishForm() *Form {
	f := File("document", "publish.file").Hint("publish.file-hint").OneOf().One()
	return NewForm(f, Check("mask", "publish.mask").Hint("publish.mask-hint")).Set("mask", "1")
}

// publish looks through a document that is sent in. The answer is a page with everything in it: nothing is kept.
func (s *Server) publish(r *Request) error {
	view := publishView{Form: publishForm(), Keeper: exposers().met(r.Session) == welcome}
	if r.HTTP.Method != http.MethodPost {
		return r.Page("publish.html", view)
	}
	control := http.NewResponseController(r.W)
	r.HTTP.Body = http.MaxBytesReader(r.W, patientBody{patient{r.HTTP.Body, control}, r.HTTP.Body}, usepublish.MaxDocument+bodyLimit)
	defer func() {
		_ = control.SetReadDeadline(time.Time{})
		_ = control.SetWriteDeadline(time.Now().Add(timeLimit))
	}()
	var name string
	var content []byte
	view.Form.Set("mask")
	if err := r.ReadParts(view.Form, func(field, file string, body io.Reader) error {
		if field != "document" || content != nil {
			return nil
		}
		var err error
		name = file
		content, err = io.ReadAll(io.LimitReader(body, usepublish.MaxDocument+1))
		if err != nil {
			return unreadable(err)
		}
		return nil
	}); err != nil {
		return err
	}
	switch {
	case len(content) == 0:
		view.Form.Fail("document", "form.required")
		return r.Page("publish.html", view)
	case len(content) > usepublish.MaxDocument:
		view.Form.Fail("document", "publish.too-large")
		return r.Page("publish.html", view)
	}
	_ = control.SetWriteDeadline(time.Now().Add(5 * time.Minute)) // pages are drawn one by one
	got, err := s.Desks.Publish.Check(r.Context(), r.Session, usepublish.Ask{Name: name, Mask: view.Form.Checked("mask"), Copy: true, Pages: true}, bytes.NewReader(content))
	if err != nil {
		return err
	}
	view.fill(r, got)
	return r.Page("publish.html", view)
}

// publishListed is how many findings a page lists.
const publishListed = 300

func (v *publishView) fill(r *Request, got usepublish.Report) {
	v.Done, v.Name = true, got.Name
	v.Found, v.More = publishLines(got.Findings)
	v.Facts, v.Layers, v.Unread = onceEach(got.Facts), got.Layers, got.Unread
	switch {
	case got.Clean():
		v.Answer = Alert{"success", r.Text("publish.clean"), r.Text("publish.clean-text")}
	case len(got.Findings)+len(got.Facts)+len(got.Layers) == 0:
		v.Answer = Alert{"warning", r.Text("publish.unread-only"), r.Text("publish.unread-only-text")}
	default:
		v.Answer = Alert{"danger", r.Text("publish.found"), r.Text("publish.found-text")}
	}
	for _, p := range got.Views {
		one := publishPage{Page: p.Page, Place: p.Place.Term(), Name: p.Name, Width: p.Width, Height: p.Height, Marks: p.Marks, Pieces: p.Pieces}
		if len(p.Picture) > 0 {
			one.Picture = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(p.Picture))
		}
		v.Pages = append(v.Pages, one)
	}
	if got.NoCopy != "" {
		v.NoCopy = "publish.no-copy"
		if got.Format == extract.FormatPDF {
			v.NoCopy = "publish.no-copy-pdf"
		}
	}
	if got.Copy == nil {
		return
	}
	c := got.Copy
	v.Copy = template.URL("data:" + c.Type + ";base64," + base64.StdEncoding.EncodeToString(c.Content))
	v.CopyAs = c.Name
	v.Left, _ = publishLines(c.Left.Findings)
	v.LeftToo = publishLeft{onceEach(c.Left.Facts), c.Left.Layers, c.Left.Unread}
	v.CopySaw = Alert{"success", r.Text("publish.copy-clean"), r.Text("publish.copy-clean-text")}
	if !c.Clean() {
		v.CopySaw = Alert{"warning", r.Text("publish.copy-left"), r.Text("publish.copy-left-text")}
	}
}

// publishLines lists findings, the same once for each page and place.
func publishLines(all []usepublish.Finding) (lines []publishLine, more int) {
	seen := map[publishLine]bool{}
	for _, f := range all {
		one := publishLine{Kind: f.Kind.Term(), Value: f.Value, Where: f.In, Page: f.Page, Place: f.Place.Term(), Why: exposure.Why(f.Rule), Listed: f.Listed}
		if seen[one] {
			continue
		}
		seen[one] = true
		if len(lines) == publishListed {
			more++
			continue
		}
		lines = append(lines, one)
	}
	return lines, more
}

// onceEach leaves out what a file says of itself in several places.
func onceEach(all []extract.Fact) []extract.Fact {
	var out []extract.Fact
	for _, f := range all {
		if !slices.ContainsFunc(out, func(o extract.Fact) bool { return o.In == f.In && o.Kind == f.Kind && o.Value == f.Value }) {
			out = append(out, f)
		}
	}
	return out
}
