package incident

import "slices"

// Grave (allvarlig fara) tells whether what was told may have meant serious danger to life or health:
// violence, a weapon, a bodily injury, or a threat beside another weighty reason. Like the urgency it
// asks a human to judge, and judges nothing.
func (r Report) Grave() bool {
	level, reasons := r.Urgency()
	for _, one := range []Reason{ReasonViolence, ReasonWeapon, ReasonInjury} {
		if slices.Contains(reasons, one) {
			return true
		}
	}
	return level == MaxUrgency && slices.Contains(reasons, ReasonThreat)
}
