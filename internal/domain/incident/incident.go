// Package incident models what a report tells: the facts of one event, in closed lists and free
// text, as it is sent, checked and sealed.
package incident

import (
	"slices"

	"strings"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
)

// Limits of a report, in characters where nothing else is said.
const (
	MaxNarrative = 20_000
	MaxWords     = 10_000
	MaxExclude   = 2_000
	MaxContact   = 500
	MaxPlatform  = 100
	MaxPlaceNote = 500
	MaxActorNote = 1_000
	MaxWitnesses = 2_000
	MaxOnBehalf  = 200
	MaxRepeated  = 10_000 // times
	MaxAnswers   = 30     // questions answered
	MaxAnswer    = 2_000
)

// Report (rapport) is what somebody tells of one event. Only the narrative is required.
type Report struct {
	Narrative string              `json:"narrative"`
	Words     string              `json:"words,omitempty"` // what was said or written, word for word
	Forms     []Form              `json:"forms,omitempty"`
	Subtypes  []HarassmentSubtype `json:"subtypes,omitempty"`
	Medium    []Medium            `json:"medium,omitempty"`
	Platform  string              `json:"platform,omitempty"` // which social medium
	Place     Place               `json:"place,omitempty"`
	PlaceNote string              `json:"place_note,omitempty"`
	Context   Context             `json:"context,omitempty"`
	Situation []Situation         `json:"situation,omitempty"`
	Signs     []Sign              `json:"signs,omitempty"`

	ActorGroups []ActorGroup `json:"actor_groups,omitempty"`
	ActorNote   string       `json:"actor_note,omitempty"`

	TargetCategory TargetCategory `json:"target_category,omitempty"`
	Unit           string         `json:"unit,omitempty"` // a unit's id

	OccurredFrom clock.Stamp `json:"occurred_from,omitempty"`
	OccurredTo   clock.Stamp `json:"occurred_to,omitempty"`
	Uncertain    bool        `json:"uncertain,omitempty"` // the times are a guess

	Repeated      bool   `json:"repeated,omitempty"`
	RepeatedCount int    `json:"repeated_count,omitempty"` // 0: the reporter does not know
	Witnesses     string `json:"witnesses,omitempty"`

	InjuryPhysical bool          `json:"injury_physical,omitempty"`
	InjuryMental   bool          `json:"injury_mental,omitempty"`
	Consequences   []Consequence `json:"consequences,omitempty"`

	// OnBehalfOf is the name of the person concerned when somebody else reports; Concerned is
	// that person's id when Värn knows them.
	OnBehalfOf string `json:"on_behalf_of,omitempty"`
	Concerned  string `json:"concerned,omitempty"`

	Exclude        string `json:"exclude,omitempty"` // who may not know, a name on each line
	ShareWithParty bool   `json:"share_with_party,omitempty"`
	Contact        string `json:"contact,omitempty"` // how the reporter wants to be reached

	Answers map[string]Answer `json:"answers,omitempty"` // by the id of the unit's question
}

// Day is the day by which law is looked up: that of the event, or of the report when the event's
// is not told.
func (r Report) Day(reported clock.Stamp) clock.Stamp {
	if r.OccurredFrom != 0 {
		return r.OccurredFrom
	}
	return reported
}

// Tidy is the report without what means nothing: space around texts, codes that stand twice, and
// answers that are empty. Codes come in the order of their lists.
func (r Report) Tidy() Report {
	for _, s := range []*string{&r.Narrative, &r.Words, &r.Platform, &r.PlaceNote, &r.ActorNote, &r.Witnesses, &r.OnBehalfOf, &r.Exclude, &r.Contact} {
		*s = strings.TrimSpace(*s)
	}
	r.Forms, r.Subtypes, r.Medium = code.Set(r.Forms, Forms()), code.Set(r.Subtypes, Subtypes()), code.Set(r.Medium, Media())
	r.Situation, r.Signs = code.Set(r.Situation, Situations()), code.Set(r.Signs, Signs())
	r.ActorGroups, r.Consequences = code.Set(r.ActorGroups, ActorGroups()), code.Set(r.Consequences, Consequences())
	r.Repeated = r.Repeated || r.RepeatedCount > 1
	var answers map[string]Answer
	for id, a := range r.Answers {
		if a.Text = strings.TrimSpace(a.Text); a.Text == "" && len(a.Choices) == 0 {
			continue
		}
		if answers == nil {
			answers = map[string]Answer{}
		}
		answers[id] = a
	}
	r.Answers = answers
	return r
}

// Terms are the keys of every label of the report's codes.
func Terms() []string {
	var out []string
	for _, group := range [][]string{
		code.Terms("incident.form", Forms()), code.Terms("incident.subtype", Subtypes()),
		code.Terms("incident.medium", Media()), code.Terms("incident.place", Places()),
		code.Terms("incident.context", Contexts()), code.Terms("incident.situation", Situations()),
		code.Terms("incident.sign", Signs()), code.Terms("incident.actor", ActorGroups()),
		code.Terms("incident.target", TargetCategories()), code.Terms("incident.consequence", Consequences()),
		code.Terms("incident.urgency", Reasons()), code.Terms("incident.question", Kinds()),
		code.Terms("incident.sheet", slices.Concat(SheetFields(), PaperFields())), code.Terms("incident.injury", []injury{physical, mental, noInjury}),
	} {
		out = append(out, group...)
	}
	return out
}
