package web

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/preview"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// evidenceLine leads to a case's evidence.
func evidenceLine(r *Request, c *casework.Opened) workLine {
	n := 0
	for _, e := range c.Timeline {
		if e.File != nil {
			n++
		}
	}
	line := workLine{Text: "case_evidence.title", Href: "/bevis", State: r.server.texts.Count(r.Lang, "case_evidence.originals", n)}
	if n == 0 {
		line.State = r.Text("case_evidence.none")
	}
	return line
}

// evidenceView is a case's evidence (bevis): each original, its hash, and who has had it.
type evidenceView struct {
	Ref, Href string
	Broken    bool
	List      []evidenceOne
}

type evidenceOne struct {
	ID, Name, Href string
	FileHref       string
	Size           int64
	Kind           string // the term
	Came           time.Time
	Hash           string
	Plain, Broken  bool
	From, Why, URL string
	Seen           time.Time
	Custody        []custodyLine
	Copies         []evidenceLink
	Of             *evidenceLink
}

type evidenceLink struct{ Name, Href string }

type custodyLine struct {
	At   time.Time
	Act  string // the term
	Who  string
	More string
}

func (s *Server) caseEvidence(r *Request) error {
	list, err := s.Desks.Cases.Evidence(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	view := evidenceView{Ref: r.Path("ref"), Href: casePath + r.Path("ref"), List: evidenceLines(casePath+r.Path("ref"), list)}
	for _, e := range view.List {
		view.Broken = view.Broken || e.Broken
	}
	r.Title(r.Text("case_evidence.title") + " – " + view.Ref)
	return r.Page("case_evidence.html", view)
}

func evidenceLines(href string, list []casework.Evidence) []evidenceOne {
	named := map[string]string{}
	for _, e := range list {
		named[e.ID] = e.Name
	}
	link := func(id string) evidenceLink { return evidenceLink{named[id], href + "/bevis/" + id} }
	var out []evidenceOne
	for _, e := range list {
		one := evidenceOne{ID: e.ID, Name: e.Name, Href: href + "/bevis/" + e.ID, FileHref: href + "/fil/" + e.ID, Size: e.Size, Kind: e.Kind.Term(), Came: e.Came.Time(),
			Hash: groups(hex.EncodeToString(e.Tree)), Plain: e.Plain, Broken: e.Broken}
		if c := e.Card; c != nil {
			one.From, one.Why, one.URL = c.From, c.Why, c.URL
			if c.Seen != 0 {
				one.Seen = c.Seen.Time()
			}
			if c.Of != "" && named[c.Of] != "" {
				of := link(c.Of)
				one.Of = &of
			}
		}
		for _, id := range e.Copies {
			one.Copies = append(one.Copies, link(id))
		}
		for _, c := range e.Custody {
			one.Custody = append(one.Custody, custodyLine{c.At, c.Act.Term(), c.Who, strings.Join(present(c.From, c.Why), ". ")})
		}
		out = append(out, one)
	}
	return out
}

func present(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// groups breaks a hash into parts that can be compared by eye.
func groups(s string) string {
	var out []string
	for len(s) > 8 {
		out, s = append(out, s[:8]), s[8:]
	}
	return strings.Join(append(out, s), " ")
}

// evidenceForm takes files with what they are.
func evidenceForm(originals []casework.Evidence) *Form {
	var kinds []Option
	for _, k := range casefile.EvidenceKinds() {
		if k == casefile.Derived && len(originals) == 0 {
			continue
		}
		kinds = append(kinds, Option{Value: string(k), Key: locale.Key(k.Term()), Hint: evidenceHint(k)})
	}
	fields := []*Field{
		Radios("kind", "case_evidence.kind", kinds...),
		File("files", "case_evidence.files").Hint("case_evidence.files-hint").OneOf().UploadTo(uploadPath),
		Text("from", "case_evidence.from").Hint("case_evidence.from-hint").Max(casefile.MaxLine),
		Area("why", "case_evidence.why").Hint("case_evidence.why-hint").Max(casefile.MaxReason).Tall(2),
		Text("url", "case_evidence.url").Hint("case_evidence.url-hint").Max(2000).Optional(),
		Date("seen", "case_evidence.seen").Hint("case_evidence.seen-hint").Optional(),
		Time("seen_time", "case_evidence.seen-time").Optional(),
	}
	if len(originals) > 0 {
		options := []Option{}
		for _, e := range originals {
			if e.Kind != casefile.Derived {
				options = append(options, Option{Value: e.ID, Text: e.Name})
			}
		}
		fields = append(fields, Select("of", "case_evidence.of", options...).Optional())
	}
	return NewForm(fields...)
}

// seenAt is the moment that a form's day and time give.
func seenAt(f *Form) clock.Stamp {
	if f.Text("seen_time") == "" {
		return startOf(f.Text("seen"))
	}
	at, err := time.ParseInLocation(time.DateOnly+" 15:04", f.Text("seen")+" "+f.Text("seen_time"), locale.Zone())
	if err != nil {
		return 0
	}
	return clock.Of(at)
}

func evidenceHint(k casefile.EvidenceKind) locale.Key {
	switch k {
	case casefile.Mail:
		return "case_evidence.kind-mail"
	case casefile.WebPage:
		return "case_evidence.kind-web"
	case casefile.Derived:
		return "case_evidence.kind-derived"
	}
	return ""
}

// evidenceNewView is the page where evidence is added.
type evidenceNewView struct {
	Form      *Form
	Ref, Href string
	Carried   []carriedFile
	Most      int64
	Copy      bool // there are originals that a copy can be of
}

func (evidenceNewView) SampleForm() *Form {
	return evidenceForm([]casework.Evidence{{ID: "x", File: casework.File{Name: "x"}}})
}

func (s *Server) caseEvidenceNew(r *Request) error {
	ref := r.Path("ref")
	if !s.Desks.Cases.Knows(r.Context(), r.Session, ref) {
		return s.unknown(r)
	}
	originals, err := s.Desks.Cases.Evidence(r.Context(), r.Session, ref)
	if err != nil {
		return err
	}
	f := evidenceForm(originals)
	if r.HTTP.Method != "POST" {
		return s.evidenceNewPage(r, f, len(originals) > 0)
	}
	files, err := s.readFiles(r, f)
	if err != nil {
		return err
	}
	if f.Failed() {
		return s.evidenceNewPage(r, f, len(originals) > 0)
	}
	card := casefile.Card{Kind: casefile.EvidenceKind(f.Text("kind")), From: f.Text("from"), Why: f.Text("why"), URL: f.Text("url"), Seen: seenAt(f)}
	if len(originals) > 0 {
		card.Of = f.Text("of")
	}
	body, err := json.Marshal([]any{card, files.before})
	if err != nil {
		return err
	}
	_, replayed, err := s.Desks.Once.Do(r.Context(), r.ask(f, body), func(ctx context.Context) ([]byte, error) {
		ids, err := s.Desks.Cases.AddEvidence(ctx, r.Session, ref, card, files.all())
		return []byte(strings.Join(ids, " ")), err
	})
	if replayed {
		s.drop(r, files)
	}
	if err == nil {
		return r.Redirect(casePath + ref + "/bevis")
	}
	if !takes(f, err) {
		return err
	}
	return s.evidenceNewPage(r, f, len(originals) > 0)
}

func (s *Server) evidenceNewPage(r *Request, f *Form, copies bool) error {
	view := evidenceNewView{Form: f, Ref: r.Path("ref"), Href: casePath + r.Path("ref"), Most: plainLimit, Copy: copies}
	var err error
	if view.Carried, err = s.carried(r, f); err != nil {
		return err
	}
	r.Title(r.Text("case_evidence_new.title") + " – " + view.Ref)
	return r.Page("case_evidence_new.html", view)
}

// signatureLine is what came of a signature, in words.
type signatureLine struct {
	Domain, Text string
	Good         bool
}

func signatureText(r *Request, outcome string) string {
	switch outcome {
	case "pass":
		return r.Text("case_evidence_one.signature-pass")
	case "fail":
		return r.Text("case_evidence_one.signature-fail")
	case "temperror":
		return r.Text("case_evidence_one.signature-silent")
	}
	return r.Text("case_evidence_one.signature-unread")
}

// evidenceOneView is one original on a page of its own: what can be shown of it, and whether it is what
// came in.
type evidenceOneView struct {
	Ref, Href string
	One       evidenceOne
	Once      string
	Checked   bool
	Mail      bool
	Unsigned  bool
	Signed    []signatureLine // what came of the check; nil before it
	Film      bool
	Sound     bool
	Preview   preview.Preview
	Why       string // the term of why there is no preview
	Picture   template.URL
}

func (s *Server) caseEvidenceOne(r *Request) error {
	ref, item := r.Path("ref"), r.Path("item")
	list, err := s.Desks.Cases.Evidence(r.Context(), r.Session, ref)
	if err != nil {
		return err
	}
	view := evidenceOneView{Ref: ref, Href: casePath + ref, Once: ident.New()}
	found := false
	for i, one := range evidenceLines(view.Href, list) {
		if one.ID == item {
			view.One, found = one, true
			view.Mail = list[i].Kind == casefile.Mail
			view.Film, view.Sound = strings.HasPrefix(list[i].Type, "video/"), strings.HasPrefix(list[i].Type, "audio/")
		}
	}
	if !found {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	if r.HTTP.Method == "POST" {
		same, err := s.Desks.Cases.CheckOriginal(r.Context(), r.Session, ref, item)
		if err != nil {
			return err
		}
		view.Checked, view.One.Broken = same, view.One.Broken || !same
		if view.Mail && same && s.Desks.Cases.Signatures != nil {
			found, err := s.Desks.Cases.CheckSignatures(r.Context(), r.Session, ref, item)
			if err != nil {
				return err
			}
			view.Unsigned = len(found) == 0
			for _, one := range found {
				view.Signed = append(view.Signed, signatureLine{one.Domain, signatureText(r, one.Outcome), one.Outcome == "pass"})
			}
		}
	}
	if !view.Film && !view.Sound && !view.One.Broken {
		if err := s.preview(r, &view, item); err != nil {
			return err
		}
	}
	r.Title(r.Text("case_evidence_one.title") + " – " + ref)
	return r.Page("case_evidence_one.html", view)
}

// preview shows what can be shown. An original that turns out to be another is said to be, and nothing
// of it is shown.
func (s *Server) preview(r *Request, view *evidenceOneView, item string) error {
	p, err := s.Desks.Cases.PreviewOriginal(r.Context(), r.Session, r.Path("ref"), item)
	if err != nil && fault.Of(err).Code == "fault.tampered" {
		view.One.Broken = true
		return nil
	}
	if err != nil {
		return err
	}
	view.Preview = p
	if p.Why != "" {
		view.Why = p.Why.Term()
	}
	if len(p.Picture) > 0 {
		view.Picture = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(p.Picture))
	}
	return nil
}
