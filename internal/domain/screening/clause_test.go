package screening

import "testing"

// TestWhatExcusesStandsInTheSameClause: a vote that a threat is about doesn't make the threat harmless.
func TestWhatExcusesStandsInTheSameClause(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"We will break your legs if you vote for this.", "Vi knäcker dina ben om du röstar för budgeten.",
		"Jag slår ihjäl dig om beslutet går igenom.", "Om du röstar ja, annars bränner vi ditt hus.",
	} {
		if r := says(text); r.Verdict != Alarm {
			t.Errorf("%q: %s %v %v", text, r.Verdict, r.Kinds, r.Reasons)
		}
	}
	for _, text := range []string{"Vi ska krossa er i valet.", "We will crush you in the election if you go on."} {
		if r := says(text); r.Verdict == Alarm {
			t.Errorf("%q: %s %v %v", text, r.Verdict, r.Kinds, r.Reasons)
		}
	}
}
