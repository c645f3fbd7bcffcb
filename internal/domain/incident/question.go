package incident

import (
	"fmt"
	"regexp"
	"slices"

	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// Limits of a unit's own questions.
const (
	MaxQuestions = 30
	MaxChoices   = 20
	MaxLabel     = 200
)

// QuestionKind is how a question is answered.
type QuestionKind string

// The kinds of question.
const (
	TextQuestion    QuestionKind = "text"
	ChoiceQuestion  QuestionKind = "choice"  // one of several
	ChoicesQuestion QuestionKind = "choices" // any of several
)

// Kinds lists every kind of question.
func Kinds() []QuestionKind { return []QuestionKind{TextQuestion, ChoiceQuestion, ChoicesQuestion} }

// Term is the key of its label.
func (k QuestionKind) Term() string { return code.Term("incident.question", k) }

// Question (fråga) is one that a unit adds to the report: to teachers, inspectors, care. It can
// never be required: the narrative alone is.
type Question struct {
	ID      string       `json:"id"`
	Kind    QuestionKind `json:"kind"`
	Swedish string       `json:"sv"`
	English string       `json:"en,omitempty"`
	Choices []Choice     `json:"choices,omitempty"`
}

// Choice (svarsalternativ) is one of a question's answers.
type Choice struct {
	ID      string `json:"id"`
	Swedish string `json:"sv"`
	English string `json:"en,omitempty"`
}

// Answer (svar) is what the reporter wrote or chose.
type Answer struct {
	Text    string   `json:"text,omitempty"`
	Choices []string `json:"choices,omitempty"`
}

// Label is the question in the visitor's language; Swedish when there is no other.
func (q Question) Label(english bool) string { return either(english, q.English, q.Swedish) }

// Label is the choice in the visitor's language; Swedish when there is no other.
func (c Choice) Label(english bool) string { return either(english, c.English, c.Swedish) }

func either(english bool, en, sv string) string {
	if english && en != "" {
		return en
	}
	return sv
}

// Check tells what must be mended in a question.
func (q Question) Check() error {
	var bad []fault.Field
	if !slug(q.ID) {
		bad = append(bad, fault.Field{Name: "id", Code: "incident.question-id"})
	}
	if !slices.Contains(Kinds(), q.Kind) {
		bad = append(bad, code.Unknown("kind", Kinds()))
	}
	bad = append(bad, labelled("", q.Swedish, q.English)...)
	switch n := len(q.Choices); {
	case q.Kind == TextQuestion && n > 0:
		bad = append(bad, fault.Field{Name: "choices", Code: "incident.text-choices"})
	case q.Kind != TextQuestion && (n < 2 || n > MaxChoices):
		bad = append(bad, fault.Field{Name: "choices", Code: "incident.choices", Args: []any{MaxChoices}})
	}
	seen := map[string]bool{}
	for i, c := range q.Choices {
		field := fmt.Sprintf("choices.%d.", i)
		if !slug(c.ID) || seen[c.ID] {
			bad = append(bad, fault.Field{Name: field + "id", Code: "incident.question-id"})
		}
		seen[c.ID] = true
		bad = append(bad, labelled(field, c.Swedish, c.English)...)
		if i == MaxChoices {
			break
		}
	}
	return fault.Form(bad)
}

// CheckQuestions checks a unit's whole list.
func CheckQuestions(list []Question) error {
	if len(list) > MaxQuestions {
		return fault.In("questions", "field.too-many", MaxQuestions)
	}
	seen := map[string]bool{}
	for _, q := range list {
		if err := q.Check(); err != nil {
			return err
		}
		if seen[q.ID] {
			return fault.In("id", "incident.question-id")
		}
		seen[q.ID] = true
	}
	return nil
}

func labelled(field, sv, en string) []fault.Field {
	var bad []fault.Field
	if sv == "" {
		bad = append(bad, fault.Field{Name: field + "sv", Code: "field.required"})
	}
	return append(append(bad, length(field+"sv", sv, MaxLabel)...), length(field+"en", en, MaxLabel)...)
}

// accepts checks one answer against its question.
func (q Question) accepts(a Answer) []fault.Field {
	field := "answers." + q.ID
	known := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		known[i] = c.ID
	}
	most := 0
	switch q.Kind {
	case ChoiceQuestion:
		most = 1
	case ChoicesQuestion:
		most = len(known)
	}
	if len(a.Choices) > most {
		return []fault.Field{{Name: field, Code: "field.too-many", Args: []any{most}}}
	}
	if q.Kind != TextQuestion && a.Text != "" {
		return []fault.Field{{Name: field, Code: "field.choose"}}
	}
	return append(code.Many(field, a.Choices, known), length(field, a.Text, MaxAnswer)...)
}

func slug(id string) bool { return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`).MatchString(id) }
