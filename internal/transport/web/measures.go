package web

import (
	"cmp"
	"context"
	"slices"
	"time"

	"varn/internal/domain/assessment"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/domain/measure"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const measuresWord = "/atgarder"

// measuresView is what is done to protect somebody (åtgärder), and the support after.
type measuresView struct {
	Form            *Form // which of the proposed are to be planned
	Ref, Href, Base string
	Closed          bool
	Level           string
	Open, Past      []measureLine
	Support         []supportLine
	CanSupport      bool
	Once            string
}

func (measuresView) SampleForm() *Form { return proposedForm(measure.Kinds()) }

type measureLine struct {
	Href, Kind, State, Color string
	What, Owner, Effect      string
	Level                    string
	Due                      time.Time
	Late, Shown, Lacks       bool
}

type supportLine struct {
	Href, Once string
	Days       int
	Due, Done  time.Time
	Late       bool
	Note       string
}

func proposedForm(kinds []measure.Kind) *Form {
	return NewForm(Checks("kinds", "measures.propose", labelled(kinds)...).Hint("measures.propose-text").OneOf())
}

func (s *Server) measures(r *Request) error {
	f := proposedForm(measure.Kinds())
	if r.HTTP.Method != "POST" {
		return s.measuresPage(r, nil)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		var kinds []measure.Kind
		for _, k := range f.All("kinds") {
			kinds = append(kinds, measure.Kind(k))
		}
		err := s.onceForCase(r, f, func(ctx context.Context) error {
			return s.Desks.Cases.PlanMeasures(ctx, r.Session, r.Path("ref"), kinds)
		})
		if err == nil {
			return r.Redirect(casePath + r.Path("ref") + measuresWord)
		}
		if !takes(f, err) {
			return err
		}
	}
	return s.measuresPage(r, f)
}

func (s *Server) measuresPage(r *Request, sent *Form) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	now := clock.Of(s.Clock.Now())
	v := measuresView{Ref: c.Ref, Href: casePath + c.Ref, Closed: c.State == casefile.Closed, Once: ident.New()}
	v.Base = v.Href + measuresWord
	level := c.Work.Standing.Level
	if level != "" {
		v.Level = level.Term()
	}
	var had []measure.Kind
	for _, m := range c.Work.Measures {
		had = append(had, m.Kind)
		line := measureLineOf(v.Base, c, m, now)
		if m.State.Open() {
			v.Open = append(v.Open, line)
		} else {
			v.Past = append(v.Past, line)
		}
	}
	slices.SortStableFunc(v.Open, func(a, b measureLine) int { return a.Due.Compare(b.Due) })
	var left []measure.Kind
	for _, k := range measure.Proposed(level, reportOf(c)) {
		if !slices.Contains(had, k) {
			left = append(left, k)
		}
	}
	if len(left) > 0 && !v.Closed {
		v.Form = cmp.Or(sent, proposedForm(left))
		v.Form.Field("kinds").Options = labelled(left)
		if v.Level != "" {
			v.Form.Field("kinds").LabelText = r.Text("measures.propose-level", r.Text(locale.Key(v.Level)))
		}
	}
	waits := false
	for _, x := range c.Work.Support {
		line := supportLine{Href: v.Href + "/stod/" + x.ID, Once: ident.New(), Days: x.Days, Due: x.Due.Time(), Late: x.Done == 0 && x.Due <= now, Note: x.Note}
		if x.Done != 0 {
			line.Done = x.Done.Time()
		}
		waits = waits || x.Done == 0
		v.Support = append(v.Support, line)
	}
	v.CanSupport = !waits && !v.Closed
	r.Title(r.Text("measures.title") + " " + c.Ref)
	return r.Page("measures.html", v)
}

// reportOf is what was reported in a case; nil when it was opened by hand.
func reportOf(c *casework.Opened) *incident.Report {
	for _, e := range c.Timeline {
		if e.Report != nil {
			return e.Report
		}
	}
	return nil
}

func measureLineOf(base string, c *casework.Opened, m measure.Measure, now clock.Stamp) measureLine {
	line := measureLine{Href: base + "/" + m.ID, Kind: m.Kind.Term(), State: m.State.Term(), What: m.What, Owner: named(c.Names, m.Owner), Shown: m.Shown,
		Lacks: m.State == measure.Planned && m.Proportion == ""}
	line.Color = map[measure.State]string{measure.Planned: "info", measure.Ongoing: "success"}[m.State]
	if due := m.Due(); due != 0 {
		line.Due, line.Late = due.Time(), due <= now
	}
	if m.Effect != "" {
		line.Effect = m.Effect.Term()
	}
	if m.Level != "" {
		line.Level = assessment.Level(m.Level).Term()
	}
	return line
}

// supportPlan sets up the contacts after; supportDone notes that one was made.
func supportPlan(s *Server, r *Request) error {
	f := NewForm()
	if err := r.Read(f); err != nil {
		return err
	}
	err := s.onceForCase(r, f, func(ctx context.Context) error {
		return s.Desks.Cases.PlanSupport(ctx, r.Session, r.Path("ref"))
	})
	if err != nil {
		return err
	}
	return r.Redirect(casePath + r.Path("ref") + measuresWord + "#stod")
}

func supportDone(s *Server, r *Request) error {
	f := NewForm(Area("note", "measures.support-note").Max(measure.MaxText).OneOf())
	if err := r.Read(f); err != nil {
		return err
	}
	err := s.onceForCase(r, f, func(ctx context.Context) error {
		return s.Desks.Cases.SupportDone(ctx, r.Session, r.Path("ref"), r.Path("contact"), f.Text("note"))
	})
	if err != nil {
		return err
	}
	return r.Redirect(casePath + r.Path("ref") + measuresWord + "#stod")
}

// measureView is one measure (åtgärd), to decide on, change and review.
type measureView struct {
	Form            *Form
	Ref, Href, Base string
}

func (measureView) SampleForm() *Form { return measureForm(nil) }

func measureForm(people []casework.Choice) *Form {
	return NewForm(
		Select("kind", "measure_form.kind", labelled(measure.Kinds())...),
		Area("what", "measure_form.what").Hint("measure_form.what-hint").Max(measure.MaxText).Tall(3).OneOf(),
		Select("owner", "measure_form.owner", choices(people)...),
		Radios("state", "measure_form.state", labelled(measure.States())...),
		Date("start", "measure_form.start").OneOf(),
		Date("review", "measure_form.review").OneOf(),
		Date("end", "measure_form.end").OneOf(),
		Text("cost", "measure_form.cost").Hint("measure_form.cost-hint").Max(measure.MaxCost).OneOf(),
		Area("proportion", "measure_form.proportion").Max(measure.MaxText).Tall(3).OneOf(),
		Select("consent", "measure_form.consent", labelled(measure.Consents())...).OneOf(),
		Text("by", "measure_form.by").OneOf(),
		Check("shown", "measure_form.shown").Hint("measure_form.shown-hint"),
		Area("told", "measure_form.told").Max(measure.MaxText).Tall(2).OneOf(),
		Select("effect", "measure_form.effect", labelled(measure.Effects())...).OneOf(),
		Area("effect_note", "measure_form.effect-note").Max(measure.MaxText).Tall(2).OneOf(),
	)
}

// measure decides on a measure, or says anew how it stands.
func (s *Server) measure(r *Request) error {
	people, err := s.Desks.Cases.Assignable(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	f, id := measureForm(people), r.Path("id")
	if id == "ny" {
		id = ""
	}
	if r.HTTP.Method == "POST" {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			err := s.onceForCase(r, f, func(ctx context.Context) error {
				_, err := s.Desks.Cases.OrderMeasure(ctx, r.Session, r.Path("ref"), measureOf(f, id))
				return err
			})
			if err == nil {
				return r.Redirect(casePath + r.Path("ref") + measuresWord)
			}
			if !takes(f, err) {
				return err
			}
		}
	} else if err := s.showMeasure(r, f, id); err != nil {
		return err
	}
	r.Title(r.Text("measure.title") + " " + r.Path("ref"))
	return r.Page("measure.html", measureView{Form: f, Ref: r.Path("ref"), Href: casePath + r.Path("ref"), Base: casePath + r.Path("ref") + measuresWord})
}

// showMeasure fills the form with a measure as it stands, or with what is usual for a new one.
func (s *Server) showMeasure(r *Request, f *Form, id string) error {
	now := clock.Of(s.Clock.Now())
	m := measure.Measure{Owner: r.Session.Person, State: measure.Planned, Start: now, Review: now.Add(measure.ReviewWithin)}
	if id != "" {
		c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
		if err != nil {
			return err
		}
		var ok bool
		if m, ok = c.Work.Measure(id); !ok {
			return s.unknown(r)
		}
	}
	for name, value := range map[string]string{"kind": string(m.Kind), "what": m.What, "owner": m.Owner, "state": string(m.State), "start": dayOf(m.Start), "review": dayOf(m.Review),
		"end": dayOf(m.End), "cost": m.Cost, "proportion": m.Proportion, "consent": string(m.Consent), "by": m.By, "told": m.Told, "effect": string(m.Effect), "effect_note": m.EffectNote} {
		if value != "" {
			f.Set(name, value)
		}
	}
	f.Set("shown", ticked(m.Shown)...)
	return nil
}

func measureOf(f *Form, id string) measure.Measure {
	return measure.Measure{ID: id, Kind: measure.Kind(f.Text("kind")), State: measure.State(f.Text("state")), What: f.Text("what"), Told: f.Text("told"), Shown: f.Checked("shown"),
		Owner: f.Text("owner"), Cost: f.Text("cost"), Start: startOf(f.Text("start")), Review: endOf(f.Text("review")), End: endOf(f.Text("end")), Proportion: f.Text("proportion"),
		Consent: measure.Consent(f.Text("consent")), By: f.Text("by"), Effect: measure.Effect(f.Text("effect")), EffectNote: f.Text("effect_note")}
}

// measureText says an entry of the timeline about a measure; empty when it is about something else.
func measureText(r *Request, c *casefile.Changed) string {
	switch c.Field {
	case "measure":
		return r.Text("case_event.measure", r.Text(locale.Key(measure.Kind(c.Before).Term())), r.Text(locale.Key(measure.State(c.After).Term())))
	case "support":
		return r.Text("case_event.support")
	}
	return ""
}

// measuresLineOf is the line of measures on the case's own page.
func measuresLineOf(r *Request, c *casework.Opened) workLine {
	now := clock.Of(r.server.Clock.Now())
	line := workLine{Text: "measures.title", Href: measuresWord}
	open := 0
	for _, m := range c.Work.Measures {
		if m.State.Open() {
			open++
		}
	}
	if open > 0 {
		line.State = r.server.texts.Count(r.Lang, "measures.count", open)
	}
	for _, d := range c.Deadlines {
		if k := casefile.DeadlineKind(d.Kind); k == casefile.MeasureDue || k == casefile.SupportDue {
			line.Late = line.Late || d.Late(now)
		}
	}
	return line
}
