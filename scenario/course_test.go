package scenario

import (
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// TestAReportIsCarriedToItsClose walks the whole life-cycle on both engines.
func TestAReportIsCarriedToItsClose(t *testing.T) {
	t.Parallel()
	forBoth(t, carriedToItsClose)
}

func carriedToItsClose(t *testing.T, w *town) {
	ctx := t.Context()
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	filed := w.files(w.guest(), threat("Han väntade vid bilen."))
	status := func(want casefile.Status) {
		t.Helper()
		if got := w.follows(filed.Receipt).Views[0].Status; got != want {
			t.Errorf("the reporter sees %s, not %s", got, want)
		}
	}
	today := func(a *actor) *casework.Today {
		t.Helper()
		got, err := w.house.Cases.Today(ctx, a.session(), casework.WantedToday{})
		must(t, err)
		return got
	}
	if got := today(vera); got.Counts[casework.SectionNew].N != 1 || len(got.Lines) != 1 || got.Lines[0].Ref != filed.Ref {
		t.Fatalf("%+v", got)
	}
	must(t, w.house.Cases.TakeCase(ctx, vera.session(), filed.Ref))
	if err := w.house.Cases.TakeCase(ctx, vera.session(), filed.Ref); !fault.Is(err, fault.Conflict) {
		t.Errorf("taken twice: %v", err)
	}
	status(casefile.Taken)
	move := func(a *actor, to casefile.State, reason string, o casefile.Outcome) error {
		t.Helper()
		_, err := w.house.Cases.MoveCase(ctx, a.session(), filed.Ref, casework.Moving{To: to, Reason: reason, Outcome: o})
		return err
	}
	if err := move(vera, casefile.Measures, "", ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("a step that is not in the table: %v", err)
	}
	must(t, move(vera, casefile.Assessed, "", ""))
	status(casefile.Judged)
	id, err := w.house.Cases.AddNote(ctx, vera.session(), filed.Ref, "Ring polisen före tre.")
	must(t, err)
	if id == "" {
		t.Error("no id")
	}
	task, err := w.house.Cases.PutTask(ctx, vera.session(), filed.Ref, "", casefile.Task{Title: "Gå igenom larmet", Owner: w.head.id, Due: clock.Of(w.clock.Now().Add(time.Hour))})
	must(t, err)
	if got := today(w.head); got.Counts[casework.SectionDue].N != 1 || got.Counts[casework.SectionNew].N != 0 {
		t.Errorf("%+v", got.Counts)
	}
	must(t, move(vera, casefile.Measures, "", ""))
	_, err = w.house.Cases.Track(ctx, vera.session(), filed.Ref, casefile.Reported{To: casefile.ToPolice, At: clock.Of(w.clock.Now()), Number: "5000-K123456-26", AskedRestricted: true})
	must(t, err)
	_, err = w.house.Cases.AddReference(ctx, vera.session(), filed.Ref, casefile.OutsideReference{System: casefile.KIA, Number: "KIA-2026-17"})
	must(t, err)
	must(t, w.house.Cases.Promise(ctx, vera.session(), filed.Ref, clock.Of(w.clock.Now().Add(48*time.Hour))))
	if got := w.follows(filed.Receipt).Views[0]; got.Promised != clock.Of(w.clock.Now().Add(48*time.Hour)).Minute() {
		t.Errorf("promised %d", got.Promised)
	}
	must(t, vera.says(filed.Ref, "Larmet ses över i dag."))
	if err := move(vera, casefile.Closed, "Klart.", casefile.MeasuresDone); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed over an open task: %v", err)
	}
	_, err = w.house.Cases.PutTask(ctx, w.head.session(), filed.Ref, task, casefile.Task{Title: "Gå igenom larmet", Owner: w.head.id, Done: 1})
	must(t, err)
	must(t, move(vera, casefile.FollowUp, "", ""))
	if err := move(vera, casefile.Closed, "", casefile.MeasuresDone); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed without a reason: %v", err)
	}
	must(t, move(vera, casefile.Closed, "Åtgärderna är genomförda.", casefile.MeasuresDone))
	status(casefile.Ended)
	if err := vera.says(filed.Ref, "efteråt"); !fault.Is(err, fault.Conflict) {
		t.Errorf("written after the close: %v", err)
	}
	must(t, move(w.head, casefile.Reopened, "Han har hört av sig igen.", ""))
	status(casefile.TakenAgain)
	got, err := vera.reads(filed.Ref)
	must(t, err)
	kinds := map[casefile.ItemKind]int{}
	for _, e := range got.Timeline {
		kinds[e.Kind]++
	}
	if kinds[casefile.Note] != 1 || kinds[casefile.TaskItem] != 2 || kinds[casefile.Tracked] != 1 || kinds[casefile.Reference] != 1 || kinds[casefile.Change] != 7 {
		t.Errorf("%v", kinds)
	}
	if m := w.follows(filed.Receipt).Views[0].Messages; len(m) != 1 || m[0].Text != "Larmet ses över i dag." {
		t.Errorf("the reporter reads %+v", m)
	}
	w.verifies()
}

func TestTheInboxIsInOrderOfUrgencyAndCountsNothingWithheld(t *testing.T) {
	t.Parallel()
	w := found(t)
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	calm := w.files(w.guest(), incident.Report{Narrative: "Ett brev."})
	w.clock.Move(time.Minute)
	grave := w.files(w.guest(), incident.Report{Narrative: "Han slog mig.", Forms: []incident.Form{incident.Violence}, InjuryPhysical: true})
	about := incident.Report{Narrative: "Det var chefen.", Exclude: "Sigrid Vakt"}
	w.files(w.guest(), about)
	got, err := w.house.Cases.Today(t.Context(), vera.session(), casework.WantedToday{})
	must(t, err)
	if got.Counts[casework.SectionNew].N != 3 || got.Lines[0].Ref != grave.Ref {
		t.Fatalf("%+v", got)
	}
	got, err = w.house.Cases.Today(t.Context(), w.head.session(), casework.WantedToday{})
	must(t, err)
	if got.Counts[casework.SectionNew].N != 2 || len(got.Lines) != 2 || got.Lines[1].Ref != calm.Ref {
		t.Fatalf("%+v", got)
	}
	w.clock.Move(25 * time.Hour)
	got, err = w.house.Cases.Today(t.Context(), w.returns(w.head).session(), casework.WantedToday{Section: casework.SectionLate})
	must(t, err)
	if got.Counts[casework.SectionLate].N != 2 || len(got.Lines) != 2 {
		t.Fatalf("%+v", got)
	}
}
