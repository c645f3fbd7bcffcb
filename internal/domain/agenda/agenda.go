// Package agenda models how a meeting's agenda is gone through for risk before anybody decides: sorted
// fast, judged by a group, met with measures, and held against what happened.
package agenda

import (
	"slices"
	"strings"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// View is the view of a case that holds an agenda.
const View = "agenda"

// Level is how great a risk, a conflict or a complexity is.
type Level string

// The levels.
const (
	Low      Level = "LOW"
	Moderate Level = "MODERATE"
	High     Level = "HIGH"
	Nothing  Level = "NOTHING" // of what happened alone
)

// Levels lists those that are judged, the lowest first.
func Levels() []Level { return []Level{Low, Moderate, High} }

// Happenings lists those of what happened.
func Happenings() []Level { return []Level{Nothing, Low, Moderate, High} }

// Term is the key of its label.
func (l Level) Term() string { return code.Term("agenda.level", l) }

// Higher is the higher of two levels: where a group disagrees, it holds.
func Higher(a, b Level) Level {
	if slices.Index(Happenings(), b) > slices.Index(Happenings(), a) {
		return b
	}
	return a
}

// Statement is something that each in the group judges how far it is so. The words are our own.
type Statement string

// The statements.
const (
	Feelings  Statement = "FEELINGS"  // it stirs strong feelings in people or groups
	Signs     Statement = "SIGNS"     // somebody seems to plan to disturb, threaten or harm
	Before    Statement = "BEFORE"    // it has led to hate or threats before, here or elsewhere
	Stakes    Statement = "STAKES"    // it touches somebody's home, money, children or freedom
	Persons   Statement = "PERSONS"   // single representatives or officials are pointed out
	Occasions Statement = "OCCASIONS" // the meeting is open, and known in time and place
)

// Statements lists every statement.
func Statements() []Statement {
	return []Statement{Feelings, Signs, Before, Stakes, Persons, Occasions}
}

// Term is the key of its label.
func (s Statement) Term() string { return code.Term("agenda.statement", s) }

// Terms are the keys of every text of the package.
func Terms() []string {
	return slices.Concat(code.Terms("agenda.level", Happenings()), code.Terms("agenda.statement", Statements()), []string{"routing.view." + View})
}

// Limits of what may be written, in characters where nothing else is said.
const (
	MaxPoints = 60
	MaxNumber = 20
	MaxName   = 120
	MaxText   = 4_000
)

// Point (ärendepunkt) is one item of the agenda. Its name gives nothing away.
type Point struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Name   string `json:"name"`
}

// Judgement is what one in the group says of a point.
type Judgement struct {
	Point      string              `json:"point"`
	Grades     map[Statement]Level `json:"grades"`
	Conflict   Level               `json:"conflict"`   // how far those concerned stand against one another
	Complexity Level               `json:"complexity"` // how hard it is to see through, and how many it touches
	Why        string              `json:"why,omitempty"`
}

// Plan is the measures for a point.
type Plan struct {
	Point string `json:"point"`
	Text  string `json:"text"`
}

// Outcome is what happened at a point.
type Outcome struct {
	Point string `json:"point"`
	Level Level  `json:"level"`
	Text  string `json:"text,omitempty"`
}

// Entry is what one person writes at a time; it is never changed, the newest of each counts.
type Entry struct {
	Author  string           `json:"author"`
	At      clock.Stamp      `json:"at"`
	Points  []Point          `json:"points,omitempty"` // new ones
	Sorted  map[string]Level `json:"sorted,omitempty"` // by point
	Judged  *Judgement       `json:"judged,omitempty"`
	Plan    *Plan            `json:"plan,omitempty"`
	Outcome *Outcome         `json:"outcome,omitempty"`
}

// ReadPoints reads points written one a line: a number, then the name.
func ReadPoints(text string) ([]Point, error) {
	var out []Point
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		number, name, _ := strings.Cut(line, " ")
		if number == "§" {
			var rest string
			rest, name, _ = strings.Cut(strings.TrimSpace(name), " ")
			number += " " + rest
		}
		p := Point{ID: ident.New(), Number: strings.TrimRight(number, ".:,"), Name: strings.TrimSpace(name)}
		if p.Name == "" || len([]rune(p.Name)) > MaxName || len([]rune(p.Number)) > MaxNumber || len(out) == MaxPoints {
			return nil, fault.In("points", "agenda.bad-points", MaxPoints, MaxName)
		}
		out = append(out, p)
	}
	return out, nil
}

// Check tells what must be mended in an entry, for a sheet as it stands.
func (e Entry) Check(s Sheet) error {
	var bad []fault.Field
	if len(s.Points)+len(e.Points) > MaxPoints {
		bad = append(bad, fault.Field{Name: "points", Code: "agenda.bad-points", Args: []any{MaxPoints, MaxName}})
	}
	for id, l := range e.Sorted {
		if s.find(id) == nil && !slices.ContainsFunc(e.Points, func(p Point) bool { return p.ID == id }) {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		bad = append(bad, code.One("sorted", l, Levels())...)
	}
	if j := e.Judged; j != nil {
		if err := s.open(j.Point); err != nil {
			return err
		}
		for _, st := range Statements() {
			bad = append(bad, chosen("grade_"+string(st), j.Grades[st])...)
		}
		bad = append(append(bad, chosen("conflict", j.Conflict)...), chosen("complexity", j.Complexity)...)
		bad = append(bad, long("why", j.Why)...)
	}
	if e.Plan != nil {
		if err := s.open(e.Plan.Point); err != nil {
			return err
		}
		bad = append(bad, long("text", e.Plan.Text)...)
	}
	if o := e.Outcome; o != nil {
		if s.find(o.Point) == nil {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		if !slices.Contains(Happenings(), o.Level) {
			bad = append(bad, fault.Field{Name: "level", Code: "field.choose"})
		}
		bad = append(bad, long("text", o.Text)...)
	}
	return fault.Form(bad)
}

func chosen(name string, l Level) []fault.Field {
	if slices.Contains(Levels(), l) {
		return nil
	}
	return []fault.Field{{Name: name, Code: "field.choose"}}
}

func long(name, text string) []fault.Field {
	if text == "" {
		return nil
	}
	if err := casefile.CheckText(name, text, MaxText); err != nil {
		return fault.Of(err).Fields
	}
	return nil
}
