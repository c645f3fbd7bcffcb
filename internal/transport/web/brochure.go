package web

import (
	"time"

	"varn/internal/domain/routing"
	"varn/internal/kit/law"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const brochurePath = "/vem-ansvarar"

// brochureView (vem ansvarar) says who is responsible for whom, out of the same table that decides
// about reports.
type brochureView struct {
	Today    time.Time
	Rules    []brochureRule
	Law      []law.Paragraph // every paragraph that the rules stand on, once
	Local    *routing.LocalDecision
	Contacts []casework.Contact
	// Hours is within how many an answer is promised.
	Hours int
}

// brochureRule is a row of the table.
type brochureRule struct {
	routing.Rule
	Paragraphs []law.Paragraph
}

func (s *Server) brochure(r *Request) error {
	if r.Organisation.ID == "" {
		return r.Redirect("/")
	}
	b, err := s.Desks.Cases.Brochure(r.Context(), r.Organisation.ID)
	if err != nil {
		return err
	}
	today := routing.Day(s.Clock.Now().In(locale.Zone()))
	view := brochureView{Today: today, Local: b.Local, Contacts: b.Contacts, Hours: int(b.Contact.Hours())}
	seen := map[string]bool{}
	for _, rule := range routing.Table(today, b.Local) {
		one := brochureRule{rule, rule.Paragraphs(today)}
		view.Rules = append(view.Rules, one)
		for _, p := range one.Paragraphs {
			if !seen[p.ID] {
				seen[p.ID] = true
				view.Law = append(view.Law, p)
			}
		}
	}
	return r.Page("brochure.html", view)
}
