package incident

import (
	"slices"

	"varn/internal/kit/code"
)

// Reason (skäl till skyndsamhet) is why a report may need haste.
type Reason string

// The reasons, the weightiest first.
const (
	ReasonViolence  Reason = "VIOLENCE"
	ReasonWeapon    Reason = "WEAPON"
	ReasonInjury    Reason = "INJURY"
	ReasonThreat    Reason = "THREAT"
	ReasonHome      Reason = "HOME"
	ReasonRelative  Reason = "RELATIVE"
	ReasonChildren  Reason = "CHILDREN"
	ReasonRepeated  Reason = "REPEATED"
	ReasonUnwell    Reason = "UNWELL"
	ReasonVandalism Reason = "VANDALISM"
	ReasonDecision  Reason = "DECISION_AFFECTED"
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		ReasonViolence, ReasonWeapon, ReasonInjury, ReasonThreat, ReasonHome, ReasonRelative,
		ReasonChildren, ReasonRepeated, ReasonUnwell, ReasonVandalism, ReasonDecision,
	}
}

// Term is the key of its label.
func (r Reason) Term() string { return code.Term("incident.urgency", r) }

// MaxUrgency is the level of what should be seen first.
const MaxUrgency = 3

// Urgency proposes where in the inbox the report comes, 0 to 3, with every reason. It is an order
// to read in and nothing else: a human assesses. Two reasons of the same weight raise the level
// by one.
func (r Report) Urgency() (int, []Reason) {
	level, same := 0, 0
	var reasons []Reason
	for _, reason := range Reasons() {
		if !r.gives(reason) {
			continue
		}
		reasons = append(reasons, reason)
		switch w := reason.weight(); {
		case w > level:
			level, same = w, 1
		case w == level:
			same++
		}
	}
	if same > 1 {
		level = min(level+1, MaxUrgency)
	}
	return level, reasons
}

func (r Reason) weight() int {
	switch r {
	case ReasonViolence, ReasonWeapon, ReasonInjury:
		return 3
	case ReasonThreat, ReasonHome, ReasonRelative, ReasonChildren:
		return 2
	}
	return 1
}

// gives tells whether the facts of the report are such a reason.
func (r Report) gives(reason Reason) bool {
	switch reason {
	case ReasonViolence:
		return slices.Contains(r.Forms, Violence)
	case ReasonWeapon:
		return slices.Contains(r.Signs, Weapon)
	case ReasonInjury:
		return r.InjuryPhysical
	case ReasonThreat:
		return slices.Contains(r.Forms, Threat)
	case ReasonHome:
		return r.Place == Home || slices.Contains(r.Signs, HomeKnown) || slices.Contains(r.Subtypes, Followed)
	case ReasonRelative:
		return r.TargetCategory == Relative || slices.Contains(r.Subtypes, ThreatToRelative)
	case ReasonChildren:
		return slices.Contains(r.Signs, Children)
	case ReasonRepeated:
		return r.Repeated || r.RepeatedCount > 1
	case ReasonUnwell:
		return r.InjuryMental || slices.Contains(r.Consequences, SickLeave)
	case ReasonVandalism:
		return slices.Contains(r.Forms, Vandalism)
	case ReasonDecision:
		return slices.Contains(r.Consequences, DecisionAffected)
	}
	return false
}
