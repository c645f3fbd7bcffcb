package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// reportDraft is a report as it lies sealed between the steps: what was written in each field, as it
// was written.
type reportDraft struct {
	Values map[string][]string `json:"values,omitempty"`
	Files  []string            `json:"files,omitempty"` // secrets of uploads
}

// notSure is the choice of somebody who does not know or would rather not say.
const notSure = "-"

// answerField is the field of a unit's own question, named as the use case names what must be mended.
func answerField(id string) string { return "answers." + id }

func (v reportDraft) text(name string) string {
	if list := v.Values[name]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// chosen is a choice, unless it says that there is none.
func (v reportDraft) chosen(name string) string {
	if text := v.text(name); text != notSure {
		return text
	}
	return ""
}

// put fills a form with what the draft holds.
func (v reportDraft) put(f *Form) {
	for _, field := range f.fields {
		if values, ok := v.Values[field.Name]; ok && field.Kind != hiddenKind && field.Kind != fileKind {
			field.values = slices.Clone(values)
		}
	}
}

// take lays what a form holds over the draft, and gives a new one.
func (v reportDraft) take(f *Form) reportDraft {
	values := maps.Clone(v.Values)
	if values == nil {
		values = map[string][]string{}
	}
	for _, field := range f.fields {
		switch {
		case field.Kind == hiddenKind, field.Kind == fileKind, field.Name == "find":
		case len(field.values) == 0:
			delete(values, field.Name)
		default:
			values[field.Name] = slices.Clone(field.values)
		}
	}
	v.Values = values
	return v
}

// same tells whether a form's fields hold what the draft holds.
func (v reportDraft) same(other reportDraft, f *Form) bool {
	return !slices.ContainsFunc(f.fields, func(x *Field) bool { return !slices.Equal(v.Values[x.Name], other.Values[x.Name]) })
}

// report is what the draft tells, so far.
func (v reportDraft) report(questions []incident.Question) incident.Report {
	count, err := strconv.Atoi(v.text("repeated_count"))
	if err != nil && v.text("repeated_count") != "" {
		count = -1 // refused, with what to write instead
	}
	r := incident.Report{
		Narrative: v.text("narrative"), Words: v.text("words"), Platform: v.text("platform"),
		Forms: codes[incident.Form](v.Values["forms"]), Subtypes: codes[incident.HarassmentSubtype](v.Values["subtypes"]),
		Medium: codes[incident.Medium](v.Values["medium"]), Signs: codes[incident.Sign](v.Values["signs"]),
		Place: incident.Place(v.text("place")), PlaceNote: v.text("place_note"), Context: incident.Context(v.chosen("context")),
		Situation: codes[incident.Situation](v.Values["situation"]), ActorGroups: codes[incident.ActorGroup](v.Values["actor_groups"]), ActorNote: v.text("actor_note"),
		TargetCategory: incident.TargetCategory(v.chosen("target_category")), Unit: v.text("unit"),
		OccurredFrom: moment(v.text("occurred_from"), v.text("from_time")), OccurredTo: moment(v.text("occurred_to"), v.text("to_time")),
		Uncertain: v.text("uncertain") != "", Repeated: v.text("repeated") != "", RepeatedCount: count, Witnesses: v.text("witnesses"),
		InjuryPhysical: v.text("injury_physical") != "", InjuryMental: v.text("injury_mental") != "", Consequences: codes[incident.Consequence](v.Values["consequences"]),
		OnBehalfOf: v.text("on_behalf_of"), Concerned: v.chosen("concerned"), Exclude: v.text("exclude"), Contact: v.text("contact"),
	}
	r.ShareWithParty = v.text("share_with_party") != "" && r.OnBehalfOf == "" && r.Concerned == ""
	for _, q := range questions {
		values := v.Values[answerField(q.ID)]
		if len(values) == 0 {
			continue
		}
		if r.Answers == nil {
			r.Answers = map[string]incident.Answer{}
		}
		if q.Kind == incident.TextQuestion {
			r.Answers[q.ID] = incident.Answer{Text: values[0]}
		} else {
			r.Answers[q.ID] = incident.Answer{Choices: values}
		}
	}
	return r
}

// filed is the draft as it is sent.
func (v reportDraft) filed(r *Request, c reportChoices) casework.NewReport {
	out := casework.NewReport{Report: v.report(c.unit.Questions), Named: r.Session != nil && v.text("named") != "", Uploads: v.Files}
	if r.Session == nil {
		out.Concerned = "" // only who is signed in can look for people
	}
	if out.ShareWithParty {
		out.PartyText = v.text("party_text")
	}
	return out
}

func codes[C ~string](values []string) []C {
	var out []C
	for _, v := range values {
		out = append(out, C(v))
	}
	return out
}

// moment is a day and a time of day in Swedish time; midnight when there is no time, 0 when there is
// no day.
func moment(day, at string) clock.Stamp {
	if day == "" {
		return 0
	}
	if at == "" {
		at = "00:00"
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+at, locale.Zone())
	if err != nil {
		return 0
	}
	return clock.Of(t)
}

// opened tells which folded groups hold something, or something that must be mended.
func (v reportDraft) opened(f *Form) reportOpened {
	holds := func(names ...string) bool {
		return slices.ContainsFunc(f.fields, func(x *Field) bool {
			return slices.Contains(names, x.Name) && (x.Error != "" || len(x.values) > 0)
		})
	}
	return reportOpened{
		Until:    holds("occurred_to", "to_time"),
		Subtypes: holds("subtypes") || slices.Contains(v.Values["forms"], string(incident.Harassment)),
		More:     holds("situation", "actor_groups", "actor_note", "witnesses", "injury_physical", "injury_mental", "consequences", "repeated_count"),
		Behalf:   holds("on_behalf_of", "find") || v.chosen("concerned") != "",
	}
}

// names cuts a text into its lines.
func names(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if name := strings.TrimSpace(line); name != "" {
			out = append(out, name)
		}
	}
	return out
}
