package api

import (
	"context"
	"time"

	"varn/internal/domain/assessment"
	"varn/internal/domain/measure"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

type judgedBody struct {
	Grade string `json:"grade,omitempty" maxLength:"20" doc:"LOW, MEDIUM, HIGH or UNKNOWN."`
	Text  string `json:"text,omitempty" maxLength:"2000"`
}

type answerBody struct {
	Indicator string   `json:"indicator" maxLength:"40"`
	Group     string   `json:"group,omitempty" maxLength:"20" doc:"Given, not asked for: the set knows it."`
	Text      string   `json:"text,omitempty" maxLength:"300" doc:"Given, not asked for: the indicator as it was asked."`
	Presence  string   `json:"presence,omitempty" maxLength:"20" doc:"YES, PARTLY, NO or UNKNOWN."`
	Change    string   `json:"change,omitempty" maxLength:"20" doc:"RISING, UNCHANGED or FALLING."`
	Relevance string   `json:"relevance,omitempty" maxLength:"20" doc:"CENTRAL, SOME or NONE."`
	Evidence  []string `json:"evidence,omitempty" maxItems:"20" doc:"Ids of items in the case."`
	Note      string   `json:"note,omitempty" maxLength:"2000"`
}

type scenarioBody struct {
	Nature     string `json:"nature" maxLength:"2000"`
	Severity   string `json:"severity,omitempty" maxLength:"20"`
	Imminence  string `json:"imminence,omitempty" maxLength:"20"`
	Likelihood string `json:"likelihood,omitempty" maxLength:"20"`
}

// AssessmentBody is what an assessment says. There is no score in it: the level is a person's word.
type AssessmentBody struct {
	Question string                `json:"question,omitempty" maxLength:"10000"`
	Sources  string                `json:"sources,omitempty" maxLength:"10000"`
	Missing  string                `json:"missing,omitempty" maxLength:"10000"`
	Answers  []answerBody          `json:"answers,omitempty" maxItems:"120"`
	Aspects  map[string]judgedBody `json:"aspects,omitempty" doc:"PROTECTION, INTENT, CAPABILITY and VULNERABILITY."`
	Frame    map[string]string     `json:"frame,omitempty" doc:"Texts under the headings of Brå 2005:18."`
	Course   []scenarioBody        `json:"course,omitempty" maxItems:"5"`
	Summary  string                `json:"summary,omitempty" maxLength:"10000"`
	Level    string                `json:"level,omitempty" maxLength:"20" doc:"LOW, MEDIUM, HIGH or VERY_HIGH: what you conclude."`
	Unsure   string                `json:"unsure,omitempty" maxLength:"10000"`
	Review   *time.Time            `json:"review,omitempty"`
	Triggers string                `json:"triggers,omitempty" maxLength:"10000"`
}

type assessIn struct {
	AssessmentBody
	Seen   int64  `json:"seen" minimum:"0" doc:"The version of your draft that you saw; 0 when you begin. Another is a conflict, and nothing is lost."`
	Depth  string `json:"depth" maxLength:"20" doc:"INITIAL or STRUCTURED."`
	Pack   string `json:"pack,omitempty" maxLength:"40" doc:"The indicator set of a new one; absent: our own."`
	Finish bool   `json:"finish,omitempty" doc:"It can't be changed afterwards. A high level then waits for a second who has not seen it."`
}

type assessedBody struct {
	AssessmentBody
	ID       string     `json:"id"`
	Author   string     `json:"author" doc:"A person's id."`
	Depth    string     `json:"depth"`
	Version  int64      `json:"version,omitempty"`
	Pack     string     `json:"pack,omitempty"`
	Finished *time.Time `json:"finished,omitempty"`
	SecondOf string     `json:"second_of,omitempty"`
	Hidden   bool       `json:"hidden,omitempty" doc:"It waits for a second assessor, and you have not chosen to see it."`
}

func assessedOf(a assessment.Assessment, hidden bool) assessedBody {
	out := assessedBody{ID: a.ID, Author: a.Author, Depth: string(a.Depth), Version: a.Version, Pack: a.Pack, Finished: when(a.Finished), SecondOf: a.Second, Hidden: hidden}
	out.AssessmentBody = AssessmentBody{Question: a.Question, Sources: a.Sources, Missing: a.Missing, Summary: a.Summary, Level: string(a.Level), Unsure: a.Unsure, Review: when(a.Review), Triggers: a.Triggers}
	for _, x := range a.Answers {
		out.Answers = append(out.Answers, answerBody{x.Indicator, string(x.Group), x.Text, string(x.Presence), string(x.Change), string(x.Relevance), x.Evidence, x.Note})
	}
	for k, j := range a.Aspects {
		if out.Aspects == nil {
			out.Aspects = map[string]judgedBody{}
		}
		out.Aspects[string(k)] = judgedBody{string(j.Grade), j.Text}
	}
	for k, text := range a.Frame {
		if out.Frame == nil {
			out.Frame = map[string]string{}
		}
		out.Frame[string(k)] = text
	}
	for _, c := range a.Course {
		out.Course = append(out.Course, scenarioBody{c.Nature, string(c.Severity), string(c.Imminence), string(c.Likelihood)})
	}
	return out
}

type assessmentsBody struct {
	Phase string         `json:"phase" doc:"none, waiting, settling or settled."`
	Level string         `json:"level,omitempty" doc:"The level that holds."`
	Draft *assessedBody  `json:"draft,omitempty" doc:"Your own, unfinished."`
	Items []assessedBody `json:"items"`
}

func (s *Server) assessments(ctx context.Context, in *refIn) (assessmentsBody, error) {
	c, err := s.Cases.ReadCase(ctx, who(ctx), in.Ref)
	if err != nil {
		return assessmentsBody{}, err
	}
	out := assessmentsBody{Phase: string(c.Work.Standing.Phase), Level: string(c.Work.Standing.Level), Items: []assessedBody{}}
	for _, a := range c.Work.Done {
		out.Items = append(out.Items, assessedOf(a, c.Work.Hidden[a.ID]))
	}
	if c.Work.Draft != nil {
		d := assessedOf(*c.Work.Draft, false)
		out.Draft = &d
	}
	return out, nil
}

func (s *Server) assess(ctx context.Context, ref string, in *assessIn) (assessedBody, error) {
	a, err := s.Cases.AssessCase(ctx, who(ctx), ref, casework.Assessing{Seen: in.Seen, Depth: assessment.Depth(in.Depth), Pack: in.Pack, Finish: in.Finish, Change: func(a *assessment.Assessment) {
		p, _ := s.Cases.PackOf(a.Pack)
		in.over(a, p)
	}})
	if err != nil {
		return assessedBody{}, err
	}
	return assessedOf(a, false), nil
}

// over lays what a program sends over an assessment: all of it is said anew.
func (in *AssessmentBody) over(a *assessment.Assessment, p assessment.Pack) {
	a.Question, a.Sources, a.Missing, a.Summary, a.Unsure, a.Triggers = in.Question, in.Sources, in.Missing, in.Summary, in.Unsure, in.Triggers
	a.Level, a.Review = assessment.Level(in.Level), 0
	if in.Review != nil {
		a.Review = clock.Of(*in.Review)
	}
	a.Answers, a.Course = nil, nil
	for _, x := range in.Answers {
		one := assessment.Answer{Indicator: x.Indicator, Presence: assessment.Presence(x.Presence), Change: assessment.Change(x.Change), Relevance: assessment.Relevance(x.Relevance), Evidence: x.Evidence, Note: x.Note}
		for _, i := range p.Indicators {
			if i.ID == x.Indicator {
				one.Group, one.Text = i.Group, p.Say(i.Text, p.Languages[0])
			}
		}
		a.Put(one)
	}
	a.Aspects, a.Frame = map[assessment.Aspect]assessment.Judged{}, map[assessment.Heading]string{}
	for k, j := range in.Aspects {
		a.Aspects[assessment.Aspect(k)] = assessment.Judged{Grade: assessment.Grade(j.Grade), Text: j.Text}
	}
	for k, text := range in.Frame {
		a.Frame[assessment.Heading(k)] = text
	}
	for _, c := range in.Course {
		a.Course = append(a.Course, assessment.Scenario{Nature: c.Nature, Severity: assessment.Grade(c.Severity), Imminence: assessment.Grade(c.Imminence), Likelihood: assessment.Grade(c.Likelihood)})
	}
}

// seeFirst shows the first of two, to somebody who then can't be the second.
func (s *Server) seeFirst(ctx context.Context, ref string, _ *none) (doneBody, error) {
	return doneBody{true}, s.Cases.SeeFirst(ctx, who(ctx), ref)
}

type settleIn struct {
	Level  string `json:"level,omitempty" maxLength:"20" doc:"The level that is to hold; left out with alone."`
	Reason string `json:"reason" maxLength:"1000"`
	Alone  bool   `json:"alone,omitempty" doc:"Nobody else could assess: the reason says why."`
}

type settledBody struct {
	Settled bool `json:"settled" doc:"False: the other has not said the same yet."`
}

func (s *Server) settleAssessment(ctx context.Context, ref string, in *settleIn) (settledBody, error) {
	if in.Alone {
		return settledBody{true}, s.Cases.AssessAlone(ctx, who(ctx), ref, in.Reason)
	}
	done, err := s.Cases.SettleAssessment(ctx, who(ctx), ref, assessment.Level(in.Level), in.Reason)
	return settledBody{done}, err
}

type measureBody struct {
	ID         string     `json:"id,omitempty" maxLength:"40" doc:"Of one that is there already; empty: a new one."`
	Kind       string     `json:"kind" maxLength:"30"`
	State      string     `json:"state" maxLength:"20" doc:"PLANNED, ONGOING, ENDED or DROPPED."`
	What       string     `json:"what,omitempty" maxLength:"2000"`
	Told       string     `json:"told,omitempty" maxLength:"2000" doc:"What the person concerned reads."`
	Shown      bool       `json:"shown,omitempty" doc:"The person concerned sees it, without cost, reasons or names."`
	Owner      string     `json:"owner" maxLength:"40" doc:"The id of somebody in the circle."`
	Cost       string     `json:"cost,omitempty" maxLength:"100"`
	Start      *time.Time `json:"start,omitempty"`
	Review     *time.Time `json:"review,omitempty"`
	End        *time.Time `json:"end,omitempty"`
	Proportion string     `json:"proportion,omitempty" maxLength:"2000" doc:"Why nothing smaller is enough; required when it goes on."`
	Consent    string     `json:"consent,omitempty" maxLength:"20" doc:"SELF, OTHER, NOT_NEEDED, NOT_ASKED or REFUSED; required when it goes on."`
	By         string     `json:"by,omitempty" maxLength:"200"`
	Effect     string     `json:"effect,omitempty" maxLength:"20" doc:"HELPED, SOME, NONE, HARMED or NOT_YET; required when it ends."`
	EffectNote string     `json:"effect_note,omitempty" maxLength:"2000"`
	Level      string     `json:"level,omitempty" maxLength:"20" doc:"Given, not asked for: the level it was decided at."`
}

type supportBody struct {
	ID   string     `json:"id"`
	Days int        `json:"days"`
	Due  time.Time  `json:"due"`
	Done *time.Time `json:"done,omitempty"`
	Note string     `json:"note,omitempty"`
}

type measuresBody struct {
	Items   []measureBody `json:"items"`
	Support []supportBody `json:"support"`
}

func (s *Server) measures(ctx context.Context, in *refIn) (measuresBody, error) {
	c, err := s.Cases.ReadCase(ctx, who(ctx), in.Ref)
	if err != nil {
		return measuresBody{}, err
	}
	out := measuresBody{Items: []measureBody{}, Support: []supportBody{}}
	for _, m := range c.Work.Measures {
		out.Items = append(out.Items, measureBody{m.ID, string(m.Kind), string(m.State), m.What, m.Told, m.Shown, m.Owner, m.Cost, when(m.Start), when(m.Review), when(m.End),
			m.Proportion, string(m.Consent), m.By, string(m.Effect), m.EffectNote, m.Level})
	}
	for _, x := range c.Work.Support {
		out.Support = append(out.Support, supportBody{x.ID, x.Days, x.Due.Time(), when(x.Done), x.Note})
	}
	return out, nil
}

func (s *Server) orderMeasure(ctx context.Context, ref string, in *measureBody) (idBody, error) {
	m := measure.Measure{ID: in.ID, Kind: measure.Kind(in.Kind), State: measure.State(in.State), What: in.What, Told: in.Told, Shown: in.Shown, Owner: in.Owner, Cost: in.Cost, Proportion: in.Proportion,
		Consent: measure.Consent(in.Consent), By: in.By, Effect: measure.Effect(in.Effect), EffectNote: in.EffectNote}
	for _, t := range []struct {
		from *time.Time
		to   *clock.Stamp
	}{{in.Start, &m.Start}, {in.Review, &m.Review}, {in.End, &m.End}} {
		if t.from != nil {
			*t.to = clock.Of(*t.from)
		}
	}
	id, err := s.Cases.OrderMeasure(ctx, who(ctx), ref, m)
	return idBody{id}, err
}

type supportIn struct {
	ID   string `json:"id,omitempty" maxLength:"40" doc:"The contact that was made; empty: set them up by the organisation's rule."`
	Note string `json:"note,omitempty" maxLength:"2000"`
}

func (s *Server) support(ctx context.Context, ref string, in *supportIn) (doneBody, error) {
	if in.ID == "" && in.Note != "" {
		return doneBody{}, fault.In("id", "field.required")
	}
	if in.ID == "" {
		return doneBody{true}, s.Cases.PlanSupport(ctx, who(ctx), ref)
	}
	return doneBody{true}, s.Cases.SupportDone(ctx, who(ctx), ref, in.ID, in.Note)
}
