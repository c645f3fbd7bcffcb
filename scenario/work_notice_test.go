package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// TestAGraveReportOfAnEmployeeAsksForTheWorkNotice follows the duty of AML 3:3 a, which waits for
// nobody: neither an objection nor a report that is taken back ends it.
func TestAGraveReportOfAnEmployeeAsksForTheWorkNotice(t *testing.T) {
	t.Parallel()
	forBoth(t, workNotice)
}

// noticeOf is a case's deadline of AML 3:3 a; false when there is none that waits.
func (a *actor) noticeOf(ref string) (casefile.Deadline, bool) {
	a.town.t.Helper()
	got, err := a.reads(ref)
	must(a.town.t, err)
	for _, dl := range got.Deadlines {
		if dl.Kind == string(casefile.NoticeDue) && dl.Done == 0 {
			return dl, true
		}
	}
	return casefile.Deadline{}, false
}

func workNotice(t *testing.T, w *town) {
	ctx := t.Context()
	maria := w.newcomer("Maria Chef", access.Manager)
	unit := w.unit(0)
	w.seat(maria, w.unitFunction(function.UnitManager, "Chef för enheten", unit))
	r := incident.Report{Narrative: "Han slog med en stol.", Forms: []incident.Form{incident.Violence},
		TargetCategory: incident.Employee, Context: incident.Employment, Unit: unit}
	f := w.files(w.guest(), r)
	reminds := func() int {
		t.Helper()
		n, err := w.house.Cases.RemindDue(ctx, w.org)
		must(t, err)
		return n
	}
	if n := reminds(); n != 1 || !w.told(maria, "work_notice.due") || w.told(w.head, "work_notice.due") {
		t.Errorf("%d: the employer's circle is told at once", n)
	}
	if n := reminds(); n != 0 {
		t.Errorf("told %d times more", n)
	}
	today, err := w.house.Cases.Today(ctx, maria.session(), casework.WantedToday{Section: casework.SectionDue})
	must(t, err)
	dl, ok := maria.noticeOf(f.Ref)
	if !ok || dl.Due != clock.Of(w.clock.Now()).Add(24*time.Hour).Minute() || len(today.Lines) != 1 || today.Lines[0].Notice != dl.Due {
		t.Fatalf("%+v %+v", dl, today.Lines)
	}
	act := casework.ReceiptAct{Org: w.org, Code: f.Receipt, From: home(1), Ref: f.Ref, Text: "Jag vill vara i fred."}
	must(t, w.house.Cases.ObjectByReceipt(ctx, act))
	must(t, w.house.Cases.WithdrawByReceipt(ctx, act))
	if _, ok := maria.noticeOf(f.Ref); !ok {
		t.Error("what the reporter says ended the duty")
	}
	must(t, w.house.Cases.TakeCase(ctx, maria.session(), f.Ref))
	maria.moves(f.Ref, casefile.Assessed)
	end := casework.Moving{To: casefile.Closed, Reason: "Återtagen.", Outcome: casefile.Withdrawn}
	if _, err := w.house.Cases.MoveCase(ctx, maria.session(), f.Ref, end); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed over the duty: %v", err)
	}
	w.clock.Move(24*time.Hour + time.Minute)
	reminds()
	if !w.told(w.head, "work_notice.passed") || !w.told(maria, "work_notice.passed") {
		t.Error("the alarm did not go")
	}
	maria = w.signIn(maria, address(maria.name))
	if err := w.house.Cases.AnswerNotice(ctx, maria.session(), f.Ref, casework.WorkNotice{Answer: casework.NoticeOwed}); !fault.Is(err, fault.Conflict) {
		t.Errorf("said again, for more time: %v", err)
	}
	must(t, w.house.Cases.AnswerNotice(ctx, maria.session(), f.Ref, casework.WorkNotice{Answer: casework.NoticeGiven, Number: "2026/012345"}))
	if _, ok := maria.noticeOf(f.Ref); ok {
		t.Error("notified, and still asked")
	}
	_, err = w.house.Cases.MoveCase(ctx, maria.session(), f.Ref, end)
	must(t, err)
	got, err := maria.reads(f.Ref)
	must(t, err)
	if n := len(got.Timeline); got.Timeline[n-2].Reference == nil || got.Timeline[n-2].Reference.System != casefile.WorkAuthority {
		t.Errorf("the case does not tell it: %+v", got.Timeline[n-2])
	}
	w.verifies()
}

// TestTheWorkNoticeIsForWhoeverDecides: nothing is asked where no employer answers or nothing was grave;
// then whoever answers for the case can still ask, or say that it is not needed.
func TestTheWorkNoticeIsForWhoeverDecides(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		elected := w.files(w.guest(), incident.Report{Narrative: "Han slog mig.", Forms: []incident.Form{incident.Violence}, TargetCategory: incident.ElectedLeisure})
		letter := w.files(w.guest(), incident.Report{Narrative: "Ett elakt brev.", Forms: []incident.Form{incident.Harassment}, TargetCategory: incident.Employee, Context: incident.Employment})
		for _, f := range []casework.Filed{elected, letter} {
			if dl, ok := vera.noticeOf(f.Ref); ok {
				t.Errorf("asked of %s: %+v", f.Ref, dl)
			}
		}
		answer := func(a *actor, n casework.WorkNotice) error {
			return w.house.Cases.AnswerNotice(ctx, a.session(), letter.Ref, n)
		}
		must(t, answer(vera, casework.WorkNotice{Answer: casework.NoticeOwed}))
		if _, ok := vera.noticeOf(letter.Ref); !ok {
			t.Error("it is owed, and nothing says so")
		}
		if err := answer(vera, casework.WorkNotice{Answer: casework.NoticeNeedless}); !fault.Is(err, fault.Invalid) {
			t.Errorf("needless without a reason: %v", err)
		}
		if err := answer(w.newcomer("Ulla Utanför", access.CaseOfficer), casework.WorkNotice{Answer: casework.NoticeNeedless, Reason: "Nej."}); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody outside answered: %v", err)
		}
		must(t, answer(vera, casework.WorkNotice{Answer: casework.NoticeNeedless, Reason: "Ingen var i fara."}))
		if _, ok := vera.noticeOf(letter.Ref); ok {
			t.Error("answered, and still asked")
		}
		w.verifies()
	})
}
