package measure

import (
	"slices"

	"varn/internal/domain/assessment"
	"varn/internal/domain/incident"
)

// template is a row of what is often right at a level, and in a situation or with a kind of person. An
// empty list holds for all. It is a proposal: somebody chooses.
type template struct {
	kind       Kind
	levels     []assessment.Level
	situations []incident.Situation
	targets    []incident.TargetCategory
	media      []incident.Medium
}

// templates are the rows.
func templates() []template {
	from := func(l assessment.Level) []assessment.Level {
		all := assessment.Levels()
		return all[slices.Index(all, l):]
	}
	met := []incident.Situation{incident.NegativeDecision, incident.ControlContact, incident.HomeVisit, incident.ParentMeeting}
	return []template{
		{kind: Advice},
		{kind: SupportTalk},
		{kind: Publishing, levels: from(assessment.Medium)},
		{kind: ContactWay, levels: from(assessment.Medium)},
		{kind: ContactWay, media: []incident.Medium{incident.SocialMedia, incident.Email, incident.Phone, incident.Message}},
		{kind: DoubleStaffing, levels: from(assessment.Medium), situations: met},
		{kind: OtherRoom, levels: from(assessment.Medium), situations: append(met, incident.PublicMeeting)},
		{kind: Reassign, levels: from(assessment.High), targets: []incident.TargetCategory{incident.Employee}},
		{kind: OccupHealth, levels: from(assessment.Medium), targets: []incident.TargetCategory{incident.Employee}},
		{kind: MediaSupport, situations: []incident.Situation{incident.MediaExposure, incident.SocialMediaPost, incident.CampaignTime}},
		{kind: LegalSupport, levels: from(assessment.Medium)},
		{kind: PersonalAlarm, levels: from(assessment.High)},
		{kind: HomeReview, levels: from(assessment.High)},
		{kind: PoliceUnit, levels: from(assessment.High)},
		{kind: Shell, levels: from(assessment.High)},
		{kind: Transport, levels: from(assessment.VeryHigh)},
		{kind: RestrainOrder, levels: from(assessment.VeryHigh)},
		{kind: ProtectedData, levels: from(assessment.VeryHigh)},
	}
}

// Proposed gives the measures that are often right at a level and for what was reported, in the
// catalogue's order. A level that is not settled proposes what holds for all.
func Proposed(level assessment.Level, r *incident.Report) []Kind {
	if r == nil {
		r = &incident.Report{}
	}
	var out []Kind
	for _, k := range Kinds() {
		if slices.ContainsFunc(templates(), func(t template) bool { return t.kind == k && t.fits(level, r) }) {
			out = append(out, k)
		}
	}
	return out
}

func (t template) fits(level assessment.Level, r *incident.Report) bool {
	return (t.levels == nil || slices.Contains(t.levels, level)) && meets(t.situations, r.Situation) && meets(t.media, r.Medium) &&
		(t.targets == nil || slices.Contains(t.targets, r.TargetCategory))
}

func meets[C comparable](want, told []C) bool {
	return want == nil || slices.ContainsFunc(told, func(c C) bool { return slices.Contains(want, c) })
}
