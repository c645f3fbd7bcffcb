package scenario

import (
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/agenda"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// says gives every statement a level, and one another.
func says(point string, all agenda.Level, but agenda.Statement, l agenda.Level) agenda.Entry {
	j := agenda.Judgement{Point: point, Grades: map[agenda.Statement]agenda.Level{}, Conflict: all, Complexity: all, Why: "Förra mötet."}
	for _, st := range agenda.Statements() {
		j.Grades[st] = all
	}
	j.Grades[but] = l
	return agenda.Entry{Judged: &j}
}

// TestAnAgendaIsWeighedBeforeTheMeeting sorts points, lets two judge one and disagree, plans, and holds
// the forecast against what happened.
func TestAnAgendaIsWeighedBeforeTheMeeting(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx, cases := t.Context(), w.house.Cases
		nora := w.newcomer("Nora Nämnd", access.CommitteeSecretary)
		points, err := agenda.ReadPoints("§ 7 Detaljplan öster\n§ 8 Taxor")
		must(t, err)
		plan := points[0].ID
		ref, err := cases.OpenAgenda(ctx, nora.session(), casework.NewAgenda{Title: "Nämnden 3 december", Authority: w.council, Functions: []string{w.guard},
			Points: points, Sorted: map[string]agenda.Level{plan: agenda.High, points[1].ID: agenda.Low}})
		must(t, err)
		stranger := w.newcomer("Sture Utanför", access.CommitteeSecretary)
		if err := cases.WeighAgenda(ctx, stranger.session(), ref, says(plan, agenda.Low, agenda.Signs, agenda.Low)); !fault.Is(err, fault.NotFound) {
			t.Errorf("judged by a stranger: %v", err)
		}
		if lines, err := cases.Agendas(ctx, stranger.session()); err != nil || len(lines) != 0 {
			t.Errorf("a stranger sees the meeting: %+v %v", lines, err)
		}
		must(t, cases.WeighAgenda(ctx, nora.session(), ref, says(plan, agenda.Low, agenda.Stakes, agenda.Moderate)))
		must(t, cases.WeighAgenda(ctx, w.head.session(), ref, says(plan, agenda.Low, agenda.Signs, agenda.High)))
		must(t, cases.WeighAgenda(ctx, w.head.session(), ref, agenda.Entry{Plan: &agenda.Plan{Point: plan, Text: "Vakt vid dörren."}}))
		got, err := nora.reads(ref)
		must(t, err)
		p, ok := got.Agenda().Find(plan)
		if signs, split := p.Grade(agenda.Signs); !ok || p.Risk() != agenda.High || signs != agenda.High || !split || len(p.Judged) != 2 || p.Plan != "Vakt vid dörren." {
			t.Fatalf("%+v", p)
		}
		if got.Names[w.head.id] == "" {
			t.Error("who judged has no name")
		}
		must(t, cases.WeighAgenda(ctx, nora.session(), ref, agenda.Entry{Outcome: &agenda.Outcome{Point: plan, Level: agenda.Low, Text: "En ropade."}}))
		if err := cases.WeighAgenda(ctx, w.head.session(), ref, says(plan, agenda.Low, agenda.Signs, agenda.Low)); !fault.Is(err, fault.Conflict) {
			t.Errorf("the forecast is changed afterwards: %v", err)
		}
		got, err = w.head.reads(ref)
		must(t, err)
		if p, _ := got.Agenda().Find(plan); p.Risk() != agenda.High || p.Outcome == nil || p.Outcome.Level != agenda.Low {
			t.Errorf("%+v", p)
		}
		other := w.head.opens("Ett ärende", "text")
		if err := cases.WeighAgenda(ctx, w.head.session(), other, agenda.Entry{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an agenda in another case: %v", err)
		}
		w.verifies()
	})
}
