package casefile

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"varn/internal/kit/fault"
)

func mine() Facts {
	return Facts{Parts: []Part{Handling}, Person: "sara", Reason: "Klart", Outcome: MeasuresDone}
}

func TestNextIsTheLifeCycle(t *testing.T) {
	t.Parallel()
	for from, want := range map[State][]State{
		New:      {Received, Closed},
		Open:     {Assessed, Closed},
		Received: {Assessed, Closed},
		Assessed: {Measures, FollowUp, Closed},
		Measures: {FollowUp, Assessed, Closed},
		FollowUp: {Measures, Assessed, Closed},
		Closed:   {Reopened},
		Reopened: {Assessed, Measures, FollowUp, Closed},
		"x":      nil,
	} {
		if got := Next(from); !slices.Equal(got, want) {
			t.Errorf("%s: %v", from, got)
		}
	}
}

func TestEveryMoveIsInTheTableOrRefused(t *testing.T) {
	t.Parallel()
	for _, from := range append(States(), Open, "x", "") {
		for _, to := range append(States(), Open, "x", "") {
			err := Move(from, to, mine())
			if allowed := slices.Contains(Next(from), to); allowed != (err == nil) {
				t.Errorf("%s to %s: %v", from, to, err)
			} else if !allowed && fault.Of(err).Code != "lifecycle.no-move" {
				t.Errorf("%s to %s: %v", from, to, err)
			}
		}
	}
}

func TestAMoveSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from, to State
		change   func(*Facts)
		code     string
	}{
		"a stranger":              {New, Received, func(f *Facts) { f.Parts = nil }, "lifecycle.not-yours"},
		"a member may receive":    {New, Received, func(f *Facts) { f.Parts = []Part{Sitting} }, ""},
		"a member may not assess": {Received, Assessed, func(f *Facts) { f.Parts = []Part{Sitting} }, "lifecycle.not-yours"},
		"a member may not close":  {FollowUp, Closed, func(f *Facts) { f.Parts = []Part{Sitting} }, "lifecycle.not-yours"},
		"who answers may":         {FollowUp, Closed, func(f *Facts) { f.Parts = []Part{Answering} }, ""},
		"no reason to close":      {FollowUp, Closed, func(f *Facts) { f.Reason = " " }, "lifecycle.reason"},
		"no reason to reopen":     {Closed, Reopened, func(f *Facts) { f.Reason = "" }, "lifecycle.reason"},
		"no reason to assess":     {Received, Assessed, func(f *Facts) { f.Reason, f.Outcome = "", "" }, ""},
		"a long reason":           {Received, Assessed, func(f *Facts) { f.Reason = strings.Repeat("å", MaxReason+1) }, "field.too-long"},
		"no outcome":              {FollowUp, Closed, func(f *Facts) { f.Outcome = "" }, "lifecycle.outcome-missing"},
		"unknown outcome":         {FollowUp, Closed, func(f *Facts) { f.Outcome = "x" }, "field.unknown-code"},
		"tasks left":              {FollowUp, Closed, func(f *Facts) { f.OpenTasks = true }, "lifecycle.tasks"},
		"referral left":           {FollowUp, Closed, func(f *Facts) { f.OpenReferral = true }, "lifecycle.referral"},
		"duplicate of nothing":    {Received, Closed, func(f *Facts) { f.Outcome = Duplicate }, "lifecycle.not-merged"},
		"duplicate":               {Received, Closed, func(f *Facts) { f.Outcome, f.MergedInto, f.OpenTasks = Duplicate, true, true }, ""},
		"handed to nobody":        {Received, Closed, func(f *Facts) { f.Outcome = HandedOver }, "lifecycle.not-accepted"},
		"handed over":             {Received, Closed, func(f *Facts) { f.Outcome, f.Accepted = HandedOver, true }, ""},
		"not withdrawn":           {Received, Closed, func(f *Facts) { f.Outcome = Withdrawn }, "lifecycle.not-withdrawn"},
		"withdrawn":               {New, Closed, func(f *Facts) { f.Outcome, f.AskedToWithdraw = Withdrawn, true }, ""},
		"nobody asked":            {FollowUp, Closed, func(f *Facts) { f.NeedsSecond = true }, "lifecycle.second"},
		"the same asked":          {FollowUp, Closed, func(f *Facts) { f.NeedsSecond, f.AskedBy = true, "sara" }, "lifecycle.second"},
		"another asked":           {FollowUp, Closed, func(f *Facts) { f.NeedsSecond, f.AskedBy = true, "omar" }, ""},
		"assessing takes one":     {Received, Assessed, func(f *Facts) { f.NeedsSecond = true }, ""},
	} {
		f := mine()
		c.change(&f)
		err := Move(c.from, c.to, f)
		got := ""
		if err != nil {
			if got = fault.Of(err).Code; got == "fault.form" {
				got = fault.Of(err).Fields[0].Code
			}
		}
		if got != c.code {
			t.Errorf("%s: %q, want %q", name, got, c.code)
		}
	}
	f := mine()
	f.NeedsSecond = true
	if err := CanAskToClose(FollowUp, f); err != nil {
		t.Errorf("asking for a second: %v", err)
	}
}

func TestEveryCaseCanBeClosedAndNothingLeavesAClosedOneButReopening(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		state := New
		for range rapid.IntRange(0, 30).Draw(t, "moves") {
			next := rapid.SampledFrom(Next(state)).Draw(t, "to")
			if state == Closed && next != Reopened {
				t.Fatalf("closed went to %s", next)
			}
			if err := Move(state, next, mine()); err != nil {
				t.Fatalf("%s to %s: %v", state, next, err)
			}
			state = next
		}
		if state != Closed && !slices.Contains(Next(state), Closed) {
			t.Fatalf("%s can't be closed", state)
		}
	})
}

func TestAStateIsReadAsTheAPISpellsIt(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]State{"NEW": New, "follow_up": FollowUp, " Closed ": Closed, "open": Open} {
		if got, ok := ParseState(raw); !ok || got != want {
			t.Errorf("%q: %s", raw, got)
		}
	}
	if _, ok := ParseState("hemlig"); ok || State("x").Active() || Closed.Active() || !Open.Active() {
		t.Error("an unknown state is known, or a closed one active")
	}
}

func TestEveryTermStandsOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range Terms() {
		if seen[k] {
			t.Errorf("%s stands twice", k)
		}
		seen[k] = true
	}
	for _, k := range []string{FollowUp.Term(), Withdrawn.Term(), Unopened.Term(), NoticeDue.Term(), ToPolice.Term(), Trifle.Term(), KIA.Term()} {
		if !seen[k] {
			t.Errorf("%s is missing", k)
		}
	}
}
