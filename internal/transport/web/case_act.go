package web

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/registration"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/once"
)

// caseAct is one thing that a member of a circle does to a case, on a page of its own: what it asks,
// and what it does. Its texts are those under its name.
type caseAct struct {
	title, lead, button locale.Key
	form                func(s *Server, r *Request) (*Form, error)
	do                  func(ctx context.Context, s *Server, r *Request, f *Form) error
	// leaves: the visitor may not open the case afterwards, and comes to the inbox.
	leaves bool
	// back is where in the case the visitor comes afterwards; empty: to what was last written.
	back string
	// about says what of the case it concerns; nil: the case.
	about func(s *Server, r *Request) (string, error)
	// rows: its questions are many and alike, and stand a line each.
	rows bool
}

// leadsTo is where an act that is done leads.
func (a caseAct) leadsTo(ref string) string {
	if a.leaves {
		return todayPath
	}
	if a.back != "" {
		return casePath + ref + a.back
	}
	return casePath + ref + "#senaste"
}

// caseActView is the page of an act.
type caseActView struct {
	Form                *Form
	Ref, Href           string
	Title, Lead, Button locale.Key
	About               string
	Rows                bool
}

func (caseActView) SampleForm() *Form { return noteForm() }

// acting shows an act's form and does it.
func acting(act caseAct) func(*Server, *Request) error {
	return func(s *Server, r *Request) error {
		f, err := act.form(s, r)
		if err != nil {
			return err
		}
		if r.HTTP.Method == "POST" {
			if err := r.Read(f); err != nil {
				return err
			}
			if !f.Failed() {
				err := s.onceForCase(r, f, func(ctx context.Context) error { return act.do(ctx, s, r, f) })
				if err == nil {
					return r.Redirect(act.leadsTo(r.Path("ref")))
				}
				if !takes(f, err) {
					return err
				}
			}
		}
		r.Title(r.Text(act.title) + " – " + r.Path("ref"))
		view := caseActView{Form: f, Ref: r.Path("ref"), Href: casePath + r.Path("ref"), Title: act.title, Lead: act.lead, Button: act.button, Rows: act.rows}
		if act.about != nil {
			if view.About, err = act.about(s, r); err != nil {
				return err
			}
		}
		return r.Page("case_act.html", view)
	}
}

// takes keeps on the page what can be mended there: bad input, and an act that the case's state or
// the visitor's part in it does not allow.
func takes(f *Form, err error) bool {
	if f.Take(err) {
		return true
	}
	e := fault.Of(err)
	if strings.HasPrefix(e.Code, "lifecycle.") || strings.HasPrefix(e.Code, "case.") ||
		strings.HasPrefix(e.Code, "assess.") || strings.HasPrefix(e.Code, "measure.") || strings.HasPrefix(e.Code, "member.") {
		f.Fail("", locale.Key(e.Code))
		return true
	}
	return false
}

// onceForCase does an act at most once for a form.
func (s *Server) onceForCase(r *Request, f *Form, do func(context.Context) error) error {
	sent := map[string][]string{}
	for _, field := range f.Fields() {
		sent[field.Name] = field.values
	}
	body, err := json.Marshal(sent)
	if err != nil {
		return err
	}
	_, _, err = s.Desks.Once.Do(r.Context(), once.Ask{Org: r.Session.Org, Scope: r.Session.Person + " " + r.HTTP.URL.Path, Key: f.Once(), Body: body},
		func(ctx context.Context) ([]byte, error) { return nil, do(ctx) })
	return err
}

// known asks first whether the visitor may know of the case, so that a form says nothing of it.
func known(form func(s *Server, r *Request) (*Form, error)) func(*Server, *Request) (*Form, error) {
	return func(s *Server, r *Request) (*Form, error) {
		if !s.Desks.Cases.Knows(r.Context(), r.Session, r.Path("ref")) {
			return nil, fault.New(fault.NotFound, "fault.not-found")
		}
		return form(s, r)
	}
}

func fixed(form func() *Form) func(*Server, *Request) (*Form, error) {
	return known(func(*Server, *Request) (*Form, error) { return form(), nil })
}

func noteForm() *Form {
	return NewForm(Area("note", "case_note.text").Hint("case_note.hint").Max(casefile.MaxMessage).Tall(6))
}

func noteAct() caseAct {
	return caseAct{title: "case_note.title", lead: "case_note.lead", button: "case_note.button", form: fixed(noteForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		_, err := s.Desks.Cases.AddNote(ctx, r.Session, r.Path("ref"), f.Text("note"))
		return err
	}}
}

// moveForm asks for the next step; only steps that the life-cycle has from here are offered.
func moveForm(next []casefile.State) *Form {
	var to, outcomes []Option
	for _, state := range next {
		to = append(to, Option{Value: string(state), Key: locale.Key(state.Term()), Hint: moveHint(state)})
	}
	for _, o := range casefile.Outcomes() {
		outcomes = append(outcomes, Option{Value: string(o), Key: locale.Key(o.Term())})
	}
	return NewForm(
		Radios("to", "case_move.to", to...),
		Area("reason", "case_move.reason").Hint("case_move.reason-hint").Max(casefile.MaxReason).Tall(3).OneOf(),
		Select("outcome", "case_move.outcome", outcomes...).Hint("case_move.outcome-hint").OneOf(),
	)
}

// moveHint says what a state means for the case.
func moveHint(state casefile.State) locale.Key {
	switch state {
	case casefile.Received:
		return "case_move.received"
	case casefile.Assessed:
		return "case_move.assessed"
	case casefile.Measures:
		return "case_move.measures"
	case casefile.FollowUp:
		return "case_move.follow-up"
	case casefile.Closed:
		return "case_move.closed"
	case casefile.Reopened:
		return "case_move.reopened"
	}
	return "case_move.new"
}

func moveAct() caseAct {
	form := func(s *Server, r *Request) (*Form, error) {
		state, err := s.Desks.Cases.StateOf(r.Context(), r.Session, r.Path("ref"))
		return moveForm(casefile.Next(state)), err
	}
	return caseAct{title: "case_move.title", lead: "case_move.lead", button: "case_move.button", form: form, do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		_, err := s.Desks.Cases.MoveCase(ctx, r.Session, r.Path("ref"), casework.Moving{To: casefile.State(f.Text("to")), Reason: f.Text("reason"), Outcome: casefile.Outcome(f.Text("outcome"))})
		return err
	}}
}

func taskForm(people []casework.Choice) *Form {
	var owners []Option
	for _, p := range people {
		owners = append(owners, Option{Value: p.ID, Text: p.Name})
	}
	return NewForm(
		Text("title", "case_task.what").Max(casefile.MaxTask),
		Select("owner", "case_task.owner", owners...),
		Date("due", "case_task.due").Optional(),
	)
}

func taskAct() caseAct {
	form := known(func(s *Server, r *Request) (*Form, error) {
		people, err := s.Desks.Cases.Assignable(r.Context(), r.Session, r.Path("ref"))
		return taskForm(people), err
	})
	return caseAct{title: "case_task.title", lead: "case_task.lead", button: "case_task.button", form: form, do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		_, err := s.Desks.Cases.PutTask(ctx, r.Session, r.Path("ref"), "", casefile.Task{Title: f.Text("title"), Owner: f.Text("owner"), Due: endOf(f.Text("due"))})
		return err
	}}
}

// endOf is the end of a day as a field holds it, where the organisation's clock hangs; 0 for none.
func endOf(day string) clock.Stamp {
	at, err := time.ParseInLocation(time.DateOnly, day, locale.Zone())
	if err != nil {
		return 0
	}
	return clock.Of(at.Add(17 * time.Hour))
}

func promiseForm() *Form {
	return NewForm(Date("promised", "case_promise.when").Hint("case_promise.hint"))
}

func promiseAct() caseAct {
	return caseAct{title: "case_promise.title", lead: "case_promise.lead", button: "case_promise.button", form: fixed(promiseForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		return s.Desks.Cases.Promise(ctx, r.Session, r.Path("ref"), endOf(f.Text("promised")))
	}}
}

func reportedForm() *Form {
	var to, why []Option
	for _, v := range casefile.Recipients() {
		to = append(to, Option{Value: string(v), Key: locale.Key(v.Term())})
	}
	for _, v := range casefile.WhyNots() {
		why = append(why, Option{Value: string(v), Key: locale.Key(v.Term())})
	}
	var outcomes []Option
	for _, v := range casefile.PoliceOutcomes() {
		outcomes = append(outcomes, Option{Value: string(v), Key: locale.Key(v.Term())})
	}
	return NewForm(
		Radios("to", "case_reported.to", to...),
		Date("at", "case_reported.at").Hint("case_reported.at-hint").OneOf(),
		Select("why", "case_reported.why", why...).Hint("case_reported.why-hint").OneOf(),
		Text("number", "case_reported.number").Hint("case_reported.number-hint").Max(casefile.MaxReference).Optional(),
		Check("asked_restricted", "case_reported.asked-restricted"),
		Check("restricted", "case_reported.restricted"),
		Check("stated_elected", "case_reported.stated-elected"),
		Select("outcome", "case_reported.outcome", outcomes...).Hint("case_reported.outcome-hint").Optional(),
		Check("reopened", "case_reported.reopened"),
		Area("note", "case_reported.note").Max(casefile.MaxReason).Tall(3).Optional(),
	)
}

func reportedAct() caseAct {
	return caseAct{title: "case_reported.title", lead: "case_reported.lead", button: "case_reported.button", form: fixed(reportedForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		v := casefile.Reported{To: casefile.Recipient(f.Text("to")), At: startOf(f.Text("at")), Why: casefile.WhyNot(f.Text("why")), Note: f.Text("note"), Number: f.Text("number"),
			AskedRestricted: f.Checked("asked_restricted"), Restricted: f.Checked("restricted"), StatedElected: f.Checked("stated_elected"),
			Outcome: casefile.PoliceOutcome(f.Text("outcome")), Reopened: f.Checked("reopened")}
		_, err := s.Desks.Cases.Track(ctx, r.Session, r.Path("ref"), v)
		return err
	}}
}

// startOf is the beginning of a day as a field holds it; 0 for none.
func startOf(day string) clock.Stamp {
	at, err := time.ParseInLocation(time.DateOnly, day, locale.Zone())
	if err != nil {
		return 0
	}
	return clock.Of(at)
}

func referenceForm() *Form {
	var systems []Option
	for _, v := range casefile.Systems() {
		systems = append(systems, Option{Value: string(v), Key: locale.Key(v.Term())})
	}
	return NewForm(
		Select("system", "case_reference.system", systems...),
		Text("name", "case_reference.name").Hint("case_reference.name-hint").Max(100).OneOf(),
		Text("number", "case_reference.number").Max(casefile.MaxReference),
		Date("date", "case_reference.date").Optional(),
	)
}

func referenceAct() caseAct {
	return caseAct{title: "case_reference.title", lead: "case_reference.lead", button: "case_reference.button", form: fixed(referenceForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		_, err := s.Desks.Cases.AddReference(ctx, r.Session, r.Path("ref"),
			casefile.OutsideReference{System: casefile.System(f.Text("system")), Name: f.Text("name"), Number: f.Text("number"), Date: startOf(f.Text("date"))})
		return err
	}}
}

func referForm(functions []casework.Choice) *Form {
	var to []Option
	for _, c := range functions {
		if c.Ready {
			to = append(to, Option{Value: c.ID, Text: c.Name})
		}
	}
	return NewForm(
		Select("function", "case_refer.to", to...).Hint("case_refer.to-hint"),
		Area("reason", "case_refer.reason").Max(casefile.MaxReason).Tall(3),
	)
}

func referAct() caseAct {
	form := known(func(s *Server, r *Request) (*Form, error) {
		all, err := s.Desks.Cases.Functions(r.Context(), r.Session)
		return referForm(all), err
	})
	return caseAct{title: "case_refer.title", lead: "case_refer.lead", button: "case_refer.button", form: form, do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		return s.Desks.Cases.ReferCase(ctx, r.Session, r.Path("ref"), f.Text("function"), f.Text("reason"))
	}}
}

func relateForm() *Form {
	return NewForm(
		Text("other", "case_relate.other").Hint("case_relate.other-hint").Max(40).Complete("off"),
		Radios("kind", "case_relate.kind", Option{Value: casework.Related, Key: "case_relate.related"}, Option{Value: casework.DuplicateOf, Key: "case_relate.duplicate"}, Option{Value: casework.InCampaign, Key: "case_relate.campaign"}),
	)
}

func relateAct() caseAct {
	return caseAct{title: "case_relate.title", lead: "case_relate.lead", button: "case_relate.button", form: fixed(relateForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		return s.Desks.Cases.RelateCases(ctx, r.Session, r.Path("ref"), strings.ToUpper(f.Text("other")), f.Text("kind"))
	}}
}

func holdForm() *Form {
	return NewForm(
		Radios("on", "case_hold.on", Option{Value: "on", Key: "case_hold.stop"}, Option{Value: "off", Key: "case_hold.go"}),
		Area("reason", "case_hold.reason").Max(casefile.MaxReason).Tall(3),
	)
}

func holdAct() caseAct {
	return caseAct{title: "case_hold.title", lead: "case_hold.lead", button: "case_hold.button", form: fixed(holdForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		return s.Desks.Cases.HoldCase(ctx, r.Session, r.Path("ref"), f.Text("on") == "on", f.Text("reason"))
	}}
}

// declineForm asks why a case is not taken over.
func declineForm() *Form {
	return NewForm(Area("reason", "case_decline.reason").Max(casefile.MaxReason).Tall(3))
}

func declineAct() caseAct {
	return caseAct{title: "case_decline.title", lead: "case_decline.lead", button: "case_decline.button", form: fixed(declineForm), leaves: true, do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		return s.Desks.Cases.AnswerReferral(ctx, r.Session, r.Path("ref"), r.Path("referral"), false, f.Text("reason"))
	}}
}

// caseButton is an act of one press: its form holds nothing but its key.
func caseButton(do func(ctx context.Context, s *Server, r *Request, f *Form) error) func(*Server, *Request) error {
	return func(s *Server, r *Request) error {
		f := NewForm(Carried("back"), Carried("state"))
		if err := r.Read(f); err != nil {
			return err
		}
		err := s.onceForCase(r, f, func(ctx context.Context) error { return do(ctx, s, r, f) })
		if err != nil {
			return err
		}
		if back := f.Text("back"); back != "" {
			return r.Redirect(backToday(back))
		}
		return r.Redirect(casePath + r.Path("ref"))
	}
}

func caseTake(ctx context.Context, s *Server, r *Request, _ *Form) error {
	return s.Desks.Cases.TakeCase(ctx, r.Session, r.Path("ref"))
}

func caseAccept(ctx context.Context, s *Server, r *Request, _ *Form) error {
	return s.Desks.Cases.AnswerReferral(ctx, r.Session, r.Path("ref"), r.Path("referral"), true, "")
}

func caseRecord(ctx context.Context, s *Server, r *Request, f *Form) error {
	return s.Desks.Cases.AnswerRecord(ctx, r.Session, r.Path("request"), registration.RequestState(f.Text("state")))
}

func caseTaskDone(ctx context.Context, s *Server, r *Request, _ *Form) error {
	return s.Desks.Cases.FinishTask(ctx, r.Session, r.Path("ref"), r.Path("task"))
}
