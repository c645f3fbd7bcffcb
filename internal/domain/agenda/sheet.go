package agenda

import (
	"slices"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Said is a judgement with who made it.
type Said struct {
	Author string
	At     clock.Stamp
	Judgement
}

// Weighed is a point as it stands.
type Weighed struct {
	Point
	Sorted Level // empty: nobody has sorted it
	Judged []Said
	Plan   string
	// Outcome, once somebody has written it: from then on what was expected stands as it was.
	Outcome *Outcome
}

// Sheet (dagordningens riskbedömning) is an agenda as it stands.
type Sheet struct{ Points []Weighed }

// Fold gives the sheet that entries make, the oldest first.
func Fold(all []Entry) Sheet {
	var s Sheet
	for _, e := range all {
		for _, p := range e.Points {
			s.Points = append(s.Points, Weighed{Point: p})
		}
		for id, l := range e.Sorted {
			if p := s.find(id); p != nil {
				p.Sorted = l
			}
		}
		if e.Judged != nil {
			if p := s.find(e.Judged.Point); p != nil {
				p.Judged = slices.DeleteFunc(p.Judged, func(one Said) bool { return one.Author == e.Author })
				p.Judged = append(p.Judged, Said{e.Author, e.At, *e.Judged})
			}
		}
		if e.Plan != nil {
			if p := s.find(e.Plan.Point); p != nil {
				p.Plan = e.Plan.Text
			}
		}
		if e.Outcome != nil {
			if p := s.find(e.Outcome.Point); p != nil {
				o := *e.Outcome
				p.Outcome = &o
			}
		}
	}
	return s
}

// Find gives a point by its id.
func (s Sheet) Find(id string) (Weighed, bool) {
	if p := s.find(id); p != nil {
		return *p, true
	}
	return Weighed{}, false
}

func (s Sheet) find(id string) *Weighed {
	for i := range s.Points {
		if s.Points[i].ID == id {
			return &s.Points[i]
		}
	}
	return nil
}

// open refuses a forecast of what has happened already.
func (s Sheet) open(id string) error {
	switch p := s.find(id); {
	case p == nil:
		return fault.New(fault.NotFound, "fault.not-found")
	case p.Outcome != nil:
		return fault.New(fault.Conflict, "case.agenda-over")
	}
	return nil
}

// Waits tells whether a point goes on to the group: one that was not sorted as low.
func (p Weighed) Waits() bool { return p.Sorted == Moderate || p.Sorted == High }

// Grade is what the group says of a statement: the highest that anybody said. Split: they disagreed.
func (p Weighed) Grade(st Statement) (l Level, split bool) {
	for _, j := range p.Judged {
		split = split || l != "" && l != j.Grades[st]
		l = Higher(l, j.Grades[st])
	}
	return l, split
}

// Risk is the highest of what the group says; before anybody has judged, how the point was sorted.
func (p Weighed) Risk() Level {
	if len(p.Judged) == 0 {
		return p.Sorted
	}
	var out Level
	for _, st := range Statements() {
		l, _ := p.Grade(st)
		out = Higher(out, l)
	}
	return out
}

// Conflict is the highest that anybody said.
func (p Weighed) Conflict() (l Level) {
	for _, j := range p.Judged {
		l = Higher(l, j.Judgement.Conflict)
	}
	return l
}

// Complexity is the highest that anybody said.
func (p Weighed) Complexity() (l Level) {
	for _, j := range p.Judged {
		l = Higher(l, j.Judgement.Complexity)
	}
	return l
}
