// Package safety models what passes between a safety representative and the employer: requests for
// measures, stops of dangerous work, and word that something has happened.
package safety

import (
	"varn/internal/domain/casefile"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// Kind is what a submission is. A case of that kind carries it as its view.
type Kind string

// The kinds.
const (
	Request Kind = "safety-request" // AML 6:6 a: the employer confirms at once and answers without delay
	Stop    Kind = "safety-stop"    // AML 6:7: the safety representative has stopped dangerous work
	Word    Kind = "safety-word"    // something has happened: unit, kind and day, and nothing more
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Request, Stop, Word} }

// Filed lists the kinds that a safety representative files.
func Filed() []Kind { return []Kind{Request, Stop} }

// Known tells whether a case's view is one of ours.
func Known(view string) bool {
	for _, k := range Kinds() {
		if string(k) == view {
			return true
		}
	}
	return false
}

// Term is the key of its label.
func (k Kind) Term() string { return code.Term("routing.view", k) }

// MaxText is how long a request, a stop or an answer may be, in characters.
const MaxText = 10_000

// Submission is what a safety representative files.
type Submission struct {
	Kind Kind
	Unit string // a unit's id
	Text string
}

// Check tells what must be mended.
func (m Submission) Check() error {
	var bad []fault.Field
	if m.Kind != Request && m.Kind != Stop {
		bad = append(bad, fault.Field{Name: "kind", Code: "field.choose"})
	}
	if !ident.Valid(m.Unit) {
		bad = append(bad, fault.Field{Name: "unit", Code: "field.choose"})
	}
	if err := casefile.CheckText("text", m.Text, MaxText); err != nil {
		bad = append(bad, fault.Of(err).Fields...)
	}
	return fault.Form(bad)
}

// Terms are the keys of every text of the package.
func Terms() []string { return code.Terms("routing.view", Kinds()) }
