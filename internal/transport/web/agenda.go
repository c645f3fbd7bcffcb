package web

import (
	"context"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/agenda"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const agendaPath = "/riskbedomning"

// agendaRoles are those who prepare meetings, and those who help them.
func agendaRoles() Need {
	return Roles(access.CommitteeSecretary, access.BoardChair, access.HeadOfSecurity, access.CaseOfficer, access.Manager)
}

// agendaView (riskbedömning) is where a meeting's agenda is begun to be gone through, and those there are.
type agendaView struct {
	Form *Form
	Old  []agendaLine
}

func (agendaView) SampleForm() *Form { return agendaForm(nil, nil) }

// agendaLine is one meeting.
type agendaLine struct {
	Href, Title string
	At          time.Time
}

func agendaForm(functions, authorities []Option) *Form {
	return NewForm(
		Text("title", "agenda.meeting").Hint("agenda.meeting-hint").Max(casefile.MaxTitle).Complete("off"),
		Select("authority", "agenda.authority", authorities...),
		Checks("functions", "agenda.group", functions...).Hint("agenda.group-hint").OneOf(),
		agendaPoints(),
	)
}

func agendaPoints() *Field {
	return Area("points", "agenda.points").Hint("agenda.points-hint").Max(agenda.MaxPoints * (agenda.MaxName + agenda.MaxNumber + 2)).Tall(8).OneOf()
}

// agenda begins a meeting, and lists those that the visitor takes part in.
func (s *Server) agenda(r *Request) error {
	functions, err := s.Desks.Cases.Functions(r.Context(), r.Session)
	if err != nil {
		return err
	}
	authorities, err := s.Desks.People.Authorities(r.Context(), r.Session)
	if err != nil {
		return err
	}
	f := agendaForm(choices(functions), authorityOptions(authorities))
	if r.HTTP.Method == "POST" {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			ref, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) {
				points, err := agenda.ReadPoints(f.Text("points"))
				if err != nil {
					return "", err
				}
				return s.Desks.Cases.OpenAgenda(ctx, r.Session, casework.NewAgenda{Title: f.Text("title"), Authority: f.Text("authority"), Functions: f.All("functions"), Points: points})
			})
			if err == nil {
				return r.Redirect(casePath + ref + "/dagordning")
			}
			if !takes(f, err) {
				return err
			}
		}
	}
	lines, err := s.Desks.Cases.Agendas(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := agendaView{Form: f}
	for _, l := range lines {
		view.Old = append(view.Old, agendaLine{casePath + l.Ref + "/dagordning", l.Title, l.Opened.Time()})
	}
	return r.Page("agenda.html", view)
}

// caseAgendaView is a meeting's agenda: sorted, judged, met with measures, and what happened.
type caseAgendaView struct {
	Form             *Form // of the sorting, and of further points
	Ref, Href, Title string
	Points           []weighedLine
	Closed           bool
}

func (caseAgendaView) SampleForm() *Form { return sortForm(nil, agenda.Sheet{}) }

// weighedLine is a point as the page shows it.
type weighedLine struct {
	ID, Number, Name                             string
	Waits, Over                                  bool
	Risk, Conflict, Complexity, Happened         locale.Key
	RiskColor, ConflictColor, Color, HappenColor string
	Split                                        []locale.Key // statements that the group disagrees on
	By                                           []string
	Plan, Note                                   string
}

// sortForm asks of each point how great the risk seems, and takes further points.
func sortForm(_ *Request, sheet agenda.Sheet) *Form {
	var fields []*Field
	for _, p := range sheet.Points {
		if p.Outcome != nil {
			continue
		}
		one := Radios("sort_"+p.ID, "case_agenda.sort", riskOptions(agenda.Levels())...).OneOf()
		one.LabelText = p.Number + " " + p.Name
		if p.Sorted != "" {
			one.values = []string{string(p.Sorted)}
		}
		fields = append(fields, one)
	}
	return NewForm(append(fields, agendaPoints())...)
}

func riskOptions(levels []agenda.Level) []Option {
	var out []Option
	for _, l := range levels {
		out = append(out, Option{Value: string(l), Key: locale.Key(l.Term())})
	}
	return out
}

func (s *Server) caseAgenda(r *Request) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	if c.View != agenda.View {
		return s.unknown(r)
	}
	sheet := c.Agenda()
	f := sortForm(r, sheet)
	if r.HTTP.Method == "POST" {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			err := s.onceForCase(r, f, func(ctx context.Context) error { return s.sorts(ctx, r, f, sheet) })
			if err == nil {
				return r.Redirect(casePath + c.Ref + "/dagordning")
			}
			if !takes(f, err) {
				return err
			}
		}
	}
	view := caseAgendaView{Form: f, Ref: c.Ref, Href: casePath + c.Ref, Title: c.Title, Closed: c.State == casefile.Closed}
	for _, p := range sheet.Points {
		view.Points = append(view.Points, lineOf(p, c.Names))
	}
	r.Title(r.Text("case_agenda.title") + " – " + c.Ref)
	return r.Page("case_agenda.html", view)
}

// sorts writes what the sorting says, and further points.
func (s *Server) sorts(ctx context.Context, r *Request, f *Form, sheet agenda.Sheet) error {
	points, err := agenda.ReadPoints(f.Text("points"))
	if err != nil {
		return err
	}
	e := agenda.Entry{Points: points, Sorted: map[string]agenda.Level{}}
	for _, p := range sheet.Points {
		if l := agenda.Level(f.Text("sort_" + p.ID)); p.Outcome == nil && l != "" && l != p.Sorted {
			e.Sorted[p.ID] = l
		}
	}
	if len(e.Points) == 0 && len(e.Sorted) == 0 {
		return nil
	}
	return s.Desks.Cases.WeighAgenda(ctx, r.Session, r.Path("ref"), e)
}

func lineOf(p agenda.Weighed, names map[string]string) weighedLine {
	out := weighedLine{ID: p.ID, Number: p.Number, Name: p.Name, Waits: p.Waits(), Over: p.Outcome != nil, Plan: p.Plan}
	out.Risk, out.RiskColor = riskTag(p.Risk())
	out.Conflict, out.ConflictColor = riskTag(p.Conflict())
	out.Complexity, out.Color = riskTag(p.Complexity())
	for _, st := range agenda.Statements() {
		if _, split := p.Grade(st); split {
			out.Split = append(out.Split, locale.Key(st.Term()))
		}
	}
	for _, j := range p.Judged {
		out.By = append(out.By, named(names, j.Author))
	}
	if p.Outcome != nil {
		out.Happened, out.HappenColor = riskTag(p.Outcome.Level)
		out.Note = p.Outcome.Text
	}
	return out
}

func riskTag(l agenda.Level) (locale.Key, string) {
	switch l {
	case "":
		return "", ""
	case agenda.High:
		return locale.Key(l.Term()), "danger"
	case agenda.Moderate:
		return locale.Key(l.Term()), "warning"
	}
	return locale.Key(l.Term()), "neutral"
}

// pointOf gives the point of an act's address.
func (s *Server) pointOf(r *Request) (agenda.Weighed, error) {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return agenda.Weighed{}, err
	}
	p, ok := c.Agenda().Find(r.Path("point"))
	if !ok {
		return p, fault.New(fault.NotFound, "fault.not-found")
	}
	return p, nil
}

// aboutPoint says which point an act is about.
func aboutPoint(s *Server, r *Request) (string, error) {
	p, err := s.pointOf(r)
	return p.Number + " " + p.Name, err
}

func judgeForm() *Form {
	var fields []*Field
	for _, st := range agenda.Statements() {
		fields = append(fields, Radios("grade_"+string(st), locale.Key(st.Term()), riskOptions(agenda.Levels())...))
	}
	return NewForm(append(fields,
		Radios("conflict", "case_agenda.conflict", riskOptions(agenda.Levels())...).Hint("case_agenda.conflict-hint"),
		Radios("complexity", "case_agenda.complexity", riskOptions(agenda.Levels())...).Hint("case_agenda.complexity-hint"),
		Area("why", "case_agenda.why").Max(agenda.MaxText).Tall(3).Optional())...)
}

// agendaJudgeAct is what one in the group says of a point.
func agendaJudgeAct() caseAct {
	return caseAct{title: "case_agenda.judge", lead: "case_agenda.judge-text", button: "case_agenda.judge-button", back: "/dagordning", about: aboutPoint, rows: true,
		form: func(s *Server, r *Request) (*Form, error) {
			p, err := s.pointOf(r)
			if err != nil {
				return nil, err
			}
			f := judgeForm()
			for _, j := range p.Judged {
				if j.Author == r.Session.Person {
					for st, l := range j.Grades {
						f.Set("grade_"+string(st), string(l))
					}
					f.Set("conflict", string(j.Conflict)).Set("complexity", string(j.Complexity)).Set("why", one(j.Why)...)
				}
			}
			return f, nil
		}, do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
			j := agenda.Judgement{Point: r.Path("point"), Grades: map[agenda.Statement]agenda.Level{}, Conflict: agenda.Level(f.Text("conflict")), Complexity: agenda.Level(f.Text("complexity")), Why: f.Text("why")}
			for _, st := range agenda.Statements() {
				j.Grades[st] = agenda.Level(f.Text("grade_" + string(st)))
			}
			return s.Desks.Cases.WeighAgenda(ctx, r.Session, r.Path("ref"), agenda.Entry{Judged: &j})
		}}
}

// agendaPlanAct is what is done about a point.
func agendaPlanAct() caseAct {
	return caseAct{title: "case_agenda.plan", lead: "case_agenda.plan-text", button: "case_agenda.plan-button", back: "/dagordning", about: aboutPoint,
		form: func(s *Server, r *Request) (*Form, error) {
			p, err := s.pointOf(r)
			return NewForm(Area("text", "case_agenda.plan-label").Hint("case_agenda.plan-hint").Max(agenda.MaxText).Tall(6)).Set("text", one(p.Plan)...), err
		}, do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
			return s.Desks.Cases.WeighAgenda(ctx, r.Session, r.Path("ref"), agenda.Entry{Plan: &agenda.Plan{Point: r.Path("point"), Text: f.Text("text")}})
		}}
}

// agendaOutcomeAct is what happened at a point.
func agendaOutcomeAct() caseAct {
	return caseAct{title: "case_agenda.outcome", lead: "case_agenda.outcome-text", button: "case_agenda.outcome-button", back: "/dagordning", about: aboutPoint,
		form: func(s *Server, r *Request) (*Form, error) {
			if _, err := s.pointOf(r); err != nil {
				return nil, err
			}
			return NewForm(Radios("level", "case_agenda.happened", riskOptions(agenda.Happenings())...),
				Area("text", "case_agenda.happened-text").Hint("case_agenda.happened-hint").Max(agenda.MaxText).Tall(4).Optional()), nil
		}, do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
			return s.Desks.Cases.WeighAgenda(ctx, r.Session, r.Path("ref"), agenda.Entry{Outcome: &agenda.Outcome{Point: r.Path("point"), Level: agenda.Level(f.Text("level")), Text: f.Text("text")}})
		}}
}
