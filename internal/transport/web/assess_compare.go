package web

import (
	"context"
	"time"

	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// assessCompareView sets two assessments beside each other, and settles them when they are the two of a round.
type assessCompareView struct {
	Form            *Form // to settle; nil when there is nothing to, or it is not the visitor's
	Choose          *Form
	Ref, Href, Base string
	// One is of indicators and headings that one of the two is silent on.
	Both, One     compareTable
	Few           bool
	Proposed      string
	ProposedLevel string
	ProposedBy    string
	Yours         string
}

func (assessCompareView) SampleForm() *Form {
	return NewForm(append(settleFields(), chooseFields(nil)...)...)
}

// compareTable is what two assessments say, row by row.
type compareTable struct {
	A, B assessLine
	Rows []compareRow
}

type compareRow struct {
	Label, LabelText string
	A, B             assessment.Said
}

func settleFields() []*Field {
	return []*Field{Radios("level", "assess_compare.level", levelOptions()...).OneOf(),
		Area("reason", "assess_compare.reason").Max(casefile.MaxReason).Tall(4).OneOf()}
}

func chooseFields(options []Option) []*Field {
	return []*Field{Select("a", "assess_compare.first", options...).OneOf(), Select("b", "assess_compare.second", options...).OneOf()}
}

func (s *Server) assessCompare(r *Request) error {
	f := NewForm(settleFields()...)
	if r.HTTP.Method != "POST" {
		return s.comparePage(r, f)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	err := s.onceForCase(r, f, func(ctx context.Context) error {
		_, err := s.Desks.Cases.SettleAssessment(ctx, r.Session, r.Path("ref"), assessment.Level(f.Text("level")), f.Text("reason"))
		return err
	})
	if err == nil {
		return r.Redirect(casePath + r.Path("ref") + assessWord)
	}
	if !takes(f, err) {
		return err
	}
	return s.comparePage(r, f)
}

func (s *Server) comparePage(r *Request, f *Form) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	v := assessCompareView{Ref: c.Ref, Href: casePath + c.Ref}
	v.Base = v.Href + assessWord
	var shown []assessment.Assessment
	var options []Option
	for _, a := range c.Work.Done {
		if !c.Work.Hidden[a.ID] {
			shown = append(shown, a)
			options = append(options, Option{Value: a.ID, Text: r.Lang.Moment(a.Finished.Time()) + ", " + named(c.Names, a.Author)})
		}
	}
	r.Title(r.Text("assess_compare.title") + " " + c.Ref)
	if len(shown) < 2 {
		v.Few = true
		return r.Page("assess_compare.html", v)
	}
	a, b := shown[len(shown)-2], shown[len(shown)-1]
	st := c.Work.Standing
	q := r.HTTP.URL.Query()
	if st.Phase == assessment.Settling && !q.Has("a") {
		a, b = *st.First, *st.Second
	}
	if x, ok := c.Work.Find(q.Get("a")); ok {
		a = x
	}
	if x, ok := c.Work.Find(q.Get("b")); ok {
		b = x
	}
	v.Choose = NewForm(chooseFields(options)...).Set("a", a.ID).Set("b", b.ID)
	v.Both = compareTable{A: s.comparedLine(c, a), B: s.comparedLine(c, b)}
	v.One = v.Both
	for _, d := range assessment.Compare(a, b) {
		row := compareRow{differing(d), d.Label, d.A, d.B}
		if silent(d) {
			v.One.Rows = append(v.One.Rows, row)
		} else {
			v.Both.Rows = append(v.Both.Rows, row)
		}
	}
	if st.MaySettle(r.Session.Person) == nil && c.State != casefile.Closed {
		v.Form = f
		v.propose(c, r.Session.Person)
	}
	return r.Page("assess_compare.html", v)
}

// propose shows what one of the two has said.
func (v *assessCompareView) propose(c *casework.Opened, me string) {
	p := c.Work.Standing.Proposed
	if p == nil {
		return
	}
	v.ProposedLevel, v.Proposed = p.Level.Term(), p.Reason
	if p.Author == me {
		v.Yours = p.Level.Term()
		return
	}
	v.ProposedBy = named(c.Names, p.Author)
}

// silent tells whether one of the two says nothing of an indicator or a heading: often it was not asked.
func silent(d assessment.Difference) bool {
	nothing := func(s assessment.Said) bool { return len(s.Terms) == 0 && s.Text == "" }
	return (d.Kind == assessment.IndicatorDiffers || d.Kind == assessment.FrameDiffers) && (nothing(d.A) || nothing(d.B))
}

// comparedLine is the heading of one of the two.
func (s *Server) comparedLine(c *casework.Opened, a assessment.Assessment) assessLine {
	return assessLine{Author: named(c.Names, a.Author), Depth: a.Depth.Term(), At: a.Finished.Time(), Level: tagOf(a.Level), Href: casePath + c.Ref + assessWord + "/visa/" + a.ID}
}

// differing is the term of what differs.
func differing(d assessment.Difference) string {
	switch d.Kind {
	case assessment.AspectDiffers:
		return assessment.Aspect(d.Code).Term()
	case assessment.FrameDiffers:
		return assessment.Heading(d.Code).Term()
	case assessment.IndicatorDiffers:
		return ""
	}
	return map[assessment.DifferenceKind]string{assessment.LevelDiffers: "assess.stands", assessment.SummaryDiffers: "assess_show.summary", assessment.UnsureDiffers: "assess_show.unsure",
		assessment.QuestionDiffers: "assess_show.question", assessment.SourcesDiffer: "assess_show.sources", assessment.MissingDiffers: "assess_show.missing",
		assessment.TriggersDiffer: "assess_show.triggers", assessment.CourseDiffers: "assess_compare.course"}[d.Kind]
}

// guestForm asks who is to be the second, from outside.
func guestForm() *Form {
	return NewForm(
		Text("person", "assess_guest.person").Hint("assess_guest.person-hint").Complete("off"),
		Date("until", "assess_guest.until").Hint("assess_guest.until-hint"),
		Area("reason", "assess_guest.reason").Max(casefile.MaxReason).Tall(3),
	)
}

func guestAct() caseAct {
	return caseAct{title: "assess_guest.title", lead: "assess_guest.lead", button: "assess_guest.button", back: assessWord, form: fixed(guestForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		hits, err := s.Desks.Cases.FindPeople(ctx, r.Session, f.Text("person"))
		switch {
		case err != nil:
			return err
		case len(hits) == 0:
			return fault.In("person", "assess.nobody")
		case len(hits) > 1:
			return fault.In("person", "assess.several")
		}
		m := casework.Member{ID: hits[0].ID, Reason: f.Text("reason")}
		if day, ok := f.Day("until"); ok {
			m.Until = clock.Of(day.AddDate(0, 0, 1)) // through the day that was named
		}
		return s.Desks.Cases.InviteAssessor(ctx, r.Session, r.Path("ref"), m)
	}}
}

func assessAloneForm() *Form {
	return NewForm(Area("reason", "assess_alone.reason").Max(casefile.MaxReason).Tall(4))
}

func assessAloneAct() caseAct {
	return caseAct{title: "assess_alone.title", lead: "assess_alone.lead", button: "assess_alone.button", back: assessWord, form: fixed(assessAloneForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		return s.Desks.Cases.AssessAlone(ctx, r.Session, r.Path("ref"), f.Text("reason"))
	}}
}

// through is the last day of a place that ends at a moment.
func through(at clock.Stamp) time.Time { return at.Time().Add(-time.Second) }

// assessText says an entry of the timeline about assessing and protecting; empty when it is about something else.
func assessText(r *Request, c *casefile.Changed, names map[string]string) string {
	say := func(term string) string { return r.Text(locale.Key(term)) }
	switch c.Field {
	case "assessment":
		return r.Text("case_event.assessment", say(assessment.Depth(c.After).Term()))
	case "assess_invited":
		return r.Text("case_event.assess-invited", named(names, c.After), r.Lang.Day(through(c.At)))
	case "assess_settled":
		return r.Text("case_event.assess-settled", say(assessment.Level(c.After).Term()))
	case "assess_alone":
		return r.Text("case_event.assess-alone", say(assessment.Level(c.After).Term()))
	}
	return measureText(r, c)
}
