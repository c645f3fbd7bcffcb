package casework

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/law"
)

// Preview is who would get a report if it were sent now, and why.
type Preview struct {
	Rule        routing.RuleID
	Responsible routing.Actor
	Supporting  []routing.Actor
	AskLawyer   bool
	Law         []law.Paragraph
	Practice    []routing.Practice
	Views       []PreviewedView
	// General are the steps that are about nobody's view.
	General []PreviewedStep
	// Told are functions that learn that something has happened, and not what.
	Told []string
	// Escrow: nobody may or can receive it, so that the recovery key holds it.
	Escrow bool
}

// PreviewedView is one receiver's part. Nobody's name stands in it: functions receive.
type PreviewedView struct {
	Kind     routing.ViewKind
	Consent  routing.Consent
	Contacts []Contact
	Steps    []PreviewedStep
	Law      []law.Paragraph
	// Empty: nobody receives it; the steps say why.
	Empty bool
}

// PreviewedStep is one thing that routing did, and the name of the function that it is about.
type PreviewedStep struct {
	Reason   routing.Reason
	Function string
}

// PreviewReport routes a report and writes nothing. What it checks is what FileReport checks.
func (d *Desk) PreviewReport(ctx context.Context, s *access.Session, v NewReport) (Preview, error) {
	k, err := d.anyone(s)
	if err != nil {
		return Preview{}, err
	}
	var t *town
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		t, err = d.townIn(tx, k)
		return err
	}); err != nil {
		return Preview{}, err
	}
	v.Report = v.Report.Tidy()
	if err := t.check(v, d.now()); err != nil {
		return Preview{}, err
	}
	plan, e, err := t.route(k, s, v.Report, d.now())
	if err != nil {
		return Preview{}, err
	}
	return t.preview(plan, e), nil
}

func (t *town) preview(p routing.Plan, e Exclusion) Preview {
	out := Preview{Rule: p.Rule, Responsible: p.Responsible, Supporting: p.Supporting, AskLawyer: p.AskLawyer, Law: p.Law, Practice: p.Practice, Escrow: p.Escrow}
	for _, id := range p.Told {
		out.Told = append(out.Told, t.cards[id].Name)
	}
	for _, view := range p.Views {
		out.Views = append(out.Views, t.previewed(p, view, e))
	}
	for _, step := range p.Steps {
		if _, own := p.View(step.View); !own || step.View == "" {
			out.General = append(out.General, PreviewedStep{step.Reason, t.cards[step.Function].Name})
		}
	}
	return out
}

func (t *town) previewed(p routing.Plan, view routing.View, e Exclusion) PreviewedView {
	out := PreviewedView{Kind: view.Kind, Consent: view.Consent, Empty: view.Empty()}
	for _, id := range view.Functions {
		out.Contacts = append(out.Contacts, t.contact(id))
	}
	for _, id := range view.People {
		out.Contacts = append(out.Contacts, t.instead(id, e))
	}
	out.Contacts = distinct(out.Contacts)
	for _, step := range p.Steps {
		if step.View != view.Kind {
			continue
		}
		out.Steps = append(out.Steps, PreviewedStep{step.Reason, t.cards[step.Function].Name})
	}
	for _, paragraph := range p.Law {
		if slices.Contains(view.Basis, paragraph.ID) {
			out.Law = append(out.Law, paragraph)
		}
	}
	return out
}
