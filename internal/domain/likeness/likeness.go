// Package likeness finds in a text what the same hand leaves behind: a sender's address, a phone, a
// vehicle's plate, an account, and the wording itself. It is pure; nothing here is stored.
package likeness

import (
	"slices"
	"strings"
	"time"

	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// Kind is what a trace is.
type Kind string

// The kinds of trace.
const (
	Address Kind = "address" // an e-mail address
	Phone   Kind = "phone"   // in E.164
	Plate   Kind = "plate"   // a Swedish registration mark
	Account Kind = "account" // network:name of a social network, or an IBAN
	Wording Kind = "wording" // one band of a text's MinHash
)

// Kinds lists every kind that is shown; wording is shown as one.
func Kinds() []Kind { return []Kind{Address, Phone, Plate, Account, Wording} }

// Term is the key of its label.
func (k Kind) Term() string { return code.Term("likeness.kind", k) }

// Trace (spår) is something that two cases can have in common, in the one form in which it is compared.
type Trace struct {
	Kind  Kind
	Value string
}

// MostTraces is how many traces of a case are compared, beside its wordings.
const MostTraces = 20

// WordingKept is how long the wording of a text can be found again. What else is found dies with
// its case.
const WordingKept = 365 * 24 * time.Hour

// Find gives the traces of a text, each once, in the order in which they stand; never its wording.
func Find(text string) []Trace {
	var out []Trace
	add := func(found []Trace) {
		for _, t := range found {
			if len(out) < MostTraces && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	add(addresses(text))
	add(accounts(text))
	add(phones(text))
	add(plates(text))
	return out
}

// Rule (beslut om likhet) lets cases of one authority be compared. Without it nothing is kept and
// nothing is looked up.
type Rule struct {
	Decision string `json:"decision"` // the number of the decision
	Date     string `json:"date"`     // when it was taken: 2006-01-02
	DPIA     string `json:"dpia"`     // where the data protection impact assessment stands
	DPIADate string `json:"dpia_date"`
	// Off: the decision ends what an earlier one allowed; what was kept is erased.
	Off bool `json:"off,omitempty"`
}

// MostReference is the longest reference of a decision or an assessment, in characters.
const MostReference = 100

// Check tells what must be mended: both a decision and an assessment, with their days.
func (r Rule) Check() error {
	var bad []fault.Field
	for _, f := range []struct{ name, text string }{{"decision", r.Decision}, {"dpia", r.DPIA}} {
		switch n := len([]rune(strings.TrimSpace(f.text))); {
		case n == 0:
			bad = append(bad, fault.Field{Name: f.name, Code: "field.required"})
		case n > MostReference:
			bad = append(bad, fault.Field{Name: f.name, Code: "field.too-long", Args: []any{MostReference}})
		}
	}
	for _, f := range []struct{ name, day string }{{"date", r.Date}, {"dpia_date", r.DPIADate}} {
		if _, err := time.Parse(time.DateOnly, f.day); err != nil {
			bad = append(bad, fault.Field{Name: f.name, Code: "field.date"})
		}
	}
	return fault.Form(bad)
}
