package incident

import (
	"slices"
	"strconv"
	"strings"

	"varn/internal/kit/fault"
)

// MaxQuestionText bounds the text that a unit's questions are written as, in characters.
const MaxQuestionText = 20_000

// The marks that a line can begin with: one of several, any of several.
const (
	oneMark  = "- "
	manyMark = "+ "
)

// ReadQuestions reads a unit's questions as they are written in a form: one on each line, its choices
// on the lines below, each after "- " when one is chosen or "+ " when several are. After a bar stands
// the English. A question that was there before keeps its id, so that what was answered to it still
// has its label.
func ReadQuestions(text string, before []Question) ([]Question, error) {
	if len([]rune(text)) > MaxQuestionText {
		return nil, fault.In("questions", "field.too-long", MaxQuestionText)
	}
	var out []Question
	taken := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		kind, label := TextQuestion, line
		for mark, k := range map[string]QuestionKind{oneMark: ChoiceQuestion, manyMark: ChoicesQuestion} {
			if rest, ok := strings.CutPrefix(line, mark); ok {
				kind, label = k, rest
			}
		}
		sv, en := cut(label)
		if kind == TextQuestion {
			if len(out) == MaxQuestions {
				return nil, fault.In("questions", "field.too-many", MaxQuestions)
			}
			out = append(out, Question{ID: idFor(sv, questionIDs(before), taken), Kind: kind, Swedish: sv, English: en})
			continue
		}
		if len(out) == 0 {
			return nil, fault.In("questions", "incident.choice-first")
		}
		q := &out[len(out)-1]
		if len(q.Choices) > 0 && q.Kind != kind || len(q.Choices) == MaxChoices {
			return nil, fault.In("questions", "incident.choices", MaxChoices)
		}
		q.Kind = kind
		q.Choices = append(q.Choices, Choice{ID: idFor(sv, choiceIDs(before, q.ID), choicesTaken(q.Choices)), Swedish: sv, English: en})
	}
	if err := CheckQuestions(out); err != nil {
		bad := fault.Of(err).Fields[0]
		return nil, fault.In("questions", bad.Code, bad.Args...)
	}
	return out, nil
}

// WriteQuestions is the text that ReadQuestions reads.
func WriteQuestions(list []Question) string {
	var b strings.Builder
	line := func(mark, sv, en string) {
		b.WriteString(mark + sv)
		if en != "" {
			b.WriteString(" | " + en)
		}
		b.WriteByte('\n')
	}
	for _, q := range list {
		line("", q.Swedish, q.English)
		mark := oneMark
		if q.Kind == ChoicesQuestion {
			mark = manyMark
		}
		for _, c := range q.Choices {
			line(mark, c.Swedish, c.English)
		}
	}
	return b.String()
}

func cut(label string) (sv, en string) {
	sv, en, _ = strings.Cut(label, "|")
	return strings.TrimSpace(sv), strings.TrimSpace(en)
}

// questionIDs are the ids that each label had, in their order: two questions may be worded alike.
func questionIDs(list []Question) map[string][]string {
	out := map[string][]string{}
	for _, q := range list {
		out[q.Swedish] = append(out[q.Swedish], q.ID)
	}
	return out
}

func choiceIDs(list []Question, question string) map[string][]string {
	out := map[string][]string{}
	for _, q := range list {
		for _, c := range q.Choices {
			if q.ID == question {
				out[c.Swedish] = append(out[c.Swedish], c.ID)
			}
		}
	}
	return out
}

func choicesTaken(list []Choice) map[string]bool {
	out := map[string]bool{}
	for _, c := range list {
		out[c.ID] = true
	}
	return out
}

// idFor is the first id that a label had, or one that it can be recognised by; never one that is
// taken, and never one that another label had: what was answered to that would look like an answer
// to this.
func idFor(label string, before map[string][]string, taken map[string]bool) string {
	if i := slices.IndexFunc(before[label], func(id string) bool { return !taken[id] }); i >= 0 {
		taken[before[label][i]] = true
		return before[label][i]
	}
	used := func(id string) bool {
		for _, ids := range before {
			if slices.Contains(ids, id) {
				return true
			}
		}
		return taken[id]
	}
	id := slugOf(label)
	for n := 2; used(id); n++ {
		id = slugOf(label) + "-" + strconv.Itoa(n)
	}
	taken[id] = true
	return id
}

// slugOf makes an id of a label: small letters, figures and hyphens.
func slugOf(label string) string {
	const most = 34 // room for a number after it
	var b strings.Builder
	for _, r := range strings.NewReplacer("å", "a", "ä", "a", "ö", "o", "é", "e").Replace(strings.ToLower(label)) {
		switch {
		case b.Len() == most:
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "q"
}
