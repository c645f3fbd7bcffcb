package agenda

import (
	"testing"

	"varn/internal/kit/fault"
)

func judged(author, point string, l Level, but map[Statement]Level) Entry {
	j := Judgement{Point: point, Grades: map[Statement]Level{}, Conflict: Low, Complexity: l}
	for _, st := range Statements() {
		j.Grades[st] = Low
	}
	for st, l := range but {
		j.Grades[st] = l
	}
	return Entry{Author: author, Judged: &j}
}

func TestWhereAGroupDisagreesTheHigherHolds(t *testing.T) {
	t.Parallel()
	points, err := ReadPoints("§ 7 Detaljplan öster\n\n8. Taxor 2027\n")
	if err != nil || len(points) != 2 || points[0].Number != "§ 7" || points[0].Name != "Detaljplan öster" || points[1].Number != "8" {
		t.Fatalf("%+v %v", points, err)
	}
	a := points[0].ID
	all := []Entry{{Points: points, Sorted: map[string]Level{a: Moderate, points[1].ID: Low}},
		judged("vera", a, Low, nil), judged("sven", a, High, map[Statement]Level{Signs: Moderate})}
	p, _ := Fold(all).Find(a)
	if l, split := p.Grade(Signs); l != Moderate || !split {
		t.Errorf("signs: %s %v", l, split)
	}
	if l, split := p.Grade(Stakes); l != Low || split {
		t.Errorf("stakes: %s %v", l, split)
	}
	if p.Risk() != Moderate || p.Conflict() != Low || p.Complexity() != High {
		t.Errorf("%s %s %s", p.Risk(), p.Conflict(), p.Complexity())
	}
	// Each says it once: the newest counts.
	all = append(all, judged("sven", a, Low, nil))
	if p, _ = Fold(all).Find(a); len(p.Judged) != 2 || p.Risk() != Low {
		t.Errorf("%+v", p)
	}
	if other, _ := Fold(all).Find(points[1].ID); other.Waits() || other.Risk() != Low {
		t.Errorf("%+v", other)
	}
}

func TestWhatWasExpectedStandsOnceItHasHappened(t *testing.T) {
	t.Parallel()
	points, _ := ReadPoints("1 Skolan")
	id := points[0].ID
	s := Fold([]Entry{{Points: points}, judged("vera", id, High, nil), {Outcome: &Outcome{Point: id, Level: Nothing}}})
	if err := judged("vera", id, Low, nil).Check(s); !fault.Is(err, fault.Conflict) {
		t.Errorf("judged afterwards: %v", err)
	}
	if err := (Entry{Plan: &Plan{Point: id, Text: "x"}}).Check(s); !fault.Is(err, fault.Conflict) {
		t.Errorf("planned afterwards: %v", err)
	}
	if err := (Entry{Outcome: &Outcome{Point: id, Level: High}}).Check(s); err != nil {
		t.Errorf("mended: %v", err)
	}
}

func TestWhatMustBeMendedInAnAgenda(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"bara-nummer", "7 " + string(make([]rune, MaxName+1))} {
		if _, err := ReadPoints(text); err == nil {
			t.Errorf("%.20q is read", text)
		}
	}
	points, _ := ReadPoints("1 Skolan")
	s := Fold([]Entry{{Points: points}})
	bad := fault.Of(Entry{Judged: &Judgement{Point: points[0].ID}}.Check(s))
	if len(bad.Fields) != len(Statements())+2 {
		t.Errorf("%+v", bad.Fields)
	}
	if err := (Entry{Sorted: map[string]Level{"annan": Low}}).Check(s); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func FuzzReadPoints(f *testing.F) {
	f.Add("§ 7 Detaljplan\n8. Taxor")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := ReadPoints(text)
		if err == nil && len(all) > MaxPoints {
			t.Errorf("%d points", len(all))
		}
	})
}
