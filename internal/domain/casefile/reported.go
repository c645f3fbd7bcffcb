package casefile

import (
	"slices"
	"strings"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// Recipient (mottagare av anmälan) is one of the three whom every event is reported to.
type Recipient string

// The three.
const (
	ToMunicipality Recipient = "MUNICIPALITY"
	ToParty        Recipient = "PARTY"
	ToPolice       Recipient = "POLICE"
)

// Recipients lists the three.
func Recipients() []Recipient { return []Recipient{ToMunicipality, ToParty, ToPolice} }

// Term is the key of its label.
func (r Recipient) Term() string { return code.Term("lifecycle.reported-to", r) }

// WhyNot (skäl att inte anmäla) is why it was not reported: the answers of Brå's survey, so that
// they can be compared.
type WhyNot string

// The reasons.
const (
	LeadsNowhere WhyNot = "LEADS_NOWHERE"
	PartOfJob    WhyNot = "PART_OF_JOB"
	Trifle       WhyNot = "TRIFLE"
	OtherReason  WhyNot = "OTHER"
)

// WhyNots lists every reason.
func WhyNots() []WhyNot { return []WhyNot{LeadsNowhere, PartOfJob, Trifle, OtherReason} }

// Term is the key of its label.
func (w WhyNot) Term() string { return code.Term("lifecycle.why-not", w) }

// Reported (anmälan) is one line of the tracker: reported when and by whom, or why not. It lies
// sealed in the case; the last line for each recipient holds.
type Reported struct {
	To   Recipient   `json:"to"`
	At   clock.Stamp `json:"at,omitempty"` // zero: not reported
	By   string      `json:"by,omitempty"` // a person's id; empty: the one concerned
	Why  WhyNot      `json:"why,omitempty"`
	Note string      `json:"note,omitempty"`
	// Of a police report: its number, whether access to it was asked to be restricted and was, and
	// whether it says that the one concerned is an elected representative.
	Number          string `json:"number,omitempty"`
	AskedRestricted bool   `json:"asked_restricted,omitempty"`
	Restricted      bool   `json:"restricted,omitempty"`
	StatedElected   bool   `json:"stated_elected,omitempty"`
	// Outcome is how the police's case stands; empty: nothing is known yet. Reopened: it was closed, and
	// is looked at again.
	Outcome  PoliceOutcome `json:"outcome,omitempty"`
	Reopened bool          `json:"reopened,omitempty"`
}

// PoliceOutcome (utfall hos polisen) is how a police report has gone on.
type PoliceOutcome string

// The outcomes.
const (
	Investigated    PoliceOutcome = "INVESTIGATED"
	NotInvestigated PoliceOutcome = "NOT_INVESTIGATED"
	Discontinued    PoliceOutcome = "DISCONTINUED"
	Prosecuted      PoliceOutcome = "PROSECUTED"
	Convicted       PoliceOutcome = "CONVICTED"
	Acquitted       PoliceOutcome = "ACQUITTED"
)

// PoliceOutcomes lists every outcome.
func PoliceOutcomes() []PoliceOutcome {
	return []PoliceOutcome{Investigated, NotInvestigated, Discontinued, Prosecuted, Convicted, Acquitted}
}

// Term is the key of its label.
func (o PoliceOutcome) Term() string { return code.Term("police.outcome", o) }

// Check tells what must be mended in a line of the tracker.
func (r Reported) Check(now clock.Stamp) error {
	var bad []fault.Field
	if !slices.Contains(Recipients(), r.To) {
		bad = append(bad, code.Unknown("to", Recipients()))
	}
	switch {
	case r.At == 0 && r.Why == "":
		bad = append(bad, fault.Field{Name: "why", Code: "lifecycle.when-or-why"})
	case r.At != 0 && r.Why != "":
		bad = append(bad, fault.Field{Name: "why", Code: "lifecycle.when-and-why"})
	case r.At < 0 || r.At > now:
		bad = append(bad, fault.Field{Name: "at", Code: "lifecycle.not-yet"})
	}
	bad = append(bad, code.One("why", r.Why, WhyNots())...)
	if r.By != "" && !ident.Valid(r.By) {
		bad = append(bad, fault.Field{Name: "by", Code: "field.choose"})
	}
	if r.Note != "" {
		bad = append(bad, mended(CheckText("note", r.Note, MaxReason))...)
	}
	bad = append(bad, code.One("outcome", r.Outcome, PoliceOutcomes())...)
	police := r.Number != "" || r.AskedRestricted || r.Restricted || r.StatedElected || r.Outcome != "" || r.Reopened
	switch {
	case police && (r.To != ToPolice || r.At == 0):
		bad = append(bad, fault.Field{Name: "number", Code: "lifecycle.police-only"})
	case len(r.Number) > MaxReference || strings.ContainsFunc(r.Number, unprintable):
		bad = append(bad, fault.Field{Name: "number", Code: "lifecycle.reference"})
	}
	return fault.Form(bad)
}
