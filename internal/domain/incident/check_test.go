package incident

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

func now() clock.Stamp { return clock.Of(time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC)) }

func TestTheNarrativeAloneIsEnough(t *testing.T) {
	t.Parallel()
	if err := (Report{Narrative: "En man följde efter mig."}).Check(Options{Now: now()}); err != nil {
		t.Fatal(err)
	}
}

func TestCheckNamesTheFieldThatMustBeMended(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("å", n) }
	for name, c := range map[string]struct {
		change      func(*Report)
		field, code string
	}{
		"no text":           {func(r *Report) { r.Narrative = " \n" }, "narrative", "field.required"},
		"long text":         {func(r *Report) { r.Narrative = long(MaxNarrative + 1) }, "narrative", "field.too-long"},
		"long words":        {func(r *Report) { r.Words = long(MaxWords + 1) }, "words", "field.too-long"},
		"nul":               {func(r *Report) { r.Narrative = "a\x00b" }, "narrative", "field.bytes"},
		"no utf-8":          {func(r *Report) { r.Contact = "a\xffb" }, "contact", "field.bytes"},
		"form":              {func(r *Report) { r.Forms = []Form{"hemlig"} }, "forms", "field.unknown-code"},
		"subtype":           {func(r *Report) { r.Subtypes = []HarassmentSubtype{"hemlig"} }, "subtypes", "field.unknown-code"},
		"medium":            {func(r *Report) { r.Medium = []Medium{"hemlig"} }, "medium", "field.unknown-code"},
		"place":             {func(r *Report) { r.Place = "hemlig" }, "place", "field.unknown-code"},
		"context":           {func(r *Report) { r.Context = "hemlig" }, "context", "field.unknown-code"},
		"situation":         {func(r *Report) { r.Situation = []Situation{"hemlig"} }, "situation", "field.unknown-code"},
		"sign":              {func(r *Report) { r.Signs = []Sign{"hemlig"} }, "signs", "field.unknown-code"},
		"actor":             {func(r *Report) { r.ActorGroups = []ActorGroup{"hemlig"} }, "actor_groups", "field.unknown-code"},
		"actor off":         {func(r *Report) { r.ActorGroups = []ActorGroup{Psychiatric} }, "actor_groups", "field.unknown-code"},
		"other actor off":   {func(r *Report) { r.ActorGroups = []ActorGroup{Substance} }, "actor_groups", "field.unknown-code"},
		"target":            {func(r *Report) { r.TargetCategory = "hemlig" }, "target_category", "field.unknown-code"},
		"consequence":       {func(r *Report) { r.Consequences = []Consequence{"hemlig"} }, "consequences", "field.unknown-code"},
		"unit":              {func(r *Report) { r.Unit = "hemlig" }, "unit", "field.choose"},
		"concerned":         {func(r *Report) { r.Concerned = "hemlig" }, "concerned", "field.choose"},
		"ends before":       {func(r *Report) { r.OccurredFrom, r.OccurredTo = now(), now()-1 }, "occurred_to", "incident.ends-before"},
		"before time":       {func(r *Report) { r.OccurredFrom = -1 }, "occurred_from", "incident.time"},
		"future":            {func(r *Report) { r.OccurredFrom = now().Add(25 * time.Hour) }, "occurred_from", "incident.future"},
		"count":             {func(r *Report) { r.RepeatedCount = MaxRepeated + 1 }, "repeated_count", "incident.count"},
		"exclude":           {func(r *Report) { r.Exclude = long(MaxExclude + 1) }, "exclude", "field.too-long"},
		"contact":           {func(r *Report) { r.Contact = long(MaxContact + 1) }, "contact", "field.too-long"},
		"answer without":    {func(r *Report) { r.Answers = map[string]Answer{"hemlig": {Text: "ja"}} }, "answers", "incident.no-questions"},
		"too many of codes": {func(r *Report) { r.Forms = slices.Repeat([]Form{Threat}, 12) }, "forms", "field.too-many"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := Report{Narrative: "Någon ringde."}
			c.change(&r)
			f := fault.Of(r.Check(Options{Now: now()}))
			if f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != c.field || f.Fields[0].Code != c.code {
				t.Fatalf("got %+v", f)
			}
			if strings.Contains(fmt.Sprint(f.Fields), "hemlig") {
				t.Fatal("the refusal repeats what was sent")
			}
		})
	}
}

func TestEveryFaultIsToldAtOnceInTheOrderOfTheForm(t *testing.T) {
	t.Parallel()
	r := Report{Forms: []Form{"x"}, Place: "x", Contact: strings.Repeat("a", MaxContact+1)}
	var names []string
	for _, f := range fault.Of(r.Check(Options{})).Fields {
		names = append(names, f.Name)
	}
	if !slices.Equal(names, []string{"narrative", "forms", "place", "contact"}) {
		t.Fatalf("got %v", names)
	}
}

func TestGroupsAboutHealthTakeADecision(t *testing.T) {
	t.Parallel()
	r := Report{Narrative: "a", ActorGroups: []ActorGroup{Psychiatric, Substance}}
	if r.Check(Options{}) == nil {
		t.Fatal("on by default")
	}
	if err := r.Check(Options{ActorGroups: ActorGroups()}); err != nil {
		t.Fatal(err)
	}
	if len(DefaultActorGroups()) != len(ActorGroups())-2 {
		t.Fatal("other groups are off")
	}
}

func TestTidyKeepsWhatMeansSomething(t *testing.T) {
	t.Parallel()
	r := Report{
		Narrative: "  Hot i telefon\n", Forms: []Form{Threat, Harassment, Threat}, RepeatedCount: 2, Unit: ident.New(),
		Answers: map[string]Answer{"a": {Text: " "}, "b": {Choices: []string{"x"}}},
	}.Tidy()
	if r.Narrative != "Hot i telefon" || !slices.Equal(r.Forms, []Form{Harassment, Threat}) || !r.Repeated || len(r.Answers) != 1 {
		t.Fatalf("got %+v", r)
	}
	if err := (Report{Narrative: "a", Forms: []Form{"x"}}).Tidy().Check(Options{}); err == nil {
		t.Fatal("an unknown code was tidied away")
	}
}

func TestTidyDoesNotChangeWhetherAReportPasses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := drawReport(t)
		if err := r.Check(Options{}); err != nil {
			t.Fatal(err)
		}
		if err := r.Tidy().Check(Options{}); err != nil {
			t.Fatal(err)
		}
	})
}

func drawReport(t *rapid.T) Report {
	return Report{
		Narrative:   "a" + rapid.StringMatching(`[ a-zåäö<>&"\n]{0,300}`).Draw(t, "narrative"),
		Words:       rapid.StringMatching(`[ a-zåäö]{0,30}`).Draw(t, "words"),
		Forms:       rapid.SliceOfN(rapid.SampledFrom(Forms()), 0, 5).Draw(t, "forms"),
		Subtypes:    rapid.SliceOfN(rapid.SampledFrom(Subtypes()), 0, 5).Draw(t, "subtypes"),
		Medium:      rapid.SliceOfN(rapid.SampledFrom(Media()), 0, 5).Draw(t, "medium"),
		Place:       rapid.SampledFrom(append(Places(), "")).Draw(t, "place"),
		Context:     rapid.SampledFrom(append(Contexts(), "")).Draw(t, "context"),
		Situation:   rapid.SliceOfN(rapid.SampledFrom(Situations()), 0, 3).Draw(t, "situation"),
		Signs:       rapid.SliceOfN(rapid.SampledFrom(Signs()), 0, 3).Draw(t, "signs"),
		ActorGroups: rapid.SliceOfN(rapid.SampledFrom(DefaultActorGroups()), 0, 4).Draw(t, "actors"), TargetCategory: rapid.SampledFrom(append(TargetCategories(), "")).Draw(t, "target"),
		Consequences:  rapid.SliceOfN(rapid.SampledFrom(Consequences()), 0, 4).Draw(t, "consequences"),
		InjuryMental:  rapid.Bool().Draw(t, "mental"),
		RepeatedCount: rapid.IntRange(0, 9).Draw(t, "count"),
		OccurredFrom:  clock.Stamp(rapid.Int64Range(0, 1<<50).Draw(t, "from")),
	}
}
