package scenario

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/measure"
	"varn/internal/domain/person"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// judges writes an initial assessment over what is seen.
func (a *actor) judges(ref string, level assessment.Level, summary string, finish bool) (assessment.Assessment, error) {
	a.town.t.Helper()
	got, err := a.reads(ref)
	must(a.town.t, err)
	in := casework.Assessing{Depth: assessment.Initial, Finish: finish, Change: func(v *assessment.Assessment) {
		v.Question, v.Sources, v.Missing, v.Unsure = "Finns risk för våld?", "Rapporten", "Polisens uppgifter", "Vi vet inte vem det är"
		v.Summary, v.Level, v.Review = summary, level, clock.Of(a.town.clock.Now()).Add(7*24*time.Hour)
		v.Aspects = map[assessment.Aspect]assessment.Judged{}
		for _, aspect := range assessment.Aspects() {
			v.Aspects[aspect] = assessment.Judged{Grade: assessment.GradeMedium}
		}
	}}
	if got.Work.Draft != nil {
		in.Seen = got.Work.Draft.Version
	}
	return a.town.house.Cases.AssessCase(a.town.t.Context(), a.session(), ref, in)
}

// work is what somebody sees of the assessing and protecting in a case.
func (a *actor) work(ref string) casework.Work {
	a.town.t.Helper()
	got, err := a.reads(ref)
	must(a.town.t, err)
	return got.Work
}

// waits gives a case's open deadline of a kind.
func (a *actor) waits(ref string, kind casefile.DeadlineKind) (casefile.Deadline, bool) {
	a.town.t.Helper()
	got, err := a.reads(ref)
	must(a.town.t, err)
	i := slices.IndexFunc(got.Deadlines, func(dl casefile.Deadline) bool { return dl.Kind == string(kind) && dl.Done == 0 })
	if i < 0 {
		return casefile.Deadline{}, false
	}
	return got.Deadlines[i], true
}

// TestAThreatIsAssessedBlindSettledAndProtected walks a grave case: a first assessment at a high level, a
// second by somebody who has not seen it, their difference settled, measures, and what is overdue.
func TestAThreatIsAssessedBlindSettledAndProtected(t *testing.T) {
	t.Parallel()
	forBoth(t, assessedAndProtected)
}

func assessedAndProtected(t *testing.T, w *town) {
	ctx, cases := t.Context(), w.house.Cases
	vera, sven := w.newcomer("Vera Handling", access.CaseOfficer), w.newcomer("Sven Andre", access.CaseOfficer)
	w.seat(vera, w.guard)
	w.seat(sven, w.guard)
	asta := w.member("Astrid Ledamot", access.Elected, "Mittenpartiet")
	filed, err := cases.FileReport(ctx, asta.session(), casework.NewReport{Report: incident.Report{Narrative: "Han väntade vid min dörr.",
		Forms: []incident.Form{incident.Threat}, TargetCategory: incident.ElectedLeisure, Context: incident.MunicipalAssignment}, From: home(1)})
	must(t, err)
	ref := filed.Ref
	must(t, cases.TakeCase(ctx, vera.session(), ref))

	draft, err := vera.judges(ref, "", "utkast om dörren", false)
	must(t, err)
	if sven.work(ref).Draft != nil || len(sven.work(ref).Done) != 0 || vera.work(ref).Draft.Summary != "utkast om dörren" {
		t.Error("a draft is its author's alone")
	}
	if _, err := vera.judges(ref, "", "utan nivå", true); !fault.Is(err, fault.Invalid) {
		t.Errorf("finished without a level: %v", err)
	}
	_, err = vera.judges(ref, assessment.High, "Veras hemliga skäl", true)
	must(t, err)
	got, err := sven.reads(ref)
	must(t, err)
	if got.State != casefile.Assessed || got.Assessed == 0 {
		t.Errorf("the case stands %s", got.State)
	}
	if _, ok := sven.waits(ref, casefile.AssessDue); ok {
		t.Error("assessed, and still asked for it")
	}
	if dl, ok := sven.waits(ref, casefile.ReviewDue); ok {
		t.Errorf("the second sees how soon the first wants to look again: %+v", dl)
	}
	blind := got.Work
	if blind.Standing.Phase != assessment.Waiting || blind.Standing.Level != "" || !blind.MaySecond(sven.id) || len(blind.Done) != 1 || blind.Done[0].Level != "" ||
		blind.Done[0].Summary != "" || blind.Standing.First.Level != "" || blind.Standing.First.Summary != "" {
		t.Errorf("the second sees the first: %+v", blind.Standing.First)
	}
	if _, ok := blind.Find(draft.ID); ok {
		t.Error("the first can be opened by its id")
	}
	for _, e := range got.Timeline {
		if strings.Contains(e.Text, "Veras hemliga skäl") || e.Change != nil && e.Change.After == string(assessment.High) {
			t.Errorf("the timeline tells it: %+v", e)
		}
	}
	if !w.told(sven, "assess.second") || w.told(vera, "assess.second") {
		t.Error("who is told that a second is wanted")
	}
	if _, err := vera.judges(ref, assessment.Low, "ändrad", true); fault.Of(err).Code != "assess.wait-second" {
		t.Errorf("the first judges once more: %v", err)
	}
	if _, err := cases.SettleAssessment(ctx, vera.session(), ref, assessment.High, "jag vet"); !fault.Is(err, fault.Conflict) {
		t.Errorf("settled with one: %v", err)
	}
	if err := cases.AssessAlone(ctx, sven.session(), ref, "ingen finns"); fault.Of(err).Code != "assess.not-seen" {
		t.Errorf("whoever has not seen the level says that it holds: %v", err)
	}

	// Whoever chooses to see the first can't be the second.
	must(t, cases.SeeFirst(ctx, w.head.session(), ref))
	if seen := w.head.work(ref); seen.Standing.First.Summary != "Veras hemliga skäl" || seen.MaySecond(w.head.id) {
		t.Errorf("%+v", seen.Standing.First)
	}
	if _, err := w.head.judges(ref, assessment.Low, "inte blind", true); fault.Of(err).Code != "assess.not-blind" {
		t.Errorf("who has seen it is the second: %v", err)
	}

	second, err := sven.judges(ref, assessment.Medium, "Svens egna skäl", true)
	must(t, err)
	if second.Second != draft.ID {
		t.Errorf("second of %q", second.Second)
	}
	for _, a := range []*actor{vera, sven, w.head} {
		both := a.work(ref)
		if both.Standing.Phase != assessment.Settling || len(both.Hidden) != 0 || both.Done[0].Summary != "Veras hemliga skäl" || both.Done[1].Summary != "Svens egna skäl" {
			t.Errorf("%s sees %+v", a.name, both.Standing)
		}
	}
	if _, err := cases.SettleAssessment(ctx, w.head.session(), ref, assessment.High, "chefen"); !fault.Is(err, fault.Denied) {
		t.Errorf("somebody who has not assessed settles: %v", err)
	}
	if done, err := cases.SettleAssessment(ctx, sven.session(), ref, assessment.High, "Dörren väger tyngst."); err != nil || done {
		t.Errorf("settled by one: %v %v", done, err)
	}
	if done, err := cases.SettleAssessment(ctx, vera.session(), ref, assessment.High, "Vi är överens om dörren."); err != nil || !done {
		t.Errorf("both said the same: %v %v", done, err)
	}
	stands := sven.work(ref).Standing
	if stands.Phase != assessment.Settled || stands.Level != assessment.High || stands.Final.Reason != "Vi är överens om dörren." {
		t.Errorf("%+v", stands)
	}
	if _, ok := vera.waits(ref, casefile.ReviewDue); !ok {
		t.Error("no time to look at it again")
	}
	for _, kind := range []casefile.DeadlineKind{casefile.BlindDue, casefile.SettleDue} {
		if _, ok := vera.waits(ref, kind); ok {
			t.Errorf("settled, and %s waits", kind)
		}
	}
	protect(t, w, vera, asta, ref)
	w.verifies()
}

// protect orders measures in a case, shows one to the person concerned, and lets one become overdue.
func protect(t *testing.T, w *town, vera, asta *actor, ref string) {
	t.Helper()
	ctx, cases := t.Context(), w.house.Cases
	now := clock.Of(w.clock.Now())
	if n := len(vera.work(ref).Support); n != 4 {
		t.Errorf("%d contacts after", n)
	}
	must(t, cases.PlanMeasures(ctx, vera.session(), ref, []measure.Kind{measure.Advice}))
	m := measure.Measure{Kind: measure.PersonalAlarm, State: measure.Ongoing, Owner: w.head.id, What: "Larm av modell B", Told: "Du får ett larm att bära.", Shown: true, Cost: "900 kr i månaden",
		Start: now, Review: now.Add(30 * 24 * time.Hour), Proportion: "Litet ingrepp mot risken", Consent: measure.AgreedSelf}
	outsider := m
	outsider.Owner = asta.id
	if _, err := cases.OrderMeasure(ctx, vera.session(), ref, outsider); !fault.Is(err, fault.Invalid) {
		t.Errorf("owned by somebody outside: %v", err)
	}
	id, err := cases.OrderMeasure(ctx, vera.session(), ref, m)
	must(t, err)
	if !w.told(w.head, "measure.owner") {
		t.Error("the owner does not know")
	}
	followed := func() []measure.Shown {
		t.Helper()
		f, err := cases.OpenOwn(ctx, asta.session(), asta.own().ReceiptID)
		must(t, err)
		for _, v := range f.Views {
			if v.Ref == ref {
				return v.Measures
			}
		}
		return nil
	}
	if got := followed(); len(got) != 1 || got[0].Told != m.Told || got[0].Kind != measure.PersonalAlarm {
		t.Errorf("the person concerned sees %+v", got)
	}
	if _, err := cases.MoveCase(ctx, vera.session(), ref, casework.Moving{To: casefile.Closed, Reason: "Klart.", Outcome: casefile.MeasuresDone}); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed over a measure: %v", err)
	}
	w.clock.Move(31 * 24 * time.Hour)
	*vera, *w.head, *asta = *w.signIn(vera, address(vera.name)), *w.signIn(w.head, address(w.head.name)), *w.signIn(asta, address(asta.name))
	_, err = cases.RemindDue(ctx, w.org)
	must(t, err)
	if !w.told(w.head, "deadline.passed") {
		t.Error("an overdue review did not escalate")
	}
	m.ID, m.State = id, measure.Ended
	if _, err := cases.OrderMeasure(ctx, vera.session(), ref, m); !fault.Is(err, fault.Invalid) {
		t.Errorf("ended without an effect: %v", err)
	}
	m.Effect, m.EffectNote, m.Shown = measure.Helped, "Hon sover igen", false
	_, err = cases.OrderMeasure(ctx, vera.session(), ref, m)
	must(t, err)
	if got := followed(); len(got) != 0 {
		t.Errorf("still shown: %+v", got)
	}
	first := vera.work(ref).Measures[0]
	first.State = measure.Dropped
	_, err = cases.OrderMeasure(ctx, vera.session(), ref, first)
	must(t, err)
	if _, ok := vera.waits(ref, casefile.MeasureDue); ok {
		t.Error("nothing is left, and a measure waits")
	}
	contacts := vera.work(ref).Support
	must(t, cases.SupportDone(ctx, vera.session(), ref, contacts[0].ID, "Mår bättre"))
	if err := cases.SupportDone(ctx, vera.session(), ref, contacts[0].ID, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("contacted twice: %v", err)
	}
	_, err = cases.MoveCase(ctx, vera.session(), ref, casework.Moving{To: casefile.Closed, Reason: "Klart.", Outcome: casefile.MeasuresDone})
	must(t, err)
	if _, ok := vera.waits(ref, casefile.SupportDue); !ok {
		t.Error("the close ended the support")
	}
	must(t, cases.SupportDone(ctx, vera.session(), ref, contacts[1].ID, ""))
	if _, err := vera.judges(ref, assessment.Low, "efteråt", false); !fault.Is(err, fault.Conflict) {
		t.Errorf("assessed when closed: %v", err)
	}
}

// TestASecondAssessorIsInvitedForOneCaseAlone: a small house has nobody else. Somebody from another municipality,
// whose key two have confirmed, is let into this case until a day; or the reason is written.
func TestASecondAssessorIsInvitedForOneCaseAlone(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx, cases := t.Context(), w.house.Cases
		ref, other := w.head.opens("Hot mot kansliet", "Ett brev."), w.head.opens("Annat", "Inget för gäster.")
		_, err := w.head.judges(ref, assessment.VeryHigh, "Allvar", true)
		must(t, err)
		guest := w.joins(person.Profile{Name: "Gunnel Granne", Address: "gunnel.granne@example.se", Title: "Säkerhetschef, Grannstads kommun"}, access.CaseOfficer)
		until := clock.Of(w.clock.Now()).Add(5 * 24 * time.Hour)
		m := casework.Member{ID: guest.id, Reason: "Andra bedömare från Grannstad", Until: until}
		for _, bad := range []casework.Member{{ID: guest.id, Reason: m.Reason}, {ID: guest.id, Reason: m.Reason, Until: until.Add(casework.GuestMost)}, {ID: guest.id, Until: until}} {
			if err := cases.InviteAssessor(ctx, w.head.session(), ref, bad); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		must(t, cases.InviteAssessor(ctx, w.head.session(), ref, m))
		if !w.told(guest, "assess.second") {
			t.Error("the guest does not know")
		}
		if got := guest.work(ref); !got.MaySecond(guest.id) || got.Done[0].Level != "" {
			t.Errorf("%+v", got.Standing)
		}
		if _, err := guest.reads(other); !fault.Is(err, fault.NotFound) {
			t.Errorf("the guest opens another case: %v", err)
		}
		_, err = guest.judges(ref, assessment.VeryHigh, "Samma", true)
		must(t, err)
		for _, a := range []*actor{guest, w.head} {
			_, err := cases.SettleAssessment(ctx, a.session(), ref, assessment.VeryHigh, "Överens")
			must(t, err)
		}
		w.clock.Move(6 * 24 * time.Hour)
		guest = w.signIn(guest, "gunnel.granne@example.se")
		if _, err := guest.reads(ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("after the last day: %v", err)
		}
		w.head = w.signIn(w.head, address(w.head.name))
		_, err = w.head.judges(other, assessment.High, "Ensam", true)
		must(t, err)
		must(t, cases.AssessAlone(ctx, w.head.session(), other, "Ingen annan är i tjänst."))
		if got := w.head.work(other).Standing; got.Phase != assessment.Settled || got.Level != assessment.High || !got.Final.Alone {
			t.Errorf("%+v", got)
		}
		w.verifies()
	})
}

// TestTwoWhoAssessAtOnceLoseNothing: two people write at the same time, and so do two windows of one. What
// was written stays, and an older window is told.
func TestTwoWhoAssessAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx, cases := t.Context(), w.house.Cases
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		ref := w.head.opens("Hot", "Ett samtal.", vera)
		write := func(a *actor, text string, seen int64) error {
			_, err := cases.AssessCase(ctx, a.session(), ref, casework.Assessing{Seen: seen, Depth: assessment.Structured, Change: func(v *assessment.Assessment) { v.Summary = text }})
			return err
		}
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, a := range []*actor{w.head, vera} {
			wg.Go(func() { errs[i] = write(a, a.name, 0) })
		}
		wg.Wait()
		must(t, errs[0])
		must(t, errs[1])
		for _, a := range []*actor{w.head, vera} {
			if got := a.work(ref).Draft; got == nil || got.Summary != a.name {
				t.Errorf("%s has %+v", a.name, got)
			}
		}
		for i := range errs {
			wg.Go(func() { errs[i] = write(vera, []string{"fönster ett", "fönster två"}[i], 1) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both windows: %v, %v", errs[0], errs[1])
		}
		for _, err := range errs {
			if err != nil && fault.Of(err).Code != "assess.changed" {
				t.Errorf("the older window: %v", err)
			}
		}
		if got := vera.work(ref); got.Draft.Version != 2 || len(got.Versions) != 2 || got.Versions[0].Summary != vera.name {
			t.Errorf("%+v", got.Versions)
		}
		elsewhere, err := w.head.reads(w.head.opens("Annat", "Ett annat samtal."))
		must(t, err)
		_, err = cases.AssessCase(ctx, vera.session(), ref, casework.Assessing{Seen: 2, Change: func(v *assessment.Assessment) {
			v.Put(assessment.Answer{Indicator: "approach", Group: assessment.Behaviour, Presence: assessment.Present, Evidence: []string{elsewhere.Timeline[0].ID}})
		}})
		if len(fault.Of(err).Fields) != 1 {
			t.Errorf("it rests on an item of another case: %v", err)
		}
		w.verifies()
	})
}

// TestWhoeverReportedForAnotherSeesNoMeasures: what is done to protect somebody is theirs to read, and not
// the reporter's.
func TestWhoeverReportedForAnotherSeesNoMeasures(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx, cases := t.Context(), w.house.Cases
		w.seat(w.newcomer("Lova Jurist", access.Lawyer), w.function(function.Legal, "Juristerna"))
		f := w.files(w.guest(), incident.Report{Narrative: "De ropade åt henne.", OnBehalfOf: "Ingen Känd", TargetCategory: incident.ElectedLeisure})
		_, err := cases.OrderMeasure(ctx, w.head.session(), f.Ref, measure.Measure{Kind: measure.Transport, State: measure.Planned, Owner: w.head.id, Shown: true,
			Told: "Bil till mötet", Review: clock.Of(w.clock.Now()).Add(time.Hour)})
		must(t, err)
		got, err := cases.OpenReceipt(ctx, w.org, f.Receipt, home(1))
		must(t, err)
		for _, v := range got.Views {
			if len(v.Measures) != 0 {
				t.Errorf("the reporter reads %+v", v.Measures)
			}
		}
	})
}

// TestAProgramAssessesAndProtects does over the API what the pages do.
func TestAProgramAssessesAndProtects(t *testing.T) {
	t.Parallel()
	w := found(t)
	ref := w.head.opens("Hot", "Ett samtal.")
	p := w.head.program(w.served())
	at := "/api/v1/cases/" + ref
	grade := map[string]any{"grade": "HIGH"}
	whole := map[string]any{"seen": 0, "depth": "INITIAL", "question": "Risk?", "sources": "Samtalet", "missing": "Inget", "summary": "Oroande", "unsure": "Vem", "level": "HIGH",
		"review": w.clock.Now().Add(48 * time.Hour), "answers": []map[string]any{{"indicator": "approach", "presence": "YES"}},
		"aspects": map[string]any{"PROTECTION": grade, "INTENT": grade, "CAPABILITY": grade, "VULNERABILITY": grade}}
	if got := p.ask("POST", at+"/assessments", whole); got.status != 200 || got.body["version"] != 1.0 {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	whole["finish"] = true
	if got := p.ask("POST", at+"/assessments", whole); got.status != 409 {
		t.Errorf("an older version: %d %s", got.status, got.raw)
	}
	whole["seen"] = 1
	if got := p.ask("POST", at+"/assessments", whole); got.status != 200 || got.body["finished"] == nil {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	if got := p.ask("GET", at+"/assessments", nil); got.body["phase"] != "waiting" || got.body["level"] != nil || strings.Contains(got.raw, "score") {
		t.Errorf("%s", got.raw)
	}
	if got := p.ask("POST", at+"/assessments/settlement", map[string]any{"reason": "Ingen finns.", "alone": true}); got.status != 200 {
		t.Errorf("%d %s", got.status, got.raw)
	}
	if got := p.ask("GET", at+"/assessments", nil); got.body["level"] != "HIGH" {
		t.Errorf("%s", got.raw)
	}
	if got := p.ask("POST", at+"/measures", map[string]any{"kind": "ALARM", "state": "ONGOING", "owner": w.head.id}); got.status != 422 {
		t.Errorf("without reasons: %d %s", got.status, got.raw)
	}
	if got := p.ask("POST", at+"/measures", map[string]any{"kind": "ALARM", "state": "PLANNED", "owner": w.head.id, "review": w.clock.Now().Add(time.Hour)}); got.status != 200 {
		t.Errorf("%d %s", got.status, got.raw)
	}
	if got := p.ask("POST", at+"/support", map[string]any{}); got.status != 200 {
		t.Errorf("%d %s", got.status, got.raw)
	}
	got := p.ask("GET", at+"/measures", nil)
	if len(got.body["items"].([]any)) != 1 || len(got.body["support"].([]any)) != 4 {
		t.Errorf("%s", got.raw)
	}
}
