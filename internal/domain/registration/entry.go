package registration

import (
	"slices"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/law"
)

// Direction (riktning) tells whether a record came, went or was made here.
type Direction string

// The directions.
const (
	In       Direction = "IN"
	Out      Direction = "OUT"
	Internal Direction = "INTERNAL"
)

// Directions lists every direction.
func Directions() []Direction { return []Direction{In, Out, Internal} }

// Term is the key of its label.
func (d Direction) Term() string { return code.Term("registration.direction", d) }

// Party (från eller till) is from or to whom, told no closer than the open register may.
type Party string

// The parties. Withheld is right whenever a kind of person would tell who it was.
const (
	Withheld       Party = "WITHHELD"
	PrivatePerson  Party = "PRIVATE"
	Representative Party = "REPRESENTATIVE"
	StaffMember    Party = "EMPLOYEE"
	OtherAuthority Party = "AUTHORITY"
	PoliceParty    Party = "POLICE"
)

// Parties lists every party.
func Parties() []Party {
	return []Party{Withheld, PrivatePerson, Representative, StaffMember, OtherAuthority, PoliceParty}
}

// Term is the key of its label.
func (p Party) Term() string { return code.Term("registration.party", p) }

// Subject (ärendemening) is a line of a closed list, so that nobody's words end up in the open
// register.
type Subject string

// The subjects.
const (
	LetterIn   Subject = "LETTER_IN"
	Supplement Subject = "SUPPLEMENT"
	LetterOut  Subject = "LETTER_OUT"
	Made       Subject = "MADE_HERE"
	Note       Subject = "NOTE"
	Decision   Subject = "DECISION"
)

// Subjects lists every subject.
func Subjects() []Subject {
	return []Subject{LetterIn, Supplement, LetterOut, Made, Note, Decision}
}

// Term is the key of its label.
func (s Subject) Term() string { return code.Term("registration.subject", s) }

// Provision (sekretessbestämmelse) is the paragraph that a secrecy mark states, by its id in
// kit/law. A mark without one is not allowed: TF 2:20.
type Provision string

// Provisions lists those that a mark can state. Which of them applies, the municipality decides.
func Provisions() []Provision {
	return []Provision{
		"OSL 21:3", "OSL 21:3 a", "OSL 21:7", "OSL 18:8", "OSL 18:1", "OSL 18:9", "OSL 18:13", "OSL 39:1", "OSL 39:2", "OSL 39:3",
		"OSL 25", "OSL 26", "OSL 22:1", "OSL 23:5 a", "OSL 32:3", "OSL 15:2",
	}
}

// ProvisionsOn lists those that hold on a day.
func ProvisionsOn(day time.Time) []Provision {
	return slices.DeleteFunc(Provisions(), func(p Provision) bool {
		_, holds := p.On(day)
		return !holds
	})
}

// On is the paragraph as it reads on a day; its gist is the note beside the choice, and Sure
// tells whether it was read.
func (p Provision) On(day time.Time) (law.Paragraph, bool) {
	if !slices.Contains(Provisions(), p) {
		return law.Paragraph{}, false
	}
	return law.Find(string(p), day)
}

// Entry (diariepost) is what the register says of a record, and reveals nothing.
type Entry struct {
	Date      clock.Stamp `json:"date"` // when it came or was made
	Number    string      `json:"number"`
	Direction Direction   `json:"direction"`
	Party     Party       `json:"party"`
	Subject   Subject     `json:"subject"`
	Provision Provision   `json:"provision,omitempty"` // empty: no secrecy mark
}

// Check tells what must be mended in an entry.
func (e Entry) Check() error {
	var bad []fault.Field
	if e.Date <= 0 {
		bad = append(bad, fault.Field{Name: "date", Code: "field.required"})
	}
	if e.Number == "" {
		bad = append(bad, fault.Field{Name: "number", Code: "field.required"})
	} else if len(e.Number) > 4*MaxPattern {
		bad = append(bad, fault.Field{Name: "number", Code: "field.too-long", Args: []any{MaxPattern}})
	}
	bad = append(bad, chosen("direction", e.Direction, Directions())...)
	bad = append(bad, chosen("party", e.Party, Parties())...)
	bad = append(bad, chosen("subject", e.Subject, Subjects())...)
	bad = append(bad, code.One("provision", e.Provision, ProvisionsOn(e.Date.Time()))...)
	return fault.Form(bad)
}

// chosen is a code that may not be left out.
func chosen[C ~string](field string, c C, known []C) []fault.Field {
	if c == "" {
		return []fault.Field{{Name: field, Code: "field.choose"}}
	}
	return code.One(field, c, known)
}

// Terms are the keys of every label of the package.
func Terms() []string {
	return slices.Concat(code.Terms("registration.direction", Directions()), code.Terms("registration.party", Parties()),
		code.Terms("registration.subject", Subjects()))
}
