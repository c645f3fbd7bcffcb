package incident

import (
	"fmt"
	"strings"
	"testing"

	"varn/internal/kit/fault"
)

func grades() []Question {
	return []Question{
		{ID: "when", Kind: TextQuestion, Swedish: "Vilket samtal?"},
		{ID: "who", Kind: ChoiceQuestion, Swedish: "Vem?", English: "Who?", Choices: []Choice{{"parent", "Förälder", "Parent"}, {"pupil", "Elev", ""}}},
		{ID: "what", Kind: ChoicesQuestion, Swedish: "Vad?", Choices: []Choice{{"grade", "Betyg", ""}, {"leave", "Ledighet", ""}}},
	}
}

func TestAnswersFitTheUnitsQuestions(t *testing.T) {
	t.Parallel()
	if err := CheckQuestions(grades()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		answers map[string]Answer
		code    string
	}{
		"none":           {nil, ""},
		"all":            {map[string]Answer{"when": {Text: "I tisdags"}, "who": {Choices: []string{"pupil"}}, "what": {Choices: []string{"grade", "leave"}}}, ""},
		"unknown":        {map[string]Answer{"hemlig": {Text: "x"}}, "field.unknown-code"},
		"unknown choice": {map[string]Answer{"who": {Choices: []string{"hemlig"}}}, "field.unknown-code"},
		"two of one":     {map[string]Answer{"who": {Choices: []string{"parent", "pupil"}}}, "field.too-many"},
		"text in choice": {map[string]Answer{"what": {Text: "hemlig"}}, "field.choose"},
		"choice in text": {map[string]Answer{"when": {Choices: []string{"hemlig"}}}, "field.too-many"},
		"long":           {map[string]Answer{"when": {Text: strings.Repeat("a", MaxAnswer+1)}}, "field.too-long"},
	} {
		err := Report{Narrative: "a", Answers: c.answers}.Check(Options{Questions: grades()})
		if c.code == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		f := fault.Of(err)
		if len(f.Fields) != 1 || f.Fields[0].Code != c.code || strings.Contains(fmt.Sprint(f.Fields), "hemlig") {
			t.Errorf("%s: %+v", name, f)
		}
	}
	many := map[string]Answer{}
	for i := range MaxAnswers + 1 {
		many[fmt.Sprint("q", i)] = Answer{Text: "x"}
	}
	if fault.Of(Report{Narrative: "a", Answers: many}.Check(Options{Questions: grades()})).Fields[0].Code != "field.too-many" {
		t.Error("answers are not bounded")
	}
}

func TestAQuestionIsWhole(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]Question{
		"id":       {ID: "Å", Kind: TextQuestion, Swedish: "a"},
		"kind":     {ID: "a", Kind: "date", Swedish: "a", Choices: grades()[1].Choices},
		"label":    {ID: "a", Kind: TextQuestion},
		"long":     {ID: "a", Kind: TextQuestion, Swedish: strings.Repeat("a", MaxLabel+1)},
		"choices":  {ID: "a", Kind: ChoiceQuestion, Swedish: "a"},
		"one":      {ID: "a", Kind: ChoicesQuestion, Swedish: "a", Choices: grades()[1].Choices[:1]},
		"for text": {ID: "a", Kind: TextQuestion, Swedish: "a", Choices: grades()[1].Choices},
		"twice":    {ID: "a", Kind: ChoiceQuestion, Swedish: "a", Choices: []Choice{{"x", "a", ""}, {"x", "b", ""}}},
		"no word":  {ID: "a", Kind: ChoiceQuestion, Swedish: "a", Choices: []Choice{{"x", "a", ""}, {"y", "", ""}}},
	} {
		if f := fault.Of(q.Check()); q.Check() == nil || len(f.Fields) != 1 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if CheckQuestions(append(grades(), grades()[0])) == nil || CheckQuestions(make([]Question, MaxQuestions+1)) == nil {
		t.Error("a list with the same question twice, or too many")
	}
}

func TestALabelFallsBackToSwedish(t *testing.T) {
	t.Parallel()
	q := grades()[1]
	if q.Label(true) != "Who?" || q.Label(false) != "Vem?" || q.Choices[1].Label(true) != "Elev" {
		t.Error("wrong language")
	}
}
