package incident

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// Options are what the organisation and the unit have decided about reports. The zero Options
// are the defaults.
type Options struct {
	// ActorGroups are the groups that may be chosen; none: the default ones.
	ActorGroups []ActorGroup
	// Questions are the unit's own.
	Questions []Question
	// Now is when the report is made; an event more than a day ahead is refused. Zero: not checked.
	Now clock.Stamp
}

// Check tells everything that must be mended, in the order of the form.
func (r Report) Check(o Options) error {
	if o.ActorGroups == nil {
		o.ActorGroups = DefaultActorGroups()
	}
	bad := r.facts(o.ActorGroups)
	if o.Now != 0 && (r.OccurredFrom > o.Now.Add(24*time.Hour) || r.OccurredTo > o.Now.Add(24*time.Hour)) {
		bad = append(bad, fault.Field{Name: "occurred_from", Code: "incident.future"})
	}
	bad = append(bad, r.answered(o.Questions)...)
	return fault.Form(bad)
}

// facts checks what does not depend on a unit's questions.
func (r Report) facts(groups []ActorGroup) []fault.Field {
	var bad []fault.Field
	if strings.TrimSpace(r.Narrative) == "" {
		bad = append(bad, fault.Field{Name: "narrative", Code: "field.required"})
	}
	for _, f := range [][]fault.Field{
		length("narrative", r.Narrative, MaxNarrative), length("words", r.Words, MaxWords),
		code.Many("forms", r.Forms, Forms()), code.Many("subtypes", r.Subtypes, Subtypes()),
		code.Many("medium", r.Medium, Media()), length("platform", r.Platform, MaxPlatform),
		code.One("place", r.Place, Places()), length("place_note", r.PlaceNote, MaxPlaceNote),
		code.One("context", r.Context, Contexts()), code.Many("situation", r.Situation, Situations()),
		code.Many("signs", r.Signs, Signs()),
		code.Many("actor_groups", r.ActorGroups, groups), length("actor_note", r.ActorNote, MaxActorNote),
		code.One("target_category", r.TargetCategory, TargetCategories()), id("unit", r.Unit),
		r.times(), length("witnesses", r.Witnesses, MaxWitnesses),
		code.Many("consequences", r.Consequences, Consequences()),
		length("on_behalf_of", r.OnBehalfOf, MaxOnBehalf), id("concerned", r.Concerned),
		length("exclude", r.Exclude, MaxExclude), length("contact", r.Contact, MaxContact),
	} {
		bad = append(bad, f...)
	}
	return bad
}

func (r Report) times() []fault.Field {
	var bad []fault.Field
	if r.OccurredFrom < 0 || r.OccurredTo < 0 {
		bad = append(bad, fault.Field{Name: "occurred_from", Code: "incident.time"})
	}
	if r.OccurredTo != 0 && r.OccurredTo < r.OccurredFrom {
		bad = append(bad, fault.Field{Name: "occurred_to", Code: "incident.ends-before"})
	}
	if r.RepeatedCount < 0 || r.RepeatedCount > MaxRepeated {
		bad = append(bad, fault.Field{Name: "repeated_count", Code: "incident.count", Args: []any{MaxRepeated}})
	}
	return bad
}

// answered checks the answers to the unit's questions.
func (r Report) answered(questions []Question) []fault.Field {
	if len(r.Answers) > MaxAnswers {
		return []fault.Field{{Name: "answers", Code: "field.too-many", Args: []any{MaxAnswers}}}
	}
	if len(r.Answers) > 0 && len(questions) == 0 {
		return []fault.Field{{Name: "answers", Code: "incident.no-questions"}}
	}
	known := make([]string, len(questions))
	asked := make(map[string]Question, len(questions))
	for i, q := range questions {
		known[i], asked[q.ID] = q.ID, q
	}
	var bad []fault.Field
	for _, name := range slices.Sorted(maps.Keys(r.Answers)) {
		q, ok := asked[name]
		if !ok {
			bad = append(bad, code.Unknown("answers", known))
			break // once is enough, and the name itself is never repeated
		}
		bad = append(bad, q.accepts(r.Answers[name])...)
	}
	return bad
}

// length refuses what is too long, and bytes that are no text.
func length(field, text string, most int) []fault.Field {
	if len(text) > 4*most || utf8.RuneCountInString(text) > most {
		return []fault.Field{{Name: field, Code: "field.too-long", Args: []any{most}}}
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return []fault.Field{{Name: field, Code: "field.bytes"}}
	}
	return nil
}

func id(field, v string) []fault.Field {
	if v == "" || ident.Valid(v) {
		return nil
	}
	return []fault.Field{{Name: field, Code: "field.choose"}}
}
