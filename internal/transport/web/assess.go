package web

import (
	"context"
	"time"

	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const assessWord = "/bedomning"

// assessView is how the assessing of a case (bedömning) stands, and what the visitor can do next.
type assessView struct {
	Ref, Href, Base string
	Closed          bool
	Level           levelTag
	Deeper          bool
	Review          time.Time
	ReviewLate      bool
	Settled         string
	Alone           string // why one person alone has judged
	Draft           *draftLine
	Begin           bool
	Wait            *waitLine
	Settling        bool
	Lines           []assessLine
	CanCompare      bool
}

// levelTag is a level with its colour; empty when nothing holds.
type levelTag struct{ Term, Color string }

func tagOf(l assessment.Level) levelTag {
	if l == "" {
		return levelTag{}
	}
	color := map[assessment.Level]string{assessment.Low: "neutral", assessment.Medium: "info", assessment.High: "warning", assessment.VeryHigh: "danger"}[l]
	return levelTag{l.Term(), color}
}

// draftLine is the visitor's own unfinished assessment.
type draftLine struct {
	Href, Depth string
	Initial     bool
	Left        int // of the initial depth
	Saved       time.Time
	Parts       []sectionLine
}

// sectionLine is a part of the structured depth, and how much of it is left.
type sectionLine struct {
	Href, Term string
	Left       int
	Here, Free bool // Free: nothing in it has to be filled in
}

// waitLine is that a second assessment is waited for.
type waitLine struct {
	Mine, Can, Seen bool // the visitor made the first; may make the second; has chosen to see the first
	Hidden          bool
	Author, Once    string
}

type assessLine struct {
	Href, Author, Depth string
	At                  time.Time
	Level               levelTag
	Hidden, Second      bool
}

func (s *Server) assess(r *Request) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	w, me := c.Work, r.Session.Person
	st := w.Standing
	v := assessView{Ref: c.Ref, Href: casePath + c.Ref, Closed: c.State == casefile.Closed, Level: tagOf(st.Level), Settling: st.Phase == assessment.Settling}
	v.Base = v.Href + assessWord
	v.Begin = w.Draft == nil && !v.Closed && !v.Settling && (st.Phase != assessment.Waiting || w.MaySecond(me))
	if st.Phase == assessment.Settled {
		v.Deeper = st.Level.Structured() && st.First.Depth == assessment.Initial && (st.Second == nil || st.Second.Depth == assessment.Initial) && !v.Closed
		if st.Final != nil && st.Final.Alone {
			v.Alone = st.Final.Reason
		} else if st.Final != nil {
			v.Settled = st.Final.Reason
		}
	}
	for _, d := range c.Deadlines {
		if d.Kind == string(casefile.ReviewDue) && d.Done == 0 {
			v.Review, v.ReviewLate = d.Due.Time(), d.Late(clock.Of(s.Clock.Now()))
		}
	}
	if w.Draft != nil && !v.Closed {
		v.Draft = s.draftOf(v.Base, w)
	}
	if st.Phase == assessment.Waiting && !v.Closed {
		hidden := w.Hidden[st.First.ID]
		v.Wait = &waitLine{Mine: st.First.Author == me, Can: w.MaySecond(me), Seen: !hidden && st.First.Author != me, Hidden: hidden, Author: named(c.Names, st.First.Author), Once: ident.New()}
	}
	shown := 0
	for i := len(w.Done) - 1; i >= 0; i-- {
		a := w.Done[i]
		line := assessLine{Author: named(c.Names, a.Author), Depth: a.Depth.Term(), At: a.Finished.Time(), Level: tagOf(a.Level), Hidden: w.Hidden[a.ID], Second: a.Second != ""}
		if !line.Hidden {
			line.Href = v.Base + "/visa/" + a.ID
			shown++
		}
		v.Lines = append(v.Lines, line)
	}
	v.CanCompare = shown > 1
	r.Title(r.Text("assess.title") + " " + c.Ref)
	return r.Page("assess.html", v)
}

// draftOf is the visitor's draft with what is left of each part.
func (s *Server) draftOf(base string, w casework.Work) *draftLine {
	d := &draftLine{Href: base + "/inledande", Depth: w.Draft.Depth.Term(), Initial: w.Draft.Depth != assessment.Structured, Saved: w.Saved.Time()}
	if d.Initial {
		for _, p := range s.partsOf(base, w.Draft, "") {
			d.Left += p.Left
		}
		return d
	}
	d.Parts = s.partsOf(base, w.Draft, "")
	d.Href = d.Parts[0].Href
	for _, p := range d.Parts {
		if p.Left > 0 {
			d.Href = p.Href
			break
		}
	}
	return d
}

// partsOf lists the parts of the structured depth; a is nil before anything is written.
func (s *Server) partsOf(base string, a *assessment.Assessment, here assessment.Part) []sectionLine {
	if a == nil {
		a = &assessment.Assessment{Depth: assessment.Structured}
	}
	p, _ := s.Desks.Cases.PackOf(a.Pack)
	left := a.Left(p)
	var out []sectionLine
	for _, part := range assessment.Parts() {
		out = append(out, sectionLine{Href: base + "/" + partWord(part), Term: part.Term(), Left: left[part], Here: part == here, Free: part == assessment.FramePart})
	}
	return out
}

// assessSee shows the first assessment to somebody who then can't be the second.
func (s *Server) assessSee(r *Request) error {
	f := NewForm()
	if err := r.Read(f); err != nil {
		return err
	}
	err := s.onceForCase(r, f, func(ctx context.Context) error { return s.Desks.Cases.SeeFirst(ctx, r.Session, r.Path("ref")) })
	if err != nil {
		return err
	}
	return r.Redirect(casePath + r.Path("ref") + assessWord)
}

// assessShowView is one finished assessment.
type assessShowView struct {
	Ref, Href, Base   string
	Author, Depth     string
	At                time.Time
	Level             levelTag
	Review            time.Time
	Set, Edition      string
	Question, Sources string
	Missing, Summary  string
	Unsure, Triggers  string
	Aspects           []saidLine
	Groups            []groupLine
	Frame             []saidLine
	Course            []saidLine
}

// saidLine is a label with what is said of it: codes, and words.
type saidLine struct {
	Label, LabelText string // a term, or a text as it is
	Terms            []string
	Text             string
	Evidence         []string
}

type groupLine struct {
	Term  string
	Lines []saidLine
}

func (s *Server) assessShow(r *Request) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	a, ok := c.Work.Find(r.Path("id"))
	if !ok {
		return s.unknown(r)
	}
	v := assessShowView{Ref: c.Ref, Href: casePath + c.Ref, Author: named(c.Names, a.Author), Depth: a.Depth.Term(), At: a.Finished.Time(), Level: tagOf(a.Level),
		Review: a.Review.Time(), Set: s.packName(r, a.Pack), Edition: a.Edition, Question: a.Question, Sources: a.Sources, Missing: a.Missing, Summary: a.Summary, Unsure: a.Unsure, Triggers: a.Triggers}
	v.Base = v.Href + assessWord
	evidence := map[string]string{}
	for _, o := range s.evidenceOf(r, c) {
		evidence[o.Value] = o.Text
	}
	for _, aspect := range assessment.Aspects() {
		j := a.Aspects[aspect]
		v.Aspects = append(v.Aspects, saidLine{Label: aspect.Term(), Terms: gradeTerms(j.Grade), Text: j.Text})
	}
	for _, g := range assessment.Groups() {
		group := groupLine{Term: g.Term()}
		for _, x := range a.Answers {
			if x.Group == g {
				group.Lines = append(group.Lines, answerLine(x, evidence))
			}
		}
		if len(group.Lines) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	for _, h := range assessment.Headings() {
		if a.Frame[h] != "" {
			v.Frame = append(v.Frame, saidLine{Label: h.Term(), Text: a.Frame[h]})
		}
	}
	for _, x := range a.Course {
		v.Course = append(v.Course, saidLine{Text: x.Nature, Terms: x.Terms()})
	}
	r.Title(r.Text("assess_show.title") + " " + c.Ref)
	return r.Page("assess_show.html", v)
}

// packName is what an indicator set is called; its id when it is no longer here.
func (s *Server) packName(r *Request, id string) string {
	if p, ok := s.Desks.Cases.PackOf(id); ok {
		return p.Say(p.Name, string(r.Lang))
	}
	return id
}

func gradeTerms(g assessment.Grade) []string {
	if g == "" {
		return nil
	}
	return []string{g.Term()}
}

// answerLine is what is said of an indicator, with its evidence by name.
func answerLine(x assessment.Answer, evidence map[string]string) saidLine {
	line := saidLine{LabelText: x.Text, Terms: x.Terms(), Text: x.Note}
	for _, id := range x.Evidence {
		if name := evidence[id]; name != "" {
			line.Evidence = append(line.Evidence, name)
		}
	}
	return line
}

// evidenceOf are the items of a case that an assessment can rest on.
func (s *Server) evidenceOf(r *Request, c *casework.Opened) []Option {
	var out []Option
	for _, e := range c.Timeline {
		text := ""
		switch {
		case e.Report != nil:
			text = r.Text("assess_part.evidence-report")
		case e.File != nil:
			text = e.File.Name
		case e.Kind == casefile.Message:
			text = r.Text("assess_part.evidence-message", r.Lang.Moment(e.Created.Time()))
		case e.Kind == casefile.Note:
			text = r.Text("assess_part.evidence-note", r.Lang.Moment(e.Created.Time()))
		}
		if text != "" && len(out) < assessment.MaxEvidence {
			out = append(out, Option{Value: e.ID, Text: text})
		}
	}
	return out
}

// levelOptions are the levels with what each asks for.
func levelOptions() []Option {
	var out []Option
	for _, l := range assessment.Levels() {
		out = append(out, Option{Value: string(l), Key: locale.Key(l.Term()), Hint: locale.Key(l.Term() + "-text")})
	}
	return out
}
