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

// TestALoneWordIsNotJudgedByItsLetters: the learned part once took one random subject in three hundred for something.
func TestALoneWordIsNotJudgedByItsLetters(t *testing.T) {
	t.Parallel()
	for _, subject := range []string{"brev-nhf4xxtamc6027k6xe54223588", "brev-52808baq1a0tbebt9p34250094", "brev-ghhysrpb2b8p42yhg88qd6y5f8", "brev-zd6yskehg05pth248jv1s68t5w"} {
		if r := Screen(Input{Subject: subject, Text: "Hej! När byggs cykelbanan vid Storgatan?"}); r.Verdict != Pass {
			t.Errorf("%s: %+v", subject, r)
		}
	}
}
