package web

import (
	"net/http"
	"strconv"
	"time"

	"varn/internal/domain/plan"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const planPath = "/trygghetsplan"

// planView is one's own safety plan (trygghetsplan) and self-check.
type planView struct {
	Form   *Form
	Saved  time.Time
	Left   int
	Lost   bool
	Shares bool // there is something to share, and somewhere to
	Parts  []*Field
	Topics []planTopic
}

// planTopic is a topic of the self-check.
type planTopic struct {
	Check, Note *Field
}

func (planView) SampleForm() *Form { return planForm() }

func planForm() *Form {
	var fields []*Field
	for _, p := range plan.Parts() {
		fields = append(fields, Area(string(p), locale.Key(p.Term())).Hint(locale.Key(p.Term()+"-hint")).Max(plan.MaxText).Tall(3).OneOf())
	}
	var options []Option
	for _, s := range plan.Standings() {
		options = append(options, Option{Value: string(s), Key: locale.Key(s.Term())})
	}
	for _, topic := range plan.Topics() {
		fields = append(fields, Radios(string(topic), locale.Key(topic.Term()), options...).Hint(locale.Key(topic.Term()+"-text")).OneOf(),
			Area("note_"+string(topic), "plan.note").Max(plan.MaxText).Tall(2).OneOf())
	}
	return NewForm(fields...)
}

// writtenPlan is the plan that a form holds.
func writtenPlan(f *Form) plan.Plan {
	p := plan.Plan{Parts: map[plan.Part]string{}, Checks: map[plan.Topic]plan.Standing{}, Notes: map[plan.Topic]string{}}
	for _, part := range plan.Parts() {
		p.Parts[part] = f.Text(string(part))
	}
	for _, topic := range plan.Topics() {
		p.Checks[topic], p.Notes[topic] = plan.Standing(f.Text(string(topic))), f.Text("note_"+string(topic))
	}
	return p
}

func fillPlan(f *Form, p plan.Plan) {
	for k, v := range p.Parts {
		f.Set(string(k), v)
	}
	for k, v := range p.Checks {
		f.Set(string(k), string(v))
	}
	for k, v := range p.Notes {
		f.Set("note_"+string(k), v)
	}
}

// plan shows the plan, and saves it as one goes.
func (s *Server) plan(r *Request) error {
	f := planForm()
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			seen, _ := strconv.ParseInt(f.Version(), 10, 64)
			_, err := s.Desks.Cases.SavePlan(r.Context(), r.Session, writtenPlan(f), seen)
			if err == nil {
				return r.Redirect(planPath)
			}
			if fault.Of(err).Code == "plan.changed" {
				return s.planConflict(r, f)
			}
			if !f.Take(err) {
				return err
			}
		}
		return s.planPage(r, f, casework.OwnPlan{Plan: writtenPlan(f).Tidy()})
	}
	got, err := s.Desks.Cases.ReadPlan(r.Context(), r.Session)
	if err != nil {
		return err
	}
	fillPlan(f, got.Plan)
	f.Seen(strconv.FormatInt(got.Version, 10))
	return s.planPage(r, f, got)
}

func (s *Server) planPage(r *Request, f *Form, p casework.OwnPlan) error {
	view := planView{Form: f, Lost: p.Lost, Left: p.Left(), Shares: p.Version > 0 && !p.Lost && !p.Empty()}
	if p.Version > 0 && !p.Lost {
		view.Saved = p.Changed.Time()
	}
	for _, part := range plan.Parts() {
		view.Parts = append(view.Parts, f.Field(string(part)))
	}
	for _, topic := range plan.Topics() {
		note := f.Field("note_" + string(topic))
		note.LabelText = r.Text("plan.note", r.Text(locale.Key(topic.Term())))
		view.Topics = append(view.Topics, planTopic{f.Field(string(topic)), note})
	}
	return r.Page("plan.html", view)
}

// planConflict shows both texts when another tab has saved since.
func (s *Server) planConflict(r *Request, f *Form) error {
	got, err := s.Desks.Cases.ReadPlan(r.Context(), r.Session)
	if err != nil {
		return err
	}
	stored := planForm()
	fillPlan(stored, got.Plan)
	return r.Conflict(f, strconv.FormatInt(got.Version, 10), otherTexts(f, stored))
}

// planShareView is exactly what would be shared, and with whom.
type planShareView struct {
	Form *Form
	Text string
	None bool // no report of one's own to share it in
}

func (planShareView) SampleForm() *Form { return planShareForm(nil) }

func planShareForm(reports []Option) *Form {
	return NewForm(Radios("report", "plan_share.where", reports...))
}

// planShare gives the plan to the circle of one of one's own reports.
func (s *Server) planShare(r *Request) error {
	p, err := s.Desks.Cases.ReadPlan(r.Context(), r.Session)
	if err != nil {
		return err
	}
	if p.Lost || p.Empty() {
		return r.Redirect(planPath)
	}
	reports, err := s.Desks.Cases.OwnReports(r.Context(), r.Session)
	if err != nil {
		return err
	}
	var options []Option
	at := map[string]casework.OwnReport{}
	for _, one := range reports {
		if len(one.Refs) > 0 {
			at[one.ReceiptID] = one
			options = append(options, Option{Value: one.ReceiptID, Text: one.Refs[0] + " · " + r.Lang.Day(one.Created.Time()) + " · " + r.Text(locale.Key(one.Status.Term()))})
		}
	}
	f := planShareForm(options)
	view := planShareView{Form: f, Text: s.Desks.Cases.PlanText(p.Plan), None: len(options) == 0}
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if one, ok := at[f.Text("report")]; ok && !f.Failed() {
			seen, _ := strconv.ParseInt(f.Version(), 10, 64)
			if err := s.Desks.Cases.SharePlan(r.Context(), r.Session, one.ReceiptID, one.Refs[0], seen); err == nil {
				return r.Redirect(ownPath + "/" + one.ReceiptID)
			} else if !takes(f, err) {
				return err
			}
		}
	}
	f.Seen(strconv.FormatInt(p.Version, 10))
	return r.Page("plan_share.html", view)
}

// planDrop asks, and then takes the plan away.
func (s *Server) planDrop(r *Request) error {
	if r.HTTP.Method == http.MethodPost {
		if err := s.Desks.Cases.DropPlan(r.Context(), r.Session); err != nil {
			return err
		}
		return r.Redirect(planPath)
	}
	return r.Page("confirm.html", Confirm{Heading: r.Text("plan.drop"), Text: r.Text("plan.drop-text"), Action: planPath + "/radera", Back: planPath, Danger: true, Button: r.Text("plan.drop")})
}
