package web

import (
	"strings"

	"varn/internal/domain/incident"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// casePapersView (underlag) is what the authorities' forms ask for, made from the case, to copy from.
type casePapersView struct {
	Ref, Href string
	Papers    []paperView
}

// paperView is one authority's.
type paperView struct {
	ID          string
	Title, Lead locale.Key
	Rows        []paperRow
}

// paperRow is a field: plain text, as it is copied. Empty: nothing was told.
type paperRow struct {
	ID    string
	Label locale.Key
	Text  string
}

// casePapers shows them to the circle. It is an opening like any other.
func (s *Server) casePapers(r *Request) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	view := casePapersView{Ref: c.Ref, Href: casePath + c.Ref}
	for _, e := range c.Timeline {
		if e.Report == nil {
			continue
		}
		for _, p := range incident.Papers() {
			one := paperView{ID: strings.ToLower(string(p)), Title: "case_papers.notice", Lead: "case_papers.notice-text"}
			if p == incident.InjuryPaper {
				one.Title, one.Lead = "case_papers.injury", "case_papers.injury-text"
			}
			for _, f := range p.Rows(*e.Report) {
				one.Rows = append(one.Rows, paperRow{one.ID + "-" + strings.ToLower(string(f.Field)), locale.Key(f.Field.Term()), plainRow(r, f)})
			}
			view.Papers = append(view.Papers, one)
		}
		return r.Page("case_papers.html", view)
	}
	return fault.New(fault.NotFound, "fault.not-found")
}

// plainRow is a row as text.
func plainRow(r *Request, f incident.Field) string {
	var said []string
	for _, t := range f.Terms {
		said = append(said, r.Text(locale.Key(t)))
	}
	var out []string
	if len(said) > 0 {
		out = append(out, strings.Join(said, ", "))
	}
	return strings.Join(append(out, f.Texts...), "\n")
}
