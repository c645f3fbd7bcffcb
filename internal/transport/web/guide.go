package web

import (
	"context"
	"net/url"
	"strings"

	"varn/internal/domain/advice"
	"varn/internal/domain/incident"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

const guidePath = "/rad"

// guideListView (råd) leads to the guides, the one for now first.
type guideListView struct{ Guides []guideLink }

type guideLink struct{ Href, Term string }

// guideView is a guide: few lines, in the order in which they are done.
type guideView struct {
	Term  string
	Lines []adviceLine
	Phone bool // there is a form to fill in while it happens
	More  []guideLink
}

// guideSlugs are the last parts of the guides' addresses, in the guides' order.
func guideSlugs() []string {
	return []string{"nu", "telefonhot", "brev-och-paket", "pa-natet", "vald", "spara", "stod"}
}

func guideLinks() []guideLink {
	var out []guideLink
	for i, g := range advice.Guides() {
		out = append(out, guideLink{guidePath + "/" + guideSlugs()[i], g.Term()})
	}
	return out
}

func (s *Server) guideList(r *Request) error {
	return r.Page("guide_list.html", guideListView{guideLinks()})
}

func (s *Server) guide(r *Request) error {
	for i, g := range advice.Guides() {
		if guideSlugs()[i] != r.Path("guide") {
			continue
		}
		view := guideView{Term: g.Term(), Phone: g == advice.PhoneThreat}
		for _, a := range g.Lines() {
			view.Lines = append(view.Lines, lineOfAdvice(a))
		}
		for _, l := range guideLinks() {
			if l.Term != view.Term {
				view.More = append(view.More, l)
			}
		}
		r.Title(r.Text(locale.Key(g.Term())))
		return r.Page("guide.html", view)
	}
	return fault.New(fault.NotFound, "fault.not-found")
}

// lineOfAdvice is an advice and where it was read.
func lineOfAdvice(a advice.Advice) adviceLine {
	site := a.Source
	if u, err := url.Parse(a.Source); err == nil {
		site = strings.TrimPrefix(u.Host, "www.")
	}
	return adviceLine{locale.Key(a.Code.Term()), a.Source, site}
}

// guidePhoneView is the form of a threat by phone, and what was noted as a text.
type guidePhoneView struct {
	Form   *Form
	Text   string
	Medium string
	Once   string
}

func (guidePhoneView) SampleForm() *Form { return phoneForm() }

// phoneForm asks what can be noted of a call. Nothing is required.
func phoneForm() *Form {
	var fields []*Field
	for _, f := range advice.PhoneChecklist() {
		label := locale.Key(f.Term())
		switch {
		case len(f.Choices) > 0:
			var options []Option
			for _, c := range f.Choices {
				options = append(options, Option{Value: c, Key: locale.Key(f.ChoiceTerm(c))})
			}
			fields = append(fields, Checks(f.Code, label, options...).OneOf())
		case f.Code == "wording":
			fields = append(fields, Area(f.Code, label).Max(incident.MaxWords).Tall(4).OneOf())
		default:
			fields = append(fields, Text(f.Code, label).Max(500).Complete("off").OneOf())
		}
	}
	return NewForm(fields...)
}

// phoneText is what the form holds, as a text in the visitor's language.
func phoneText(r *Request, f *Form) string {
	noted := advice.Noted{}
	for _, field := range f.Fields() {
		noted[field.Name] = f.All(field.Name)
	}
	return noted.Text(func(term string) string { return r.Text(locale.Key(term)) })
}

// guidePhone shows the form, and what is noted as a text to print, to copy or to report. It keeps nothing.
func (s *Server) guidePhone(r *Request) error {
	f := phoneForm()
	view := guidePhoneView{Form: f, Medium: string(incident.Phone), Once: f.Once()}
	if r.HTTP.Method == "POST" {
		if err := r.Read(f); err != nil {
			return err
		}
		if view.Text = phoneText(r, f); view.Text == "" && !f.Failed() {
			f.Fail("wording", "guide_phone.nothing")
		}
	}
	return r.Page("guide_phone.html", view)
}

// phoneAct notes a call in a case.
func phoneAct() caseAct {
	return caseAct{title: "guide_phone.title", lead: "guide_phone.case-lead", button: "guide_phone.case-button", form: fixed(phoneForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		text := phoneText(r, f)
		if text == "" {
			return fault.In("wording", "guide_phone.nothing")
		}
		_, err := s.Desks.Cases.AddNote(ctx, r.Session, r.Path("ref"), r.Text("guide_phone.heading")+"\n"+text)
		return err
	}}
}
