package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// assessFirst is the initial assessment (inledande bedömning).
func (s *Server) assessFirst(r *Request) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	base := casePath + c.Ref + assessWord
	if c.Work.Draft != nil && c.Work.Draft.Depth == assessment.Structured {
		return r.Redirect(base)
	}
	p := s.packOf(c)
	f := firstForm(p, r.Lang)
	if r.HTTP.Method == "POST" {
		if err := r.Read(f); err != nil {
			return err
		}
		in := casework.Assessing{Depth: assessment.Initial, Change: takeAssessment(f, p, r.Lang), Finish: f.Text("act") == "finish"}
		if done, err := s.saveAssessment(r, f, in, base); done || err != nil {
			return err
		}
	} else {
		s.begun(r, f, c, p)
	}
	r.Title(r.Text("assess_first.title") + " " + c.Ref)
	return r.Page("assess_first.html", assessFirstView{Form: f, Ref: c.Ref, Href: casePath + c.Ref, Base: base})
}

// packOf is the set that the visitor's assessment is asked by.
func (s *Server) packOf(c *casework.Opened) assessment.Pack {
	chosen := ""
	if c.Work.Draft != nil {
		chosen = c.Work.Draft.Pack
	}
	p, _ := s.Desks.Cases.PackOf(chosen)
	return p
}

// begun shows the draft, or what the report already says.
func (s *Server) begun(r *Request, f *Form, c *casework.Opened, p assessment.Pack) {
	if d := c.Work.Draft; d != nil {
		fillAssessment(f, *d)
		f.Seen(strconv.FormatInt(d.Version, 10))
		return
	}
	f.Seen("0")
	var a assessment.Assessment
	a.Question = r.Text("assess_first.question-draft")
	files := 0
	for _, e := range c.Timeline {
		if e.Report != nil {
			a.Sources = r.Text("assess_first.sources-draft")
			for _, i := range p.Proposed(e.Report) {
				a.Put(assessment.Answer{Indicator: i.ID, Group: i.Group, Presence: assessment.Present})
			}
		}
		if e.File != nil {
			files++
		}
	}
	if files > 0 {
		a.Sources = strings.TrimSpace(a.Sources + " " + r.Text("assess_first.sources-files", files))
	}
	fillAssessment(f, a)
}

// saveAssessment saves what a form holds. What was written in another window meanwhile is kept when it is in other
// fields, and shown beside when it is in the same. It tells whether it has answered.
func (s *Server) saveAssessment(r *Request, f *Form, in casework.Assessing, next string) (bool, error) {
	if f.Failed() {
		return false, nil
	}
	in.Seen, _ = strconv.ParseInt(f.Version(), 10, 64)
	var theirs map[string]string
	var version int64
	var saved assessment.Assessment
	err := s.onceForCase(r, f, func(ctx context.Context) error {
		for {
			var err error
			saved, err = s.Desks.Cases.AssessCase(ctx, r.Session, r.Path("ref"), in)
			if fault.Of(err).Code != "assess.changed" {
				return err
			}
			c, readErr := s.Desks.Cases.ReadCase(ctx, r.Session, r.Path("ref"))
			if readErr != nil || c.Work.Draft == nil || c.Work.Draft.Version == in.Seen {
				return err
			}
			version = c.Work.Draft.Version
			if theirs = otherwise(f, c.Work, in.Seen); len(theirs) > 0 { // Change reads the form anew
				return err
			}
			in.Seen = version
		}
	})
	if f.Text("act") == "stay" {
		return true, scripted(func(*Server, *Request) (any, error) {
			return stayed{strconv.FormatInt(saved.Version, 10), ident.New(), r.Text("assess.saved")}, err
		})(s, r)
	}
	switch {
	case err == nil:
		return true, r.Redirect(next)
	case len(theirs) > 0:
		return true, r.Conflict(f, strconv.FormatInt(version, 10), theirs)
	case !takes(f, err):
		return true, err
	}
	return false, nil
}

// stayed is what the page's script is answered when a draft was saved while it is written.
type stayed struct {
	Version string `json:"version"`
	Once    string `json:"once"`
	Text    string `json:"text"`
}

// otherwise lays what another window has changed since a version over the fields that this form has left as they
// were, and gives the texts that both have changed. Of a choice that both have changed this form's holds; the other
// can be read among the older savings.
func otherwise(f *Form, w casework.Work, seen int64) map[string]string {
	now, before := held(f, *w.Draft), map[string][]string{}
	for _, v := range w.Versions {
		if v.Version == seen {
			before = held(f, v)
		}
	}
	out := map[string]string{}
	for _, field := range f.Fields() {
		theirs, was, mine := now[field.Name], before[field.Name], slices.DeleteFunc(slices.Clone(field.values), func(v string) bool { return v == "" })
		switch {
		case field.Kind == hiddenKind || slices.Equal(theirs, was) || slices.Equal(theirs, mine):
		case slices.Equal(mine, was):
			field.values = theirs
		case field.Kind == areaKind:
			out[field.Name] = strings.Join(theirs, "")
		}
	}
	return out
}

// held is what the fields of a form would show of an assessment.
func held(f *Form, a assessment.Assessment) map[string][]string {
	blank := &Form{}
	for _, field := range f.fields {
		one := *field
		one.values = nil
		blank.fields = append(blank.fields, &one)
	}
	fillAssessment(blank, a)
	out := map[string][]string{}
	for _, field := range blank.fields {
		out[field.Name] = field.values
	}
	return out
}

// partWord is the last part of a part's address.
func partWord(p assessment.Part) string {
	return map[assessment.Part]string{assessment.AskPart: "fraga", assessment.BehaviourOf: "beteende", assessment.RelationOf: "relation", assessment.ExposureOf: "sarbarhet",
		assessment.ProtectiveOf: "skydd", assessment.FramePart: "ram", assessment.CoursePart: "forlopp", assessment.JudgePart: "sammanvagning"}[p]
}

// assessPart is one part of the structured assessment.
func (s *Server) assessPart(r *Request) error {
	i := slices.IndexFunc(assessment.Parts(), func(p assessment.Part) bool { return partWord(p) == r.Path("part") })
	if i < 0 {
		return s.unknown(r)
	}
	part := assessment.Parts()[i]
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	v := assessPartView{Ref: c.Ref, Href: casePath + c.Ref, Term: part.Term(), Last: part == assessment.JudgePart}
	v.Base = v.Href + assessWord
	p := s.packOf(c)
	f := s.partForm(r, c, p, part, &v)
	if r.HTTP.Method == "POST" {
		if err := r.Read(f); err != nil {
			return err
		}
		in := casework.Assessing{Depth: assessment.Structured, Change: takeAssessment(f, p, r.Lang), Finish: f.Text("act") == "finish"}
		if part == assessment.AskPart && c.Work.Draft == nil && slices.ContainsFunc(f.fields, func(x *Field) bool { return x.Name == "pack" }) {
			in.Pack = f.Text("pack")
		}
		next := v.Base
		if f.Text("act") == "next" && !v.Last {
			next += "/" + partWord(assessment.Parts()[i+1])
		}
		if done, err := s.saveAssessment(r, f, in, next); done || err != nil {
			return err
		}
	} else {
		s.begun(r, f, c, p)
	}
	v.Form, v.Parts = f, s.partsOf(v.Base, c.Work.Draft, part)
	for n := range v.Rows {
		for _, field := range v.Rows[n].Rests {
			v.Rows[n].Open = v.Rows[n].Open || len(field.values) > 0 && field.values[0] != "" || field.Error != ""
		}
	}
	r.Title(r.Text(locale.Key(part.Term())) + " – " + r.Text("assess_part.title") + " " + c.Ref)
	return r.Page("assess_part.html", v)
}

// partForm is what a part asks.
func (s *Server) partForm(r *Request, c *casework.Opened, p assessment.Pack, part assessment.Part, v *assessPartView) *Form {
	act := []*Field{Carried("act")}
	if g, ok := part.Group(); ok {
		v.Lead, v.Licence = g.Term()+"-text", r.Text("assess_part.licence", p.Say(p.Name, string(r.Lang)), p.Version, p.Say(p.Licence, string(r.Lang)))
		evidence := s.evidenceOf(r, c)
		for _, i := range p.Of(g) {
			row := indicatorRow{Text: p.Say(i.Text, string(r.Lang)), Asked: []*Field{
				Select("p_"+i.ID, "assess_part.presence", labelled(assessment.Presences())...).OneOf(),
				Select("c_"+i.ID, "assess_part.change", labelled(assessment.Changes())...).OneOf(),
				Select("r_"+i.ID, "assess_part.relevance", labelled(assessment.Relevances())...).OneOf()},
				Rests: []*Field{Area("n_"+i.ID, "assess_part.note").Max(assessment.MaxNote).Tall(2).OneOf()}}
			if i.Help != nil {
				row.Help = p.Say(i.Help, string(r.Lang))
			}
			if len(evidence) > 0 {
				row.Rests = append([]*Field{Checks("e_"+i.ID, "assess_part.evidence", evidence...).OneOf()}, row.Rests...)
			}
			v.Rows = append(v.Rows, row)
			act = slices.Concat(act, row.Asked, row.Rests)
		}
		return NewForm(act...)
	}
	switch part {
	case assessment.FramePart:
		v.Lead = "assess_part.frame-lead"
		for _, h := range assessment.Headings() {
			v.Plain = append(v.Plain, textArea("frame_"+strings.ToLower(string(h)), locale.Key(h.Term()), 2))
		}
	case assessment.CoursePart:
		v.Lead = "assess_part.course-lead"
		courses := 3
		if d := c.Work.Draft; d != nil {
			courses = min(max(courses, len(d.Course)+1), assessment.MaxScenarios)
		}
		for i := range courses {
			n := "_" + strconv.Itoa(i)
			nature := Area("nature"+n, "").Max(assessment.MaxNote).Tall(2).OneOf()
			nature.LabelText = r.Text("assess_part.nature", i+1)
			v.Plain = append(v.Plain, nature, Select("severity"+n, "assess_part.severity", graded("assess.severity")...).OneOf(),
				Select("imminence"+n, "assess_part.imminence", graded("assess.imminence")...).OneOf(), Select("likelihood"+n, "assess_part.likelihood", graded("assess.likelihood")...).OneOf())
		}
	case assessment.JudgePart:
		v.Lead = "assess_part.judge-lead"
		v.Plain = append(aspectFields(true), append(judgeFields(), textArea("triggers", "assess_part.triggers", 2).Hint("assess_part.triggers-hint"))...)
	default:
		v.Lead = "assess_part.ask-lead"
		var packs []Option
		if c.Work.Draft == nil {
			for _, p := range s.Desks.Cases.Packs {
				packs = append(packs, Option{Value: p.ID, Text: p.Say(p.Name, string(r.Lang)) + " " + p.Version})
			}
		}
		v.Plain = askFields(packs)[1:]
	}
	return NewForm(append(act, v.Plain...)...)
}

// assessLineOf is the line of assessing on the case's own page.
func assessLineOf(r *Request, c *casework.Opened) workLine {
	now := clock.Of(r.server.Clock.Now())
	line := workLine{Text: "assess.title", Href: assessWord}
	st := c.Work.Standing
	switch {
	case st.Phase == assessment.Waiting:
		line.State = r.Text("assess.wait")
	case st.Phase == assessment.Settling:
		line.State = r.Text("assess.settle")
	case st.Level != "":
		line.State = r.Text(locale.Key(st.Level.Term()))
	case c.Work.Draft != nil:
		line.State = r.Text("assess.saved")
	}
	for _, d := range c.Deadlines {
		switch casefile.DeadlineKind(d.Kind) {
		case casefile.ReviewDue, casefile.BlindDue, casefile.SettleDue:
			line.Late = line.Late || d.Late(now)
		}
	}
	return line
}
