package casefile

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// MaxReference is the longest number of another system, in bytes; MaxReferences how many a case
// can carry.
const (
	MaxReference  = 60
	MaxReferences = 50
)

// System (system) is where else the event has a number.
type System string

// The systems.
const (
	KIA           System = "KIA"
	Stella        System = "STELLA"
	Diarium       System = "DIARIUM" // the authority's own register
	WorkAuthority System = "AV"      // Arbetsmiljöverket
	Insurance     System = "FK"      // Försäkringskassan
	PoliceNumber  System = "POLICE"  // K-number
	OtherSystem   System = "OTHER"
)

// Systems lists every system.
func Systems() []System {
	return []System{KIA, Stella, Diarium, WorkAuthority, Insurance, PoliceNumber, OtherSystem}
}

// Term is the key of its label.
func (s System) Term() string { return code.Term("lifecycle.system", s) }

// OutsideReference (hänvisning) is the event's number in another system. It lies sealed in the case.
type OutsideReference struct {
	System System      `json:"system"`
	Name   string      `json:"name,omitempty"` // which, when System is OTHER
	Number string      `json:"number"`
	Date   clock.Stamp `json:"date,omitempty"`
}

// Check tells what must be mended in a reference.
func (r OutsideReference) Check(now clock.Stamp) error {
	var bad []fault.Field
	if !slices.Contains(Systems(), r.System) {
		bad = append(bad, code.Unknown("system", Systems()))
	}
	name := strings.TrimSpace(r.Name)
	if r.System == OtherSystem && name == "" {
		bad = append(bad, fault.Field{Name: "name", Code: "field.required"})
	}
	bad = append(bad, line("name", name, 100)...)
	switch number := strings.TrimSpace(r.Number); {
	case number == "":
		bad = append(bad, fault.Field{Name: "number", Code: "field.required"})
	case len(number) > MaxReference || strings.ContainsFunc(number, unprintable):
		bad = append(bad, fault.Field{Name: "number", Code: "lifecycle.reference"})
	}
	if r.Date < 0 || r.Date > now {
		bad = append(bad, fault.Field{Name: "date", Code: "lifecycle.not-yet"})
	}
	return fault.Form(bad)
}

// Plausible tells whether a number looks as that system's do. It is a question to ask, never a
// refusal: the pattern of the police's K-numbers is general knowledge.
func (r OutsideReference) Plausible() bool {
	if r.System != PoliceNumber {
		return true
	}
	return regexp.MustCompile(`^(\d{4}-)?K\d{1,9}-\d{2}$`).MatchString(strings.ToUpper(strings.ReplaceAll(r.Number, " ", "")))
}

// line refuses what is too long for one line, or is none.
func line(field, text string, most int) []fault.Field {
	if utf8.RuneCountInString(text) > most {
		return []fault.Field{{Name: field, Code: "field.too-long", Args: []any{most}}}
	}
	if strings.ContainsFunc(text, unprintable) {
		return []fault.Field{{Name: field, Code: "field.bytes"}}
	}
	return nil
}

func unprintable(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }
