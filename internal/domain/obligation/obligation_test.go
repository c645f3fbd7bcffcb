package obligation

import (
	"slices"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

func at(text string) clock.Stamp {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return clock.Of(t)
}

func TestEveryObligationHasAGround(t *testing.T) {
	t.Parallel()
	on := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, o := range All() {
		p, ok := o.Paragraph(on)
		switch {
		case o.Law != "" && !ok:
			t.Errorf("%s stands on %s, which is not listed", o.Code, o.Law)
		case ok && p.Standing != o.Standing:
			t.Errorf("%s is %s and its paragraph %s", o.Code, o.Standing, p.Standing)
		case o.Law == "" && !strings.HasPrefix(o.Source, "https://"):
			t.Errorf("%s has no ground", o.Code)
		}
		if o.Hours > o.Most && !o.Elsewhere {
			t.Errorf("%s: the table's own alarm can't be decided", o.Code)
		}
	}
}

func TestACaseBringsWhatItsFactsAskFor(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		f        Facts
		has, not []Code
	}{
		"an injured employee": {Facts{Day: day, Told: true, Employs: true, EmployersView: true, Target: incident.Employee, Injured: true},
			[]Code{WorkNotice, WorkInjury, SafetyTold, Investigate, Police}, []Code{TellBoth, Protect, Record}},
		"security's view of it":   {Facts{Day: day, Told: true, Employs: true, Target: incident.Employee, Injured: true}, []Code{Police}, []Code{WorkNotice, WorkInjury}},
		"a letter to an employee": {Facts{Day: day, Told: true, Employs: true, EmployersView: true, Target: incident.Employee}, []Code{Investigate}, []Code{WorkNotice, WorkInjury, SafetyTold}},
		"a full-time councillor":  {Facts{Day: day, Told: true, Target: incident.ElectedFulltime}, []Code{Protect, TellBoth}, []Code{Investigate}},
		"before the law": {Facts{Day: time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC), Told: true, Target: incident.ElectedFulltime},
			[]Code{TellBoth}, []Code{Protect}},
		"the party's view":   {Facts{Day: day, Told: true, Outside: true, Target: incident.ElectedLeisure}, nil, []Code{TellBoth, Police}},
		"a request, by hand": {Facts{Day: day, Requested: true, Measures: true}, []Code{Record, MeasureReview}, []Code{Police, Breach}},
	} {
		var got []Code
		for _, o := range All() {
			if o.In(c.f) {
				got = append(got, o.Code)
			}
		}
		for _, want := range c.has {
			if !slices.Contains(got, want) {
				t.Errorf("%s: no %s", name, want)
			}
		}
		for _, bad := range c.not {
			if slices.Contains(got, bad) {
				t.Errorf("%s: %s", name, bad)
			}
		}
	}
}

// TestAnEditedRuleMovesAClockThatRunsOnlyByItsDay is the promise that nobody's time changes behind them.
func TestAnEditedRuleMovesAClockThatRunsOnlyByItsDay(t *testing.T) {
	t.Parallel()
	o, _ := Of(WorkInjury)
	start := at("2026-11-10 08:00")
	old := Rules{{From: "2026-01-01", Hours: 48}}
	for name, c := range map[string]struct {
		r    Rules
		want clock.Stamp
	}{
		"nothing decided":      {nil, at("2026-11-13 08:00")},
		"decided before":       {old, at("2026-11-12 08:00")},
		"edited after":         {old.With(Version{From: "2026-11-11", Hours: 4}), at("2026-11-12 08:00")},
		"edited from that day": {old.With(Version{From: "2026-11-10", Hours: 4}), at("2026-11-10 12:00")},
		"edited back in time":  {old.With(Version{From: "2025-11-10", Hours: 4}), at("2026-11-10 12:00")},
	} {
		if got := c.r.Due(o, start); got != c.want {
			t.Errorf("%s: %s", name, got.Time())
		}
	}
	// A day is that of the organisation's own clock: 23.30 in UTC is tomorrow here.
	if got := (Rules{{From: "2026-11-11", Hours: 4}}).Hours(o, at("2026-11-10 23:30")); got != 4 {
		t.Errorf("the day is another zone's: %d", got)
	}
	if got := old.With(Version{From: "2026-01-01", Hours: 5}); len(got) != 1 || got[0].Hours != 5 || old[0].Hours != 48 {
		t.Errorf("%v %v", got, old)
	}
}

func TestARuleSaysWhatToMend(t *testing.T) {
	t.Parallel()
	o, _ := Of(WorkNotice)
	for want, r := range map[string]Rules{
		"ruling.from":    {{From: "i morgon", Hours: 4}},
		"ruling.clock":   {{From: "2026-01-01", Hours: 25}},
		"field.too-long": {{From: "2026-01-01", Hours: 4, Who: strings.Repeat("å", MaxNote+1)}},
		"field.bytes":    {{From: "2026-01-01", Hours: 4, Decision: "a\x00"}},
	} {
		if err := r.Check(o); err == nil || fault.Of(err).Fields[0].Code != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	for name, r := range map[string]Rules{"none": nil, "the law's clock turned off": {{From: "2026-01-01"}}, "not in order": {{From: "2026-02-01", Hours: 1}, {From: "2026-01-01", Hours: 1}}} {
		if r.Check(o) == nil {
			t.Errorf("%s is taken", name)
		}
	}
	police, _ := Of(Police)
	if err := (Rules{{From: "2026-01-01"}}).Check(police); err != nil {
		t.Error(err)
	}
}

func TestAnObligationStandsAsItIsAnswered(t *testing.T) {
	t.Parallel()
	now := at("2026-11-10 12:00")
	for want, c := range map[Standing]struct {
		clock Running
		said  Said
	}{
		Waits:   {clock: Running{Started: now, Due: now.Add(time.Hour)}},
		Late:    {clock: Running{Started: 1, Due: now}},
		Met:     {clock: Running{Started: 1, Due: now, Done: now}, said: Said{Answer: Done}},
		Ended:   {clock: Running{Started: 1, Due: now, Done: now}, said: Said{Answer: Stopped}},
		Offered: {},
		Listed:  {said: Said{Answer: Begun}},
	} {
		got := Owing(Known{Clocks: map[Code]Running{Breach: c.clock}, Said: map[Code]Said{Breach: c.said}, Opened: now}, now)
		i := slices.IndexFunc(got, func(o Owed) bool { return o.Code == Breach })
		if got[i].Standing != want {
			t.Errorf("%s: %s", want, got[i].Standing)
		}
	}
}
