package assessment

import (
	"slices"

	"varn/internal/domain/incident"
)

// Proposed gives the indicators that a report speaks for, in the set's order. It is for whoever
// assesses to keep or take away, and says nothing of how serious it is.
func (p Pack) Proposed(r *incident.Report) []Indicator {
	if r == nil {
		return nil
	}
	told := codesOf(r)
	var out []Indicator
	for _, i := range p.Indicators {
		if slices.ContainsFunc(i.From, func(f string) bool { return told[f] }) {
			out = append(out, i)
		}
	}
	return out
}

func codesOf(r *incident.Report) map[string]bool {
	out := map[string]bool{"fact:REPEATED": r.Repeated, "fact:INJURY": r.InjuryPhysical || r.InjuryMental}
	add(out, "sign:", r.Signs)
	add(out, "form:", r.Forms)
	add(out, "subtype:", r.Subtypes)
	add(out, "medium:", r.Medium)
	add(out, "situation:", r.Situation)
	add(out, "consequence:", r.Consequences)
	add(out, "place:", []incident.Place{r.Place})
	return out
}

func add[C ~string](to map[string]bool, kind string, codes []C) {
	for _, c := range codes {
		to[kind+string(c)] = true
	}
}
