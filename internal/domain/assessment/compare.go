package assessment

import (
	"slices"
	"strings"

	"varn/internal/kit/code"
)

// Difference (skillnad) is one thing that two assessments say otherwise. Field names it: a field of an
// assessment, an aspect, a heading of the frame or an indicator. A and B are codes or texts.
type Difference struct {
	Kind  DifferenceKind
	Code  string // the aspect, heading or indicator; empty for a field
	Label string // an indicator as it was asked
	A, B  Said
}

// Said is what one of the two says: codes and words.
type Said struct {
	Terms []string
	Text  string
}

// DifferenceKind tells what differs.
type DifferenceKind string

// What can differ.
const (
	LevelDiffers     DifferenceKind = "LEVEL"
	SummaryDiffers   DifferenceKind = "SUMMARY"
	UnsureDiffers    DifferenceKind = "UNSURE"
	QuestionDiffers  DifferenceKind = "QUESTION"
	SourcesDiffer    DifferenceKind = "SOURCES"
	MissingDiffers   DifferenceKind = "MISSING"
	TriggersDiffer   DifferenceKind = "TRIGGERS"
	AspectDiffers    DifferenceKind = "ASPECT"
	IndicatorDiffers DifferenceKind = "INDICATOR"
	FrameDiffers     DifferenceKind = "FRAME"
	CourseDiffers    DifferenceKind = "COURSE"
)

// Compare gives what two assessments say otherwise, the judgement first.
func Compare(a, b Assessment) []Difference {
	var out []Difference
	add := func(d Difference) {
		if !slices.Equal(d.A.Terms, d.B.Terms) || strings.TrimSpace(d.A.Text) != strings.TrimSpace(d.B.Text) {
			out = append(out, d)
		}
	}
	add(Difference{Kind: LevelDiffers, A: Said{Terms: term(a.Level)}, B: Said{Terms: term(b.Level)}})
	for _, aspect := range Aspects() {
		x, y := a.Aspects[aspect], b.Aspects[aspect]
		add(Difference{Kind: AspectDiffers, Code: string(aspect), A: Said{term(x.Grade), x.Text}, B: Said{term(y.Grade), y.Text}})
	}
	for _, f := range []struct {
		kind DifferenceKind
		a, b string
	}{{SummaryDiffers, a.Summary, b.Summary}, {UnsureDiffers, a.Unsure, b.Unsure}, {QuestionDiffers, a.Question, b.Question},
		{SourcesDiffer, a.Sources, b.Sources}, {MissingDiffers, a.Missing, b.Missing}, {TriggersDiffer, a.Triggers, b.Triggers}} {
		add(Difference{Kind: f.kind, A: Said{Text: f.a}, B: Said{Text: f.b}})
	}
	for _, x := range indicators(a, b) {
		p, q := a.Answer(x.Indicator), b.Answer(x.Indicator)
		add(Difference{Kind: IndicatorDiffers, Code: x.Indicator, Label: x.Text, A: p.said(), B: q.said()})
	}
	for _, h := range Headings() {
		add(Difference{Kind: FrameDiffers, Code: string(h), A: Said{Text: a.Frame[h]}, B: Said{Text: b.Frame[h]}})
	}
	for i := range max(len(a.Course), len(b.Course)) {
		add(Difference{Kind: CourseDiffers, A: scenario(a, i), B: scenario(b, i)})
	}
	return out
}

// indicators are those that either speaks of, group by group.
func indicators(a, b Assessment) []Answer {
	var out []Answer
	for _, g := range Groups() {
		for _, x := range slices.Concat(a.Answers, b.Answers) {
			if x.Group == g && !slices.ContainsFunc(out, func(o Answer) bool { return o.Indicator == x.Indicator }) {
				out = append(out, x)
			}
		}
	}
	return out
}

func (x Answer) said() Said {
	return Said{x.Terms(), x.Note}
}

func scenario(a Assessment, i int) Said {
	if i >= len(a.Course) {
		return Said{}
	}
	return Said{a.Course[i].Terms(), a.Course[i].Nature}
}

// graded is the word for a grade of one part of a scenario.
func graded(group string, g Grade) []string {
	if g == "" {
		return nil
	}
	return []string{code.Term(group, g)}
}

func term[C interface {
	~string
	Term() string
}](c C) []string {
	if c == "" {
		return nil
	}
	return []string{c.Term()}
}

// Terms are the words that a scenario is graded with.
func (s Scenario) Terms() []string {
	return slices.Concat(graded("assess.severity", s.Severity), graded("assess.imminence", s.Imminence), graded("assess.likelihood", s.Likelihood))
}

// Terms are the words that an indicator is answered with.
func (x Answer) Terms() []string {
	return slices.Concat(term(x.Presence), term(x.Change), term(x.Relevance))
}
