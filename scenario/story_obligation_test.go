package scenario

import (
	"slices"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/obligation"
	"varn/internal/domain/ruling"
	"varn/internal/domain/safety"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/rule"
)

// TestNoObligationIsMissed: an employee is hurt; the clocks of AML 3:3 a and of the work injury run, a
// rule is edited meanwhile, somebody is reminded, somebody is alarmed, and the case is not closed over it.
func TestNoObligationIsMissed(t *testing.T) {
	t.Parallel()
	forBoth(t, noObligationIsMissed)
}

// owed is an obligation as it stands in a case.
func (a *actor) owed(ref string, c obligation.Code) obligation.Owed {
	a.town.t.Helper()
	got, err := a.reads(ref)
	must(a.town.t, err)
	i := slices.IndexFunc(got.Obligations, func(o obligation.Owed) bool { return o.Code == c })
	return got.Obligations[i]
}

func clockRule(c obligation.Code, versions ...obligation.Version) rule.Body {
	return rule.Body{Obligation: &ruling.ObligationRule{Code: c, Versions: versions}}
}

func noObligationIsMissed(t *testing.T, w *town) {
	ctx := t.Context()
	maria := w.newcomer("Maria Chef", access.Manager)
	unit := w.unit(0)
	w.seat(maria, w.unitFunction(function.UnitManager, "Chef för enheten", unit))
	today := w.clock.Now().Format(time.DateOnly)
	w.rules(string(obligation.WorkInjury), clockRule(obligation.WorkInjury, obligation.Version{From: "2026-01-01", Hours: 48}))
	f := w.files(w.guest(), incident.Report{Narrative: "Han slog med en stol.", Forms: []incident.Form{incident.Violence}, InjuryPhysical: true,
		TargetCategory: incident.Employee, Context: incident.Employment, Unit: unit})
	start := clock.Of(w.clock.Now())
	runs := func(c obligation.Code, hours int) {
		t.Helper()
		o := maria.owed(f.Ref, c)
		if want := start.Add(time.Duration(hours) * time.Hour).Minute(); o.Standing != obligation.Waits || o.Clock.Due != want {
			t.Errorf("%s: %s until %s, not %s", c, o.Standing, o.Clock.Due.Time(), want.Time())
		}
	}
	runs(obligation.WorkNotice, 24)
	runs(obligation.WorkInjury, 48)
	// A rule that holds from tomorrow changes nothing that runs; one from today does.
	tomorrow := w.clock.Now().AddDate(0, 0, 1).Format(time.DateOnly)
	w.rules(string(obligation.WorkInjury), clockRule(obligation.WorkInjury, obligation.Version{From: "2026-01-01", Hours: 48}, obligation.Version{From: tomorrow, Hours: 1}))
	runs(obligation.WorkInjury, 48)
	w.rules(string(obligation.WorkInjury), clockRule(obligation.WorkInjury, obligation.Version{From: "2026-01-01", Hours: 48}, obligation.Version{From: today, Hours: 30}))
	runs(obligation.WorkInjury, 30)
	w.rules(string(obligation.WorkNotice), clockRule(obligation.WorkNotice, obligation.Version{From: today, Hours: 6}))
	runs(obligation.WorkNotice, 6)
	if due, err := w.house.Cases.Today(ctx, maria.session(), casework.WantedToday{Section: casework.SectionDue}); err != nil || len(due.Lines) != 1 {
		t.Errorf("the inbox: %+v %v", due, err)
	}
	if o := maria.owed(f.Ref, obligation.Police); o.Standing != obligation.Listed {
		t.Errorf("the police: %s", o.Standing)
	}
	reminds := func() int {
		t.Helper()
		n, err := w.house.Cases.RemindDue(ctx, w.org)
		must(t, err)
		return n
	}
	reminds()
	w.clock.Move(30*time.Hour + time.Minute)
	reminds()
	if !w.told(w.head, "work_notice.passed") || !w.told(w.head, "deadline.passed") {
		t.Error("no alarm went")
	}
	maria = w.signIn(maria, address(maria.name))
	if o := maria.owed(f.Ref, obligation.WorkInjury); o.Standing != obligation.Late {
		t.Errorf("after the time: %s", o.Standing)
	}
	must(t, w.house.Cases.TakeCase(ctx, maria.session(), f.Ref))
	maria.moves(f.Ref, casefile.Assessed)
	must(t, w.house.Cases.AnswerNotice(ctx, maria.session(), f.Ref, casework.WorkNotice{Answer: casework.NoticeGiven, Number: "2026/4711"}))
	end := casework.Moving{To: casefile.Closed, Reason: "Klart.", Outcome: casefile.MeasuresDone}
	if _, err := w.house.Cases.MoveCase(ctx, maria.session(), f.Ref, end); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed over a clock that runs: %v", err)
	}
	answer := func(a *actor, c obligation.Code, said obligation.Answer, reason string) error {
		return w.house.Cases.AnswerObligation(ctx, a.session(), f.Ref, casework.ObligationAnswer{Code: c, Answer: said, Reason: reason})
	}
	if err := answer(maria, obligation.WorkInjury, obligation.Stopped, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("stopped without a reason: %v", err)
	}
	if err := answer(maria, obligation.WorkNotice, obligation.Done, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("the work notice has its own page: %v", err)
	}
	sigrid := w.signIn(w.head, address(w.head.name))
	if err := answer(sigrid, obligation.WorkInjury, obligation.Done, ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody outside the employer's view: %v", err)
	}
	must(t, answer(maria, obligation.WorkInjury, obligation.Stopped, "Ingen skada, enligt läkaren."))
	must(t, answer(maria, obligation.Breach, obligation.Begun, ""))
	if err := answer(maria, obligation.Breach, obligation.Begun, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("begun twice: %v", err)
	}
	if o := maria.owed(f.Ref, obligation.Breach); o.Standing != obligation.Waits || o.Clock.Due != clock.Of(w.clock.Now()).Add(72*time.Hour).Minute() {
		t.Errorf("the breach: %+v", o.Clock)
	}
	must(t, answer(maria, obligation.Breach, obligation.Done, ""))
	if o := maria.owed(f.Ref, obligation.WorkInjury); o.Standing != obligation.Ended || o.Said.Reason != "Ingen skada, enligt läkaren." || o.Said.By != maria.name {
		t.Errorf("%+v", o.Said)
	}
	if _, err := w.house.Cases.MoveCase(ctx, maria.session(), f.Ref, end); err != nil {
		t.Error(err)
	}
	w.verifies()
}

// TestASafetyRepresentativeIsAnswered: a request for measures has its receipt at once, an alarm when
// nobody answers, and an answer; a stop is recorded; and word of an event names nobody.
func TestASafetyRepresentativeIsAnswered(t *testing.T) {
	t.Parallel()
	forBoth(t, safetyRepresentative)
}

func safetyRepresentative(t *testing.T, w *town) {
	ctx := t.Context()
	maria, sara := w.newcomer("Maria Chef", access.Manager), w.newcomer("Sara Ombud", access.SafetyRepresentative)
	unit := w.unit(0)
	w.seat(maria, w.unitFunction(function.UnitManager, "Chef för enheten", unit))
	file := func(a *actor, k safety.Kind) (string, error) {
		return w.house.Cases.FileSafety(ctx, a.session(), safety.Submission{Kind: k, Unit: unit, Text: "Sätt larm vid disken."})
	}
	if _, err := file(maria, safety.Request); !fault.Is(err, fault.Denied) {
		t.Errorf("somebody who represents nobody: %v", err)
	}
	ref, err := file(sara, safety.Request)
	must(t, err)
	got, err := sara.reads(ref)
	must(t, err)
	receipt := got.Timeline[len(got.Timeline)-1].Change
	due := clock.Of(w.clock.Now()).Add(14 * 24 * time.Hour).Minute()
	if receipt == nil || receipt.Field != "safety_receipt" || receipt.At != due || got.Openers != 2 {
		t.Fatalf("the receipt: %+v, %d can open", receipt, got.Openers)
	}
	if _, err := w.head.reads(ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("security reads it: %v", err)
	}
	if err := w.house.Cases.AnswerSafety(ctx, sara.session(), ref, "Ja."); !fault.Is(err, fault.Denied) {
		t.Errorf("she answers herself: %v", err)
	}
	w.clock.Move(14*24*time.Hour + time.Minute)
	if _, err := w.house.Cases.RemindDue(ctx, w.org); err != nil || !w.told(w.head, "deadline.passed") || !w.told(maria, "deadline.passed") {
		t.Errorf("nobody is alarmed: %v", err)
	}
	maria, sara = w.signIn(maria, address(maria.name)), w.signIn(sara, address(sara.name))
	w.head, w.admin = w.signIn(w.head, address(w.head.name)), w.signIn(w.admin, address(w.admin.name))
	if o := sara.owed(ref, obligation.SafetyAnswer); o.Standing != obligation.Late {
		t.Errorf("%+v", o)
	}
	silent := casework.ObligationAnswer{Code: obligation.SafetyAnswer, Answer: obligation.Done}
	if err := w.house.Cases.AnswerObligation(ctx, maria.session(), ref, silent); !fault.Is(err, fault.Conflict) {
		t.Errorf("answered without a word: %v", err)
	}
	must(t, w.house.Cases.AnswerSafety(ctx, maria.session(), ref, "Larmet sätts upp i dag."))
	if o := sara.owed(ref, obligation.SafetyAnswer); o.Standing != obligation.Met || !w.told(sara, "safety.answered") {
		t.Errorf("answered: %+v", o)
	}
	stop, err := file(sara, safety.Stop)
	must(t, err)
	lines, err := w.house.Cases.SafetyCases(ctx, sara.session())
	must(t, err)
	if i := slices.IndexFunc(lines, func(l casework.Line) bool { return l.Ref == stop }); len(lines) != 2 || lines[i].Urgency != 3 {
		t.Errorf("%+v", lines)
	}
	word(t, w, maria, sara, unit)
	w.verifies()
}

// word lets an event be reported, and the representative be told of it.
func word(t *testing.T, w *town, maria, sara *actor, unit string) {
	t.Helper()
	ctx := t.Context()
	r := incident.Report{Narrative: "Han slog Emil Norrby.", Forms: []incident.Form{incident.Violence}, InjuryPhysical: true, OnBehalfOf: "Emil Norrby",
		TargetCategory: incident.Employee, Context: incident.Employment, Unit: unit}
	f := w.files(w.guest(), r)
	if err := w.house.Cases.TellSafety(ctx, maria.session(), f.Ref); fault.Of(err).Code != "case.no-safety" {
		t.Errorf("nobody represents the unit: %v", err)
	}
	w.seat(sara, w.unitFunction(function.Safety, "Skyddsombud för enheten", unit))
	sara = w.signIn(sara, address(sara.name))
	must(t, w.house.Cases.TellSafety(ctx, maria.session(), f.Ref))
	if o := maria.owed(f.Ref, obligation.SafetyTold); o.Standing != obligation.Met {
		t.Errorf("told: %+v", o)
	}
	lines, err := w.house.Cases.SafetyCases(ctx, sara.session())
	must(t, err)
	i := slices.IndexFunc(lines, func(l casework.Line) bool { return l.View == string(safety.Word) })
	got, err := sara.reads(lines[i].Ref)
	must(t, err)
	if lines[i].View != string(safety.Word) || !strings.Contains(got.Timeline[0].Text, "Våld") || got.Timeline[0].Author != "" {
		t.Fatalf("%+v %+v", lines[i], got.Timeline)
	}
	for _, e := range got.Timeline {
		if strings.Contains(e.Text+got.Title, "Emil") || strings.Contains(e.Text, f.Ref) {
			t.Errorf("it says who: %s", e.Text)
		}
	}
	if _, err := sara.reads(f.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("she reads the event: %v", err)
	}
	// The next event is told of as it comes, without a word of it.
	w.files(w.guest(), r)
	if !w.told(sara, "safety.happened") {
		t.Error("she does not learn that something has happened")
	}
}
