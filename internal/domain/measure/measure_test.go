package measure

import (
	"slices"
	"testing"
	"time"

	"varn/internal/domain/assessment"
	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

var now = clock.Of(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC))

const day = 24 * time.Hour

func TestAMeasureSaysWhatToMend(t *testing.T) {
	t.Parallel()
	good := Measure{Kind: PersonalAlarm, State: Ongoing, Owner: ident.New(), Start: now, Review: now.Add(30 * day), Proportion: "Litet ingrepp.", Consent: AgreedSelf}
	if err := good.Check(now); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Measure){
		"kind":       func(m *Measure) { m.Kind = "WALL" },
		"state":      func(m *Measure) { m.State = "" },
		"owner":      func(m *Measure) { m.Owner = "Vera" },
		"review":     func(m *Measure) { m.Review = 0 },
		"proportion": func(m *Measure) { m.Proportion = " " },
		"consent":    func(m *Measure) { m.Consent = Refused },
		"by":         func(m *Measure) { m.Consent = AgreedOther },
		"effect":     func(m *Measure) { m.State, m.Effect = Ended, NotJudged },
		"what":       func(m *Measure) { m.Kind = OtherMeasure },
		"end":        func(m *Measure) { m.End = now.Add(-day) },
		"start":      func(m *Measure) { m.Start = 1 },
		"cost":       func(m *Measure) { m.Cost = string(make([]rune, MaxCost+1)) },
	} {
		m := good
		change(&m)
		if err := m.Check(now); err == nil || fault.Of(err).Fields[0].Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMeasureIsDueAtWhatComesNext(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		m    Measure
		want clock.Stamp
	}{
		"planned":           {Measure{State: Planned, Start: now.Add(day), Review: now.Add(30 * day)}, now.Add(day)},
		"planned, no start": {Measure{State: Planned, Review: now.Add(30 * day)}, now.Add(30 * day)},
		"ongoing":           {Measure{State: Ongoing, Start: now, Review: now.Add(30 * day)}, now.Add(30 * day)},
		"ends before":       {Measure{State: Ongoing, Review: now.Add(30 * day), End: now.Add(7 * day)}, now.Add(7 * day)},
		"ended":             {Measure{State: Ended, Review: now.Add(30 * day)}, 0},
		"dropped":           {Measure{State: Dropped, Start: now}, 0},
	} {
		if got := c.m.Due(); got != c.want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestTheEffectIsJudgedAtTheReview(t *testing.T) {
	t.Parallel()
	before := Measure{State: Ongoing, Review: now}
	again := Measure{State: Ongoing, Review: now.Add(30 * day)}
	for name, c := range map[string]struct {
		m    Measure
		at   clock.Stamp
		want bool
	}{
		"nothing said":            {again, now, true},
		"too early, and no words": {Measure{State: Ongoing, Review: again.Review, Effect: NotJudged}, now, true},
		"too early, said why":     {Measure{State: Ongoing, Review: again.Review, Effect: NotJudged, EffectNote: "Larmet kom i går."}, now, false},
		"judged":                  {Measure{State: Ongoing, Review: again.Review, Effect: SomeHelp}, now, false},
		"before it was due":       {again, now.Add(-day), false},
		"another owner alone":     {before, now, false},
	} {
		if err := c.m.CheckReview(before, c.at); (err != nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsProposedFollowsLevelAndSituation(t *testing.T) {
	t.Parallel()
	visit := &incident.Report{Situation: []incident.Situation{incident.HomeVisit}, TargetCategory: incident.Employee}
	if got := Proposed(assessment.Low, visit); !slices.Equal(got, []Kind{Advice, SupportTalk}) {
		t.Errorf("low: %v", got)
	}
	got := Proposed(assessment.High, visit)
	for _, k := range []Kind{DoubleStaffing, PersonalAlarm, PoliceUnit, OccupHealth} {
		if !slices.Contains(got, k) {
			t.Errorf("high lacks %s: %v", k, got)
		}
	}
	if slices.Contains(got, Transport) || !slices.Contains(Proposed(assessment.VeryHigh, nil), Transport) {
		t.Error("transport is for the very high level")
	}
	if got := Proposed("", nil); !slices.Equal(got, []Kind{Advice, SupportTalk}) {
		t.Errorf("without a level: %v", got)
	}
	mail := &incident.Report{Medium: []incident.Medium{incident.Email}}
	if !slices.Contains(Proposed(assessment.Low, mail), ContactWay) {
		t.Error("mail, and no other way of contact")
	}
}

// TestTheConcernedReadNothingOfTheCircles: what is echoed has no cost, no reason, no name.
func TestTheConcernedReadNothingOfTheCircles(t *testing.T) {
	t.Parallel()
	m := Measure{ID: "1", Kind: Alarm, State: Ongoing, What: "hemligt", Told: "Larmet byts.", Owner: "o", Cost: "9 000", Proportion: "skäl", By: "Bo", EffectNote: "not"}
	if got := m.ToConcerned(); got != (Shown{ID: "1", Kind: Alarm, State: Ongoing, Told: "Larmet byts."}) {
		t.Errorf("%+v", got)
	}
}

func TestTheDaysOfSupportAreInOrder(t *testing.T) {
	t.Parallel()
	if bad := CheckSupport(DefaultSupport()); bad != nil {
		t.Error(bad)
	}
	for _, days := range [][]int{{0}, {7, 1}, {1, 1}, {MaxDays + 1}, make([]int, MaxContacts+1)} {
		if CheckSupport(days) == nil {
			t.Errorf("%v is taken", days)
		}
	}
	if SupportAt(now, 7) != now.Add(7*day) {
		t.Error("a week")
	}
}
