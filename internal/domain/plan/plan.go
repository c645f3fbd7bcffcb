// Package plan models the safety plan that a person makes for themselves, with the self-check that leads
// to it. Nobody else reads it unless they share it.
package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Topic (område) is what the self-check asks about.
type Topic string

// The topics.
const (
	Everyday   Topic = "EVERYDAY"
	Habits     Topic = "HABITS"
	Home       Topic = "HOME"
	Mind       Topic = "MIND"
	Family     Topic = "FAMILY"
	Travel     Topic = "TRAVEL"
	Data       Topic = "DATA"
	Social     Topic = "SOCIAL"
	Mail       Topic = "MAIL"
	Stalking   Topic = "STALKING"
	Assignment Topic = "ASSIGNMENT"
)

// Topics lists every topic in the order of the page.
func Topics() []Topic {
	return []Topic{Everyday, Habits, Home, Mind, Family, Travel, Data, Social, Mail, Stalking, Assignment}
}

// Term is the key of its name; with "-text" it says what to think of.
func (t Topic) Term() string { return code.Term("plan.topic", t) }

// Standing is how a topic stands for the person.
type Standing string

// The standings.
const (
	Settled  Standing = "SETTLED"
	ToDo     Standing = "TO_DO"
	NotForMe Standing = "NOT_FOR_ME"
)

// Standings lists every standing.
func Standings() []Standing { return []Standing{Settled, ToDo, NotForMe} }

// Term is the key of its label.
func (s Standing) Term() string { return code.Term("plan.standing", s) }

// Part (del av planen) is what the plan itself says.
type Part string

// The parts.
const (
	Signs  Part = "SIGNS"  // what tells me that something is wrong
	People Part = "PEOPLE" // whom I call
	Places Part = "PLACES" // where I go
	Word   Part = "WORD"   // what my nearest know to do
	Steps  Part = "STEPS"  // what I do first
	Bring  Part = "BRING"  // what I take along
	Agreed Part = "AGREED" // what is agreed with work, the party or the police
)

// Parts lists every part in the order of the page.
func Parts() []Part { return []Part{Signs, Steps, People, Places, Word, Bring, Agreed} }

// Term is the key of its label; with "-hint" it says what to write.
func (p Part) Term() string { return code.Term("plan.part", p) }

// MaxText is how long a part or a note may be, in characters.
const MaxText = 4_000

// Plan (trygghetsplan) is what a person has written for themselves.
type Plan struct {
	V      int                `json:"v"`
	Parts  map[Part]string    `json:"parts,omitempty"`
	Checks map[Topic]Standing `json:"checks,omitempty"`
	Notes  map[Topic]string   `json:"notes,omitempty"`
}

// Empty tells whether nothing is written.
func (p Plan) Empty() bool { return len(p.Parts)+len(p.Checks)+len(p.Notes) == 0 }

// Left is how many topics of the self-check are not answered.
func (p Plan) Left() int { return len(Topics()) - len(p.Checks) }

// Tidy is the plan without what is empty.
func (p Plan) Tidy() Plan {
	out := Plan{V: 1, Parts: map[Part]string{}, Checks: map[Topic]Standing{}, Notes: map[Topic]string{}}
	for k, v := range p.Parts {
		if v = strings.TrimSpace(v); v != "" {
			out.Parts[k] = v
		}
	}
	for k, v := range p.Checks {
		if v != "" {
			out.Checks[k] = v
		}
	}
	for k, v := range p.Notes {
		if v = strings.TrimSpace(v); v != "" {
			out.Notes[k] = v
		}
	}
	return out
}

// Check tells what must be mended.
func (p Plan) Check() error {
	var bad []fault.Field
	long := func(name, text string) {
		switch {
		case len([]rune(text)) > MaxText:
			bad = append(bad, fault.Field{Name: name, Code: "field.too-long", Args: []any{MaxText}})
		case strings.ContainsRune(text, 0):
			bad = append(bad, fault.Field{Name: name, Code: "field.bytes"})
		}
	}
	for k, v := range p.Parts {
		if !slices.Contains(Parts(), k) {
			bad = append(bad, code.Unknown("parts", Parts()))
		}
		long(string(k), v)
	}
	for k, v := range p.Checks {
		if !slices.Contains(Topics(), k) || !slices.Contains(Standings(), v) {
			bad = append(bad, code.Unknown("checks", Standings()))
		}
	}
	for k, v := range p.Notes {
		if !slices.Contains(Topics(), k) {
			bad = append(bad, code.Unknown("notes", Topics()))
		}
		long("note_"+string(k), v)
	}
	return fault.Form(bad)
}

// Text is the plan as a text, as it is shared: what is empty is left out. Say gives the text of a label.
func (p Plan) Text(say func(term string) string) string {
	var out []string
	for _, k := range Parts() {
		if v := p.Parts[k]; v != "" {
			out = append(out, say(k.Term())+"\n"+v)
		}
	}
	for _, k := range Topics() {
		line := say(k.Term())
		if c := p.Checks[k]; c != "" {
			line += ": " + say(c.Term())
		}
		if n := p.Notes[k]; n != "" {
			line += "\n" + n
		}
		if line != say(k.Term()) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n\n")
}

// Decode reads a plan as it was sealed. One of another version is refused.
func Decode(raw []byte) (Plan, error) {
	var p Plan
	if err := json.Unmarshal(raw, &p); err != nil {
		return Plan{}, err
	}
	if p.V != 1 {
		return Plan{}, fault.Detailf("a safety plan has the version %d", p.V)
	}
	return p, nil
}

// Row is a plan as it is stored: sealed to the person alone.
type Row struct {
	Org     string      `db:"org"`
	Person  string      `db:"person"`
	Box     seal.Box    `db:"box"`
	Changed clock.Stamp `db:"changed"`
	Version int64       `db:"version"`
}

// AD binds the sealed plan to its person and version.
func (r Row) AD() seal.AD { return seal.Bind("safety plan", r.Org, r.Person).With(r.Version) }

// Terms are the keys of every text of the package.
func Terms() []string {
	out := slices.Concat(code.Terms("plan.standing", Standings()), code.Terms("plan.part", Parts()))
	for _, p := range Parts() {
		out = append(out, p.Term()+"-hint")
	}
	for _, t := range Topics() {
		out = append(out, t.Term(), t.Term()+"-text")
	}
	return out
}
