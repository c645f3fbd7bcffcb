package assessment

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// Limits of an assessment, in characters where nothing else is said.
const (
	MaxText      = 10_000
	MaxNote      = 2_000
	MaxScenarios = 5
	MaxEvidence  = 20 // items behind one indicator
	MaxReview    = 365 * 24 * time.Hour
)

// Check tells what must be mended before an assessment can be saved: nothing has to be filled in.
func (a Assessment) Check() error {
	var bad []fault.Field
	bad = append(bad, code.One("depth", a.Depth, Depths())...)
	bad = append(bad, code.One("level", a.Level, Levels())...)
	for _, f := range []struct{ name, text string }{{"question", a.Question}, {"sources", a.Sources}, {"missing", a.Missing},
		{"summary", a.Summary}, {"unsure", a.Unsure}, {"triggers", a.Triggers}} {
		bad = append(bad, long(f.name, f.text, MaxText)...)
	}
	for aspect, j := range a.Aspects {
		bad = append(bad, code.One("aspects", aspect, Aspects())...)
		bad = append(bad, code.One("aspects", j.Grade, Grades())...)
		bad = append(bad, long("aspects", j.Text, MaxNote)...)
	}
	for h, text := range a.Frame {
		bad = append(bad, code.One("frame", h, Headings())...)
		bad = append(bad, long("frame", text, MaxText)...)
	}
	bad = append(bad, a.checkCourse()...)
	return fault.Form(append(bad, a.checkAnswers()...))
}

func (a Assessment) checkCourse() (bad []fault.Field) {
	if len(a.Course) > MaxScenarios {
		return []fault.Field{{Name: "course", Code: "field.too-many", Args: []any{MaxScenarios}}}
	}
	for _, s := range a.Course {
		bad = append(bad, long("course", s.Nature, MaxNote)...)
		for _, g := range []Grade{s.Severity, s.Imminence, s.Likelihood} {
			bad = append(bad, code.One("course", g, Grades())...)
		}
	}
	return bad
}

func (a Assessment) checkAnswers() (bad []fault.Field) {
	if len(a.Answers) > MaxIndicators {
		return []fault.Field{{Name: "answers", Code: "field.too-many", Args: []any{MaxIndicators}}}
	}
	seen := map[string]bool{}
	for _, x := range a.Answers {
		if !validID(x.Indicator) || seen[x.Indicator] || !slices.Contains(Groups(), x.Group) {
			return []fault.Field{{Name: "answers", Code: "field.choose"}}
		}
		seen[x.Indicator] = true
		bad = append(bad, code.One("answers", x.Presence, Presences())...)
		bad = append(bad, code.One("answers", x.Change, Changes())...)
		bad = append(bad, code.One("answers", x.Relevance, Relevances())...)
		bad = append(bad, long("answers", x.Note, MaxNote)...)
		bad = append(bad, long("answers", x.Text, maxLabel)...)
		if len(x.Evidence) > MaxEvidence || slices.ContainsFunc(x.Evidence, func(id string) bool { return !ident.Valid(id) }) {
			bad = append(bad, fault.Field{Name: "answers", Code: "field.choose"})
		}
	}
	return bad
}

func long(name, text string, most int) []fault.Field {
	switch {
	case utf8.RuneCountInString(text) > most:
		return []fault.Field{{Name: name, Code: "field.too-long", Args: []any{most}}}
	case strings.ContainsRune(text, 0) || !utf8.ValidString(text):
		return []fault.Field{{Name: name, Code: "field.bytes"}}
	}
	return nil
}

// Part (del) is a part of an assessment as it is filled in, one page of the structured depth.
type Part string

// The parts.
const (
	AskPart      Part = "ASK" // the question and the sources
	BehaviourOf  Part = "BEHAVIOUR"
	RelationOf   Part = "RELATION"
	ExposureOf   Part = "EXPOSURE"
	ProtectiveOf Part = "PROTECTIVE"
	FramePart    Part = "FRAME"
	CoursePart   Part = "COURSE"
	JudgePart    Part = "JUDGE" // the aspects, the summary and the level
)

// Parts lists the parts in their order.
func Parts() []Part {
	return []Part{AskPart, BehaviourOf, RelationOf, ExposureOf, ProtectiveOf, FramePart, CoursePart, JudgePart}
}

// Term is the key of its label.
func (p Part) Term() string { return code.Term("assess.part", p) }

// Group is the group of indicators that a part asks for; false when it asks for something else.
func (p Part) Group() (Group, bool) {
	g := Group(p)
	return g, slices.Contains(Groups(), g)
}

// Left tells what is still to be filled in before an assessment can be finished, by part: how many
// questions. The frame is a help and never asked for.
func (a Assessment) Left(p Pack) map[Part]int {
	out := map[Part]int{}
	lacks := func(part Part, missing bool) {
		if missing {
			out[part]++
		}
	}
	empty := func(s string) bool { return strings.TrimSpace(s) == "" }
	lacks(AskPart, empty(a.Question))
	lacks(AskPart, empty(a.Sources))
	lacks(AskPart, empty(a.Missing))
	for _, aspect := range Aspects() {
		lacks(JudgePart, a.Aspects[aspect].Grade == "")
	}
	lacks(JudgePart, empty(a.Summary))
	lacks(JudgePart, a.Level == "")
	lacks(JudgePart, empty(a.Unsure))
	lacks(JudgePart, a.Review == 0)
	if a.Depth != Structured {
		return out
	}
	lacks(JudgePart, empty(a.Triggers))
	for _, i := range p.Indicators {
		lacks(Part(i.Group), a.Answer(i.ID).Presence == "")
	}
	lacks(CoursePart, len(a.Course) == 0)
	for _, s := range a.Course {
		lacks(CoursePart, empty(s.Nature) || s.Severity == "" || s.Imminence == "" || s.Likelihood == "")
	}
	return out
}

// CheckFinish tells what must be mended before an assessment can be finished: everything that is left.
// The level is what its author says; nothing here weighs the answers.
func (a Assessment) CheckFinish(p Pack, now clock.Stamp) error {
	if err := a.Check(); err != nil {
		return err
	}
	left := 0
	for part, n := range a.Left(p) {
		if part != JudgePart || a.Depth != Structured {
			left += n
		}
	}
	if a.Depth == Structured && left > 0 { // the questions stand on other pages
		return fault.Form([]fault.Field{{Code: "assess.left", Args: []any{strconv.Itoa(left)}}})
	}
	var bad []fault.Field
	need := func(name string, missing bool) {
		if missing {
			bad = append(bad, fault.Field{Name: name, Code: "field.required"})
		}
	}
	need("question", strings.TrimSpace(a.Question) == "")
	need("sources", strings.TrimSpace(a.Sources) == "")
	need("missing", strings.TrimSpace(a.Missing) == "")
	for _, aspect := range Aspects() {
		need("aspect_"+strings.ToLower(string(aspect)), a.Aspects[aspect].Grade == "")
	}
	need("summary", strings.TrimSpace(a.Summary) == "")
	need("level", a.Level == "")
	need("unsure", strings.TrimSpace(a.Unsure) == "")
	switch {
	case a.Review == 0:
		need("review", true)
	case a.Review <= now || a.Review > now.Add(MaxReview):
		bad = append(bad, fault.Field{Name: "review", Code: "assess.review-when"})
	}
	need("triggers", a.Depth == Structured && strings.TrimSpace(a.Triggers) == "")
	return fault.Form(bad)
}
