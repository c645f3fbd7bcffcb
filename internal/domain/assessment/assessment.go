// Package assessment models the structured judgement of a threat: what is asked, what is known and
// what is not, and the level that a human says. Nothing in it is ever added up.
package assessment

import (
	"slices"
	"strings"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
)

// Level (nivå) is how serious somebody judges it to be, in words.
type Level string

// The levels.
const (
	Low      Level = "LOW"
	Medium   Level = "MEDIUM"
	High     Level = "HIGH"
	VeryHigh Level = "VERY_HIGH"
)

// Levels lists every level, the lowest first.
func Levels() []Level { return []Level{Low, Medium, High, VeryHigh} }

// Term is the key of its label; with "-text" what it asks for.
func (l Level) Term() string { return code.Term("assess.level", l) }

// NeedsSecond tells whether another must assess too, without having seen the first.
func (l Level) NeedsSecond() bool { return l == High || l == VeryHigh }

// Structured tells whether the level calls for the structured depth.
func (l Level) Structured() bool { return l == Medium || l.NeedsSecond() }

// Depth (djup) is how much is asked.
type Depth string

// The depths.
const (
	Initial    Depth = "INITIAL"    // at most twelve questions on one page, for every case
	Structured Depth = "STRUCTURED" // from level medium, or when somebody wants it
)

// Depths lists both.
func Depths() []Depth { return []Depth{Initial, Structured} }

// Term is the key of its label.
func (d Depth) Term() string { return code.Term("assess.depth", d) }

// Grade (grad) is a word for one part of the judgement: protection value, intent, capability,
// vulnerability. What can't be judged is said so.
type Grade string

// The grades.
const (
	GradeLow     Grade = "LOW"
	GradeMedium  Grade = "MEDIUM"
	GradeHigh    Grade = "HIGH"
	GradeUnknown Grade = "UNKNOWN"
)

// Grades lists every grade.
func Grades() []Grade { return []Grade{GradeLow, GradeMedium, GradeHigh, GradeUnknown} }

// Term is the key of its label.
func (g Grade) Term() string { return code.Term("assess.grade", g) }

// Aspect (del av bedömningen) is one of the four that the Swedish protective doctrine weighs: what is
// to be protected, the threat as intent and capability, and what makes somebody easy to reach.
type Aspect string

// The aspects.
const (
	Protection    Aspect = "PROTECTION" // skyddsvärde
	Intent        Aspect = "INTENT"     // avsikt
	Capability    Aspect = "CAPABILITY" // förmåga
	Vulnerability Aspect = "VULNERABILITY"
)

// Aspects lists the four.
func Aspects() []Aspect { return []Aspect{Protection, Intent, Capability, Vulnerability} }

// Term is the key of its label; with "-text" what is asked.
func (a Aspect) Term() string { return code.Term("assess.aspect", a) }

// Heading (rubrik) is a section of the frame in Brå's report 2005:18.
type Heading string

// The headings, in the report's order.
const (
	Motive       Heading = "MOTIVE"
	Stakeholders Heading = "STAKEHOLDERS"
	OtherCrime   Heading = "OTHER_CRIME"
	Capacity     Heading = "CAPACITY"
	Forms        Heading = "FORMS"
	Method       Heading = "METHOD"
	Place        Heading = "PLACE"
	Situation    Heading = "SITUATION"
	Victim       Heading = "VICTIM"
	Consequence  Heading = "CONSEQUENCE"
)

// Headings lists the frame.
func Headings() []Heading {
	return []Heading{Motive, Stakeholders, OtherCrime, Capacity, Forms, Method, Place, Situation, Victim, Consequence}
}

// Term is the key of its label.
func (h Heading) Term() string { return code.Term("assess.heading", h) }

// Judged is a grade with its words.
type Judged struct {
	Grade Grade  `json:"grade,omitempty"`
	Text  string `json:"text,omitempty"`
}

// Scenario is a course that events may take. Each part is said in words.
type Scenario struct {
	Nature     string `json:"nature"`
	Severity   Grade  `json:"severity,omitempty"`
	Imminence  Grade  `json:"imminence,omitempty"`
	Likelihood Grade  `json:"likelihood,omitempty"`
}

// Answer is what is known of one indicator. Text is the indicator as it was asked, so that an
// assessment can be read when its pack is gone.
type Answer struct {
	Indicator string    `json:"indicator"`
	Group     Group     `json:"group"`
	Text      string    `json:"text"`
	Presence  Presence  `json:"presence,omitempty"`
	Change    Change    `json:"change,omitempty"`
	Relevance Relevance `json:"relevance,omitempty"`
	Evidence  []string  `json:"evidence,omitempty"` // ids of items in the case
	Note      string    `json:"note,omitempty"`
}

// Assessment (bedömning) is one person's judgement. It lies sealed in the case; each saving is an item
// with the same id, and the newest holds.
type Assessment struct {
	ID      string `json:"id"`
	Author  string `json:"author"`
	Depth   Depth  `json:"depth"`
	Version int64  `json:"version"` // 1 for the first saving
	Pack    string `json:"pack"`    // the indicator set's id and version
	Edition string `json:"edition"`

	Question string             `json:"question,omitempty"`
	Sources  string             `json:"sources,omitempty"`
	Missing  string             `json:"missing,omitempty"`
	Answers  []Answer           `json:"answers,omitempty"`
	Aspects  map[Aspect]Judged  `json:"aspects,omitempty"`
	Frame    map[Heading]string `json:"frame,omitempty"`
	Course   []Scenario         `json:"course,omitempty"`
	Summary  string             `json:"summary,omitempty"`
	Level    Level              `json:"level,omitempty"`
	Unsure   string             `json:"unsure,omitempty"` // what makes the judgement uncertain
	Review   clock.Stamp        `json:"review,omitempty"` // when it is to be looked at again
	Triggers string             `json:"triggers,omitempty"`
	Finished clock.Stamp        `json:"finished,omitempty"`
	Second   string             `json:"second,omitempty"` // the assessment that this one is the second of
}

// Done tells whether it is finished: it is then never changed.
func (a Assessment) Done() bool { return a.Finished != 0 }

// Answer finds what is said of an indicator; the zero one when nothing is.
func (a Assessment) Answer(indicator string) Answer {
	i := slices.IndexFunc(a.Answers, func(x Answer) bool { return x.Indicator == indicator })
	if i < 0 {
		return Answer{Indicator: indicator}
	}
	return a.Answers[i]
}

// Put sets what is said of an indicator; an empty answer takes it away.
func (a *Assessment) Put(in Answer) {
	a.Answers = slices.DeleteFunc(slices.Clone(a.Answers), func(x Answer) bool { return x.Indicator == in.Indicator })
	if in.Presence == "" && in.Change == "" && in.Relevance == "" && strings.TrimSpace(in.Note) == "" && len(in.Evidence) == 0 {
		return
	}
	a.Answers = append(a.Answers, in)
}

// Evidence lists every item of the case that an assessment rests on, once each.
func (a Assessment) Evidence() []string {
	var out []string
	for _, x := range a.Answers {
		for _, id := range x.Evidence {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}
