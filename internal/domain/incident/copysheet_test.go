package incident

import (
	"slices"
	"testing"
	"time"

	"varn/internal/kit/clock"
)

func TestACopySheetStandsInTheOrderOfTheOtherForm(t *testing.T) {
	t.Parallel()
	from := clock.Of(time.Date(2026, 11, 21, 22, 10, 0, 0, time.UTC)) // 23.10 in Sweden
	r := Report{Narrative: "Han slog i disken.", Words: "”Du ska få se.”", Forms: []Form{Threat, Violence}, Place: MunicipalPremises, PlaceNote: "receptionen",
		TargetCategory: Employee, OnBehalfOf: "Emil Norrby", OccurredFrom: from, OccurredTo: from.Add(2 * time.Hour), InjuryMental: true}
	got := CopySheet(r)
	for i, f := range SheetFields() {
		if got[i].Field != f {
			t.Errorf("field %d is %s", i, got[i].Field)
		}
	}
	for i, want := range [][]string{{"2026-11-21", "2026-11-22"}, {"23.10", "01.10"}, {"receptionen"}, {"Han slog i disken.", "”Du ska få se.”"}, {"Emil Norrby"}, nil, nil} {
		if !slices.Equal(got[i].Texts, want) {
			t.Errorf("%s: %q", got[i].Field, got[i].Texts)
		}
	}
	if !slices.Equal(got[3].Terms, []string{Threat.Term(), Violence.Term()}) || !slices.Equal(got[5].Terms, []string{"incident.injury.mental"}) {
		t.Errorf("%+v", got)
	}
	r.OccurredTo = from.Add(10 * time.Minute)
	if got := CopySheet(r); len(got[0].Texts) != 1 || len(got[1].Texts) != 2 {
		t.Errorf("one evening: %+v", got[:2])
	}
}

func TestACopySheetOfAlmostNothingHasItsFields(t *testing.T) {
	t.Parallel()
	got := CopySheet(Report{Narrative: "x"})
	if len(got) != len(SheetFields()) || len(got[0].Texts) != 0 || len(got[2].Terms) != 0 || got[5].Terms[0] != "incident.injury.none" {
		t.Errorf("%+v", got)
	}
}
