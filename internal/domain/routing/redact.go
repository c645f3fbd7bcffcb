package routing

import (
	"slices"

	"varn/internal/domain/incident"
)

// Seen is what a view holds of a report: only what its receiver needs. Security sees all of it.
// The employer, or the municipality, sees no guess about who did it and no name of anybody who may
// not know. The party sees the words that the person concerned has approved, when and by what
// medium, and nothing else. What goes to the police is composed when somebody files.
func (v ViewKind) Seen(r incident.Report, approved string) incident.Report {
	switch v {
	case SecurityView, PoliceView:
		return r
	case EmployerView, MunicipalityView:
		r.Exclude, r.ActorNote, r.ActorGroups = "", "", nil
		return r
	case PartyView:
		return incident.Report{Narrative: approved, Forms: slices.Clone(r.Forms), Medium: slices.Clone(r.Medium), Context: r.Context,
			OccurredFrom: r.OccurredFrom, OccurredTo: r.OccurredTo, Uncertain: r.Uncertain, Repeated: r.Repeated}
	}
	return incident.Report{}
}
