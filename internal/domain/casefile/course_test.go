package casefile

import (
	"strings"
	"testing"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

func noon() clock.Stamp { return clock.Of(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)) }

func codeIn(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Of(err)
	if len(f.Fields) != 1 {
		return "several"
	}
	return f.Fields[0].Name + " " + f.Fields[0].Code
}

func TestTheReporterIsToldTheTruth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		c    Case
		want Status
	}{
		{Case{State: New}, Unopened}, {Case{State: New, Met: 1}, Seen}, {Case{State: Received, Met: 1}, Taken},
		{Case{State: Open}, Taken}, {Case{State: Assessed}, Judged}, {Case{State: Measures}, Working},
		{Case{State: FollowUp}, Following}, {Case{State: Closed, Met: 1}, Ended}, {Case{State: Reopened}, TakenAgain},
	} {
		if got := c.c.Status(); got != c.want {
			t.Errorf("%s: %s", c.c.State, got)
		}
		if c.c.CanWithdraw() != (c.c.State != Closed) {
			t.Errorf("%s: withdraw", c.c.State)
		}
	}
}

func TestACaseIsLateAfterADayWithoutAssessment(t *testing.T) {
	t.Parallel()
	c := Case{State: New, Opened: noon()}
	if c.Unassessed(noon().Add(24*time.Hour-time.Minute)) || !c.Unassessed(noon().Add(24*time.Hour)) {
		t.Error("the clock is wrong")
	}
	c.Assessed = noon()
	if c.Unassessed(noon().Add(48 * time.Hour)) {
		t.Error("assessed and late")
	}
	if (Case{State: Closed, Opened: noon()}).Unassessed(noon().Add(48 * time.Hour)) {
		t.Error("closed and late")
	}
}

func TestTheNearestDeadlineIsTheEarliestThatIsNotMet(t *testing.T) {
	t.Parallel()
	all := []Deadline{{Due: 30}, {Due: 10, Done: 9}, {Due: 20}, {}}
	if got := Nearest(all); got != 20 {
		t.Errorf("got %d", got)
	}
	if Nearest(nil) != 0 || !all[2].Late(20) || all[2].Late(19) || all[1].Late(99) || all[3].Late(99) {
		t.Error("late")
	}
}

func TestATaskHasTitleOwnerAndAPossibleDay(t *testing.T) {
	t.Parallel()
	owner := ident.New()
	for want, task := range map[string]Task{
		"":                     {Title: "Ring polisen", Owner: owner, Due: noon().Add(time.Hour)},
		"title field.required": {Owner: owner},
		"title field.too-long": {Owner: owner, Title: strings.Repeat("a", MaxTask+1)},
		"owner field.choose":   {Title: "a", Owner: "sara"},
		"due lifecycle.date":   {Title: "a", Owner: owner, Due: noon().Add(MaxAhead + 1e9)},
	} {
		if got := codeIn(task.Check(noon())); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestTheTrackerSaysWhenOrWhyNot(t *testing.T) {
	t.Parallel()
	by := ident.New()
	for _, c := range []struct {
		r    Reported
		want string
	}{
		{Reported{To: ToParty, At: noon(), By: by}, ""},
		{Reported{To: ToPolice, At: noon(), Number: "5000-K123456-26", AskedRestricted: true, Restricted: true, StatedElected: true}, ""},
		{Reported{To: ToPolice, Why: LeadsNowhere, Note: "Förra gången hände inget."}, ""},
		{Reported{To: ToPolice}, "why lifecycle.when-or-why"},
		{Reported{To: ToPolice, At: noon(), Why: Trifle}, "why lifecycle.when-and-why"},
		{Reported{To: ToPolice, At: noon() + 1}, "at lifecycle.not-yet"},
		{Reported{To: ToPolice, Why: "x"}, "why field.unknown-code"},
		{Reported{To: "x", At: noon()}, "to field.unknown-code"},
		{Reported{To: ToParty, At: noon(), By: "x"}, "by field.choose"},
		{Reported{To: ToParty, At: noon(), Number: "1"}, "number lifecycle.police-only"},
		{Reported{To: ToPolice, Why: Trifle, StatedElected: true}, "number lifecycle.police-only"},
		{Reported{To: ToPolice, At: noon(), Number: strings.Repeat("1", MaxReference+1)}, "number lifecycle.reference"},
		{Reported{To: ToPolice, At: noon(), Note: strings.Repeat("1", MaxReason+1)}, "note field.too-long"},
	} {
		if got := codeIn(c.r.Check(noon())); got != c.want {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
}

func TestAReferenceHasSystemNumberAndDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r    OutsideReference
		want string
	}{
		{OutsideReference{System: KIA, Number: "2026-00123", Date: noon()}, ""},
		{OutsideReference{System: OtherSystem, Name: "Eget system", Number: "7"}, ""},
		{OutsideReference{System: OtherSystem, Number: "7"}, "name field.required"},
		{OutsideReference{System: "x", Number: "7"}, "system field.unknown-code"},
		{OutsideReference{System: Stella, Number: " "}, "number field.required"},
		{OutsideReference{System: Stella, Number: "a\x00"}, "number lifecycle.reference"},
		{OutsideReference{System: Stella, Number: strings.Repeat("1", MaxReference+1)}, "number lifecycle.reference"},
		{OutsideReference{System: Stella, Number: "1", Date: noon() + 1}, "date lifecycle.not-yet"},
		{OutsideReference{System: OtherSystem, Name: "a\nb", Number: "1"}, "name field.bytes"},
	} {
		if got := codeIn(c.r.Check(noon())); got != c.want {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
	for number, want := range map[string]bool{"5000-K123456-26": true, "k 123456-26": true, "0001-26": false, "": false} {
		if (OutsideReference{System: PoliceNumber, Number: number}).Plausible() != want {
			t.Errorf("%q", number)
		}
	}
}

func TestRetentionNeedsItsDecision(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r    RetentionRule
		want string
	}{
		{RetentionRule{Years: 5, Decision: "KS 2025 § 12", Date: "2025-02-01"}, ""},
		{RetentionRule{Decision: "KS 2025 § 12"}, ""},
		{RetentionRule{Years: 5}, "decision lifecycle.decision"},
		{RetentionRule{Years: -1, Decision: "1"}, "years lifecycle.years"},
		{RetentionRule{Years: MaxYears + 1, Decision: "1"}, "years lifecycle.years"},
		{RetentionRule{Decision: strings.Repeat("a", 101)}, "decision field.too-long"},
		{RetentionRule{Decision: "1", Date: "1 februari"}, "date lifecycle.date"},
	} {
		if got := codeIn(c.r.Check()); got != c.want {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
	five := RetentionRule{Years: 5, Decision: "1"}
	over := five.Forget(noon())
	if over.Time().Year() != 2031 || (RetentionRule{Decision: "1"}).Forget(noon()) != 0 || five.Forget(0) != 0 {
		t.Error("forget")
	}
	c := Case{State: Closed, Retention: "five", Forget: over}
	held, open, ruleless := c, c, c
	held.Hold, open.State, ruleless.Retention = true, FollowUp, ""
	if !c.MayDestroy(over) || c.MayDestroy(over-1) || held.MayDestroy(over) || open.MayDestroy(over) || ruleless.MayDestroy(over) {
		t.Error("a case is destroyed that may not be, or the other way round")
	}
}
