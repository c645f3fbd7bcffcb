package assessment

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

var now = clock.Of(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC))

// whole is an assessment with everything filled in, at a level.
func whole(id, author string, level Level) Assessment {
	a := Assessment{ID: id, Author: author, Depth: Structured, Version: 1, Pack: "varn", Edition: "1.0",
		Question: "Finns risk för våld?", Sources: "Rapporten", Missing: "Polisens uppgifter", Summary: "Läget är oroande.", Level: level,
		Unsure: "Vi vet inte vem det är.", Review: now.Add(7 * 24 * time.Hour), Triggers: "Ny kontakt", Aspects: map[Aspect]Judged{},
		Course: []Scenario{{Nature: "Söker upp hemmet", Severity: GradeHigh, Imminence: GradeLow, Likelihood: GradeMedium}}}
	for _, aspect := range Aspects() {
		a.Aspects[aspect] = Judged{Grade: GradeMedium}
	}
	for _, i := range Builtin().Indicators {
		a.Put(Answer{Indicator: i.ID, Group: i.Group, Text: i.Text["sv"], Presence: Present, Change: Rising, Relevance: Central})
	}
	return a
}

// TestTheLevelIsOnlyWhatAHumanSays: the same answers are taken with every level, none is taken without,
// and no number that could be a score stands anywhere in what is stored.
func TestTheLevelIsOnlyWhatAHumanSays(t *testing.T) {
	t.Parallel()
	for _, level := range Levels() {
		if err := whole("a", "p", level).CheckFinish(Builtin(), now); err != nil {
			t.Errorf("%s: %v", level, err)
		}
	}
	without := whole("a", "p", "")
	if err := without.CheckFinish(Builtin(), now); err == nil || fault.Of(err).Fields[0].Name != "level" {
		t.Errorf("finished without a level: %v", err)
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[Assessment](), reflect.TypeFor[Answer](), reflect.TypeFor[Judged](), reflect.TypeFor[Scenario](),
		reflect.TypeFor[Indicator](), reflect.TypeFor[Pack](), reflect.TypeFor[Settlement]()} {
		for i := range typ.NumField() {
			f := typ.Field(i)
			switch f.Type.Kind() {
			case reflect.Int, reflect.Int64, reflect.Float64:
				if f.Type != reflect.TypeFor[clock.Stamp]() && f.Name != "Version" && f.Name != "Format" {
					t.Errorf("%s.%s is a number", typ.Name(), f.Name)
				}
			}
		}
	}
}

// TestAThreatAloneProposesNoLevel: a report with nothing but an explicit threat brings the indicator
// forward, and the assessment that begins from it has no level.
func TestAThreatAloneProposesNoLevel(t *testing.T) {
	t.Parallel()
	r := &incident.Report{Narrative: "Jag ska döda dig.", Forms: []incident.Form{incident.Threat}}
	got := Builtin().Proposed(r)
	if len(got) != 1 || got[0].ID != "explicit" || got[0].Initial {
		t.Errorf("%+v", got)
	}
	r.Signs, r.Subtypes, r.Repeated = incident.Signs(), []incident.HarassmentSubtype{incident.Followed}, true
	if got := Builtin().Proposed(r); len(got) < 5 {
		t.Errorf("only %d are proposed", len(got))
	}
	if got := Builtin().Proposed(nil); got != nil {
		t.Errorf("%v without a report", got)
	}
}

func TestWhatIsLeftIsCountedByPart(t *testing.T) {
	t.Parallel()
	p := Builtin()
	empty := Assessment{Depth: Initial}
	if got := empty.Left(p); got[AskPart] != 3 || got[JudgePart] != 8 || len(got) != 2 {
		t.Errorf("initial: %v", got)
	}
	empty.Depth = Structured
	got := empty.Left(p)
	for g, part := range map[Group]Part{Behaviour: BehaviourOf, Relation: RelationOf, Exposure: ExposureOf, Protective: ProtectiveOf} {
		if got[part] != len(p.Of(g)) {
			t.Errorf("%s: %d", part, got[part])
		}
	}
	if got[CoursePart] != 1 || got[JudgePart] != 9 || got[FramePart] != 0 {
		t.Errorf("structured: %v", got)
	}
	a := whole("a", "p", High)
	if left := a.Left(p); len(left) != 0 {
		t.Errorf("whole, and left: %v", left)
	}
	a.Put(Answer{Indicator: "approach", Group: Behaviour})
	if err := a.CheckFinish(p, now); fault.Of(err).Fields[0].Code != "assess.left" {
		t.Errorf("finished with an indicator open: %v", err)
	}
	a = whole("a", "p", High)
	a.Review = now
	if err := a.CheckFinish(p, now); fault.Of(err).Fields[0].Code != "assess.review-when" {
		t.Errorf("reviewed in the past: %v", err)
	}
}

func TestAnAssessmentSaysWhatToMend(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ö", MaxText+1)
	for name, change := range map[string]func(*Assessment){
		"question": func(a *Assessment) { a.Question = long },
		"summary":  func(a *Assessment) { a.Summary = "a\x00b" },
		"level":    func(a *Assessment) { a.Level = "EXTREME" },
		"depth":    func(a *Assessment) { a.Depth = "DEEP" },
		"aspects":  func(a *Assessment) { a.Aspects["MOOD"] = Judged{} },
		"frame":    func(a *Assessment) { a.Frame = map[Heading]string{"X": ""} },
		"course":   func(a *Assessment) { a.Course = make([]Scenario, MaxScenarios+1) },
		"answers":  func(a *Assessment) { a.Answers[1].Indicator = a.Answers[0].Indicator },
	} {
		a := whole("a", "p", Low)
		change(&a)
		if err := a.Check(); err == nil || fault.Of(err).Fields[0].Name != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []Answer{{Indicator: "../x", Group: Behaviour}, {Indicator: "x", Group: "SCORE"}, {Indicator: "x", Group: Behaviour, Presence: "7"},
		{Indicator: "x", Group: Behaviour, Evidence: []string{"etc/passwd"}}, {Indicator: "x", Group: Behaviour, Evidence: make([]string, MaxEvidence+1)}} {
		if err := (Assessment{Answers: []Answer{bad}}).Check(); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// TestTheSecondIsBlindAndTheTwoAgree walks the rounds that need two.
func TestTheSecondIsBlindAndTheTwoAgree(t *testing.T) {
	t.Parallel()
	finished := func(id, author string, level Level, second string) Assessment {
		a := whole(id, author, level)
		a.Finished, a.Second = now, second
		return a
	}
	low := finished("0", "anna", Low, "")
	first, second := finished("1", "anna", High, ""), finished("2", "bo", Medium, "1")
	s := Stand([]Assessment{low}, nil)
	if s.Phase != Settled || s.Level != Low {
		t.Errorf("%+v", s)
	}
	s = Stand([]Assessment{low, first}, nil)
	if s.Phase != Waiting || s.Level != "" {
		t.Fatalf("%+v", s)
	}
	if s.Blind(first, "anna", nil) || !s.Blind(first, "bo", nil) || s.Blind(first, "cia", []string{"cia"}) || s.Blind(low, "bo", nil) {
		t.Error("who may see the first")
	}
	draft := whole("3", "bo", "")
	if !s.Blind(draft, "anna", []string{"anna"}) || s.Blind(draft, "bo", nil) {
		t.Error("a draft is its author's alone")
	}
	if of, err := s.MayFinish("bo", nil); err != nil || of != "1" {
		t.Errorf("%s %v", of, err)
	}
	for person, want := range map[string]string{"anna": "assess.wait-second", "cia": "assess.not-blind"} {
		if _, err := s.MayFinish(person, []string{"cia"}); fault.Of(err).Code != want {
			t.Errorf("%s: %v", person, err)
		}
	}
	both := []Assessment{low, first, second}
	s = Stand(both, nil)
	if s.Phase != Settling || s.Blind(first, "bo", nil) || s.Blind(second, "anna", nil) || s.MaySettle("cia") == nil || s.MaySettle("bo") != nil {
		t.Errorf("%+v", s)
	}
	if _, err := s.MayFinish("cia", nil); fault.Of(err).Code != "assess.settle-first" {
		t.Error(err)
	}
	say := func(author string, l Level) Settlement {
		return Settlement{Author: author, Of: "1", Level: l, Reason: "skäl"}
	}
	for name, c := range map[string]struct {
		said []Settlement
		want Phase
	}{
		"one alone":              {[]Settlement{say("bo", High)}, Settling},
		"the same one twice":     {[]Settlement{say("bo", High), say("bo", High)}, Settling},
		"two who differ":         {[]Settlement{say("bo", High), say("anna", Medium)}, Settling},
		"two who agree":          {[]Settlement{say("bo", High), say("anna", High)}, Settled},
		"after a change of mind": {[]Settlement{say("bo", High), say("anna", Medium), say("bo", Medium)}, Settled},
		"of another round":       {[]Settlement{{Author: "anna", Of: "0", Level: Low}, {Author: "bo", Of: "0", Level: Low}}, Settling},
	} {
		if got := Stand(both, c.said); got.Phase != c.want {
			t.Errorf("%s: %s", name, got.Phase)
		}
	}
	alone := Stand([]Assessment{first}, []Settlement{{Author: "anna", Of: "1", Level: High, Alone: true, Reason: "ingen finns"}})
	if alone.Phase != Settled || alone.Level != High || alone.Final == nil || alone.Second != nil {
		t.Errorf("%+v", alone)
	}
}

func TestTheDifferenceIsWhatWasSaidOtherwise(t *testing.T) {
	t.Parallel()
	a, b := whole("1", "anna", High), whole("2", "bo", High)
	if got := Compare(a, b); len(got) != 0 {
		t.Errorf("the same, and: %+v", got)
	}
	b.Level, b.Summary = Medium, "Läget är lugnare."
	b.Put(Answer{Indicator: "approach", Group: Behaviour, Text: "Har sökt upp", Presence: Absent})
	b.Aspects[Intent] = Judged{Grade: GradeHigh, Text: "Sagt rakt ut"}
	b.Course = append(b.Course, Scenario{Nature: "Kampanj", Likelihood: GradeHigh})
	got := Compare(a, b)
	var kinds []DifferenceKind
	for _, d := range got {
		kinds = append(kinds, d.Kind)
	}
	if !reflect.DeepEqual(kinds, []DifferenceKind{LevelDiffers, AspectDiffers, SummaryDiffers, IndicatorDiffers, CourseDiffers}) {
		t.Errorf("%v", kinds)
	}
	if got[0].A.Terms[0] != "assess.level.high" || got[3].B.Terms[0] != "assess.presence.no" || got[4].A.Text != "" {
		t.Errorf("%+v", got)
	}
}

func TestOurOwnSetIsWhole(t *testing.T) {
	t.Parallel()
	p := Builtin()
	initial := 0
	for _, g := range Groups() {
		if len(p.Of(g)) < 5 {
			t.Errorf("%s has %d", g, len(p.Of(g)))
		}
	}
	for _, i := range p.Indicators {
		if i.Initial {
			initial++
		}
		if len(i.Help) != 2 {
			t.Errorf("%s lacks help", i.ID)
		}
	}
	if initial < 6 || initial > 12 {
		t.Errorf("%d in the initial depth", initial)
	}
	if p.Say(map[string]string{"sv": "a"}, "fi") != "a" {
		t.Error("a language that the set lacks")
	}
}

func TestASetThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Pack){
		"varn_indicators": func(p *Pack) { p.Format = 2 },
		"id must":         func(p *Pack) { p.ID = "Å" },
		"version":         func(p *Pack) { p.Version = "" },
		"languages":       func(p *Pack) { p.Languages = []string{"sv", "sv"} },
		"licence":         func(p *Pack) { p.Licence["sv"] = " " },
		"name":            func(p *Pack) { p.Name = nil },
		"indicators":      func(p *Pack) { p.Indicators = nil },
		"its own":         func(p *Pack) { p.Indicators[1].ID = p.Indicators[0].ID },
		"group":           func(p *Pack) { p.Indicators[0].Group = "SUM" },
		"one line":        func(p *Pack) { p.Indicators[0].Text["sv"] = "a\u202eb" },
		"lacks":           func(p *Pack) { delete(p.Indicators[0].Text, "en") },
		"does not name":   func(p *Pack) { p.Indicators[0].Help["fi"] = "x" },
		"sign:WEAPON":     func(p *Pack) { p.Indicators[0].From = []string{"score:9"} },
	} {
		p := Builtin()
		change(&p)
		raw, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParsePack(raw); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, raw := range []string{"", "[]", `{"weight":3}`, string(builtin) + "{}", strings.Repeat(" ", MaxPack+1)} {
		if _, err := ParsePack([]byte(raw)); err == nil {
			t.Errorf("%.20q is taken", raw)
		}
	}
}

// FuzzParsePack: no file that an operator can lay in the directory makes more than an error of it.
func FuzzParsePack(f *testing.F) {
	f.Add(builtin)
	f.Add([]byte(`{"varn_indicators":1,"id":"x","languages":["sv"]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ParsePack(raw)
		if err != nil {
			return
		}
		again, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		q, err := ParsePack(again)
		if err != nil || !reflect.DeepEqual(p, q) {
			t.Errorf("read again: %v", err)
		}
		p.Proposed(&incident.Report{})
	})
}
