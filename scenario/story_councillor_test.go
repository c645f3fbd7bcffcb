package scenario

import (
	"net/http"
	"testing"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/routing"
	"varn/internal/domain/ruling"
	"varn/internal/kit/clock"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/rule"
)

// TestAShakenCouncillorAtNight: a part-time councillor reports at 23 o'clock with nobody on call, is
// told the truth, and shares with her party what she approves.
func TestAShakenCouncillorAtNight(t *testing.T) {
	t.Parallel()
	forBothAt(t, atNight(), councillorAtNight)
}

func councillorAtNight(t *testing.T, w *town) {
	ctx := t.Context()
	c := w.cast()
	w.clock.Move(time.Minute)
	r := threat("Han står utanför mitt hus och ropar.")
	r.ActorNote = "kanske grannen"
	filed := w.files(c.asta.session(), r)
	truth := view(t, c.asta.own(), routing.SecurityView)
	if truth.Status != casefile.Unopened || len(truth.Openings) != 0 || len(truth.Contacts) != 1 || truth.Contacts[0].Phone != phone || truth.Promised == 0 {
		t.Fatalf("she is told %+v", truth)
	}
	if p := c.asta.program(w.served()).ask(http.MethodPost, "/api/v1/receipts/open", map[string]any{"receipt": filed.Receipt}); p.body["status"] != "UNOPENED" {
		t.Errorf("the API says %s", p.raw)
	}
	w.wakes()
	for _, a := range c.all() {
		if w.told(a, "report.wake") != (a == w.head) {
			t.Errorf("%s is woken: %v", a.name, a != w.head)
		}
	}
	c.see("it has come", filed.Ref, w.head, c.vera)
	w.clock.Move(15 * time.Minute)
	w.wakes()
	if !w.woken(c.vera, filed.Ref) {
		t.Fatal("nobody has answered, and the next is not woken")
	}
	got, err := w.head.reads(filed.Ref)
	must(t, err)
	why := map[routing.Reason]bool{}
	for _, s := range got.Timeline[0].Told.Steps {
		why[s.Reason] = true
	}
	if !why[routing.NobodyOnDuty] || !why[routing.Always] || !why[routing.NotShared] || got.Timeline[0].Told.Rule != routing.ElectedPartTime {
		t.Errorf("it does not say why: %+v", got.Timeline[0].Told)
	}
	if v := c.asta.own().Views[0]; v.Status != casefile.Seen || v.Openings[0].Function != "Säkerhetsfunktionen" {
		t.Errorf("after an opening: %+v", v)
	}
	must(t, w.house.Cases.TakeCase(ctx, w.head.session(), filed.Ref))
	must(t, w.head.says(filed.Ref, "Jag ringer dig nu."))
	if v := c.asta.own().Views[0]; v.Status != casefile.Taken || v.Messages[0].From != "Säkerhetsfunktionen" || !w.told(c.asta, "report.answer") {
		t.Errorf("after an answer: %+v", v)
	}
	partyReads(t, c, filed.Ref)
	w.head.moves(filed.Ref, casefile.Assessed, casefile.Measures, casefile.FollowUp, casefile.Closed)
	c.see("it is closed", filed.Ref, w.head, c.vera)
	if v := view(t, c.asta.own(), routing.SecurityView); v.Status != casefile.Ended || v.Outcome != casefile.MeasuresDone {
		t.Errorf("after the close: %+v", v)
	}
	if n := w.register(c.rut); len(n) != 1 || n[0].Number != "KS 2026/0001" {
		t.Errorf("the register has %+v", n)
	}
	w.verifies()
}

// partyReads lets the councillor share: the party reads what she approved, and answers her alone.
func partyReads(t *testing.T, c *cast, secured string) {
	t.Helper()
	f := c.asta.own()
	act := casework.ReceiptAct{Session: c.asta.session(), ReceiptID: f.ReceiptID, Ref: secured}
	ref, err := c.house.Cases.ShareWithParty(t.Context(), act, "En man stod utanför mitt hus i natt.")
	must(t, err)
	c.see("the party has it", ref, c.petra)
	c.see("security's is as it was", secured, c.head, c.vera)
	got, err := c.petra.reads(ref)
	must(t, err)
	if r := got.Timeline[0].Report; r.Narrative != "En man stod utanför mitt hus i natt." || r.ActorNote != "" || r.TargetCategory != "" {
		t.Errorf("the party reads %+v", r)
	}
	must(t, c.petra.says(ref, "Vi finns här."))
	f = c.asta.own()
	if v := view(t, f, routing.PartyView); len(v.Messages) != 1 || v.Messages[0].Text != "Vi finns här." {
		t.Errorf("she reads %+v", v.Messages)
	}
	if v := view(t, f, routing.SecurityView); len(v.Messages) != 1 || v.Messages[0].Text != "Jag ringer dig nu." {
		t.Errorf("the party's words stand with security: %+v", v.Messages)
	}
}

// TestWhoAnswersFollowsTheLawOfTheDayAndTheLocalDecision asks the day before KL 4:18 a and on it, and
// before and after the municipality has extended its duty.
func TestWhoAnswersFollowsTheLawOfTheDayAndTheLocalDecision(t *testing.T) {
	t.Parallel()
	w := found(t)
	c := w.cast()
	decided := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	answers := func(step string, who incident.TargetCategory, at time.Time, id routing.RuleID, by routing.Actor) {
		t.Helper()
		r := threat("text")
		r.TargetCategory, r.OccurredFrom = who, clock.Of(at)
		p, err := w.house.Cases.PreviewReport(t.Context(), c.asta.session(), casework.NewReport{Report: r})
		must(t, err)
		if p.Rule != id || p.Responsible != by {
			t.Errorf("%s: %s by %s", step, p.Responsible, p.Rule)
		}
	}
	last := time.Date(2025, 6, 30, 21, 59, 0, 0, time.UTC) // a minute before midnight in Sweden
	answers("full-time, the last night before the law", incident.ElectedFulltime, last, routing.ElectedBefore, routing.Party)
	answers("full-time, the first minute of the law", incident.ElectedFulltime, last.Add(time.Minute), routing.ElectedFulltime, routing.Municipality)
	answers("part-time, before", incident.ElectedLeisure, last, routing.ElectedBefore, routing.Party)
	answers("part-time, after", incident.ElectedLeisure, last.Add(time.Minute), routing.ElectedPartTime, routing.Party)
	w.rules("", rule.Body{Routing: &ruling.RoutingRule{Local: &routing.LocalDecision{Number: "KF 2026:12", Date: decided}}})
	answers("part-time, the day before the decision", incident.ElectedLeisure, decided.Add(-2*time.Hour), routing.ElectedPartTime, routing.Party)
	answers("part-time, from the decision on", incident.ElectedLeisure, decided, routing.ElectedLocal, routing.Municipality)
	answers("full-time answers to the law still", incident.ElectedFulltime, decided, routing.ElectedFulltime, routing.Municipality)
}
