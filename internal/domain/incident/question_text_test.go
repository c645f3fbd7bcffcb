package incident

import (
	"reflect"
	"strings"
	"testing"

	"varn/internal/kit/fault"
)

const questions = `Vilken skola? | Which school?
- Björkskolan
- Ekskolan | Oak school

Vad gjorde du?
+ Ringde polisen
+ Gick därifrån
Något mer?
`

func TestQuestionsAreWrittenAndReadAsLines(t *testing.T) {
	t.Parallel()
	list, err := ReadQuestions(questions, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 3 || list[0].Kind != ChoiceQuestion || list[0].ID != "vilken-skola" || list[0].English != "Which school?" || list[0].Choices[1].ID != "ekskolan" ||
		list[1].Kind != ChoicesQuestion || list[2].Kind != TextQuestion {
		t.Fatalf("%+v", list)
	}
	again, err := ReadQuestions(WriteQuestions(list), list)
	if err != nil || !reflect.DeepEqual(again, list) {
		t.Errorf("%+v %v", again, err)
	}
}

func TestAQuestionThatWasThereKeepsItsId(t *testing.T) {
	t.Parallel()
	before := []Question{{ID: "skola", Kind: ChoiceQuestion, Swedish: "Vilken skola?", Choices: []Choice{{ID: "b", Swedish: "Björkskolan"}, {ID: "e", Swedish: "Ekskolan"}}}}
	list, err := ReadQuestions("Var var du?\n"+questions, before)
	if err != nil || list[1].ID != "skola" || list[1].Choices[0].ID != "b" || list[0].ID != "var-var-du" {
		t.Errorf("%+v %v", list, err)
	}
	list, err = ReadQuestions("Skola\nVilken skola?\n", before)
	if err != nil || list[0].ID != "skola-2" || list[1].ID != "skola" {
		t.Errorf("%+v %v", list, err)
	}
	list, err = ReadQuestions("Var?\nVar?\n???\n", nil)
	if err != nil || list[0].ID == list[1].ID || list[2].ID != "q" {
		t.Errorf("%+v %v", list, err)
	}
}

func TestQuestionsThatCannotBeReadSayWhy(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"incident.choice-first": "- Björkskolan",
		"incident.choices":      "Vilken?\n- Björkskolan\n",
		"field.too-many":        strings.Repeat("Vad?\n", MaxQuestions+1),
		"field.too-long":        strings.Repeat("å", MaxLabel+1),
		"field.required":        "| Which school?",
	} {
		_, err := ReadQuestions(text, nil)
		if err == nil || fault.Of(err).Fields[0].Code != want || fault.Of(err).Fields[0].Name != "questions" {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := ReadQuestions("Vilken?\n- A\n+ B\n", nil); err == nil {
		t.Error("two kinds of choice in one question")
	}
	if _, err := ReadQuestions(strings.Repeat("å", MaxQuestionText+1), nil); err == nil {
		t.Error("a text without end")
	}
}

func FuzzReadQuestions(f *testing.F) {
	f.Add(questions)
	f.Add("A|B|C\n- \n+ x\n")
	f.Add("- x")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ReadQuestions(text, nil)
		if err != nil {
			return
		}
		if err := CheckQuestions(list); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := ReadQuestions(WriteQuestions(list), list)
		if err != nil || !reflect.DeepEqual(again, list) {
			t.Fatalf("%q became %+v, and then %+v, %v", text, list, again, err)
		}
	})
}
