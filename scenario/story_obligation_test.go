package scenario

import (
	"slices"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/obligation"
	"varn/internal/domain/ruling"
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
