package web

import (
	"context"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/obligation"
	"varn/internal/domain/routing"
	"varn/internal/domain/safety"
	"varn/internal/kit/fault"
	"varn/internal/kit/law"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// caseObligationsView (plikter) is what law and decisions ask for in a case: what, of whom, by when, on
// what ground, and how it stands.
type caseObligationsView struct {
	Ref, Href string
	Closed    bool
	Papers    bool // there is something to copy into the authorities' forms
	Owed      []obligationLine
	Offered   []obligationLine
}

// obligationLine is one of them.
type obligationLine struct {
	Term, Owner, Pace string
	State             locale.Key
	Color             string
	Open              bool
	Due               time.Time
	Hours             int    // of the clock, in whole hours, where a rule decides it
	Own               bool   // the hours are the program's own
	Here              string // the organisation's decision
	From              string // from which day it holds
	Who               string
	By, Reason        string
	Said              time.Time
	Law               []law.Paragraph
	Source            string
	Sure              bool
	Action            string // the address of the page where it is answered; empty: nothing is left to say
}

// caseObligations shows them. It is an opening like any other.
func (s *Server) caseObligations(r *Request) error {
	c, err := s.Desks.Cases.ReadCase(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	view := caseObligationsView{Ref: c.Ref, Href: casePath + c.Ref, Closed: c.State == casefile.Closed, Papers: hasReport(c)}
	for _, o := range c.Obligations {
		line := obligationLineOf(c, o)
		if o.Standing == obligation.Offered {
			view.Offered = append(view.Offered, line)
		} else {
			view.Owed = append(view.Owed, line)
		}
	}
	r.Title(r.Text("case_obligations.title") + " – " + c.Ref)
	return r.Page("case_obligations.html", view)
}

func hasReport(c *casework.Opened) bool {
	for _, e := range c.Timeline {
		if e.Report != nil {
			return true
		}
	}
	return false
}

func obligationLineOf(c *casework.Opened, o obligation.Owed) obligationLine {
	out := obligationLine{Term: o.Code.Term(), Owner: o.Owner.Term(), Pace: o.Pace.Term(), Open: o.Open(), By: o.Said.By, Reason: o.Said.Reason,
		Source: o.Source, Sure: o.Sure(), Here: o.Here.Decision, From: o.Here.From, Who: o.Here.Who}
	out.State, out.Color = standingOf(o.Standing)
	if o.Open() && o.Clock.Due != 0 {
		out.Due = o.Clock.Due.Time()
	}
	if o.Said.Answer == obligation.Done || o.Said.Answer == obligation.Stopped {
		out.Said = o.Said.At.Time()
		if o.Said.At == 0 {
			out.Said = time.Time{}
		}
	}
	switch {
	case o.Here.From != "":
		out.Hours = o.Here.Hours
	case o.Hours > 0:
		out.Hours, out.Own = o.Hours, true
	}
	day := c.Opened.Time()
	for _, e := range c.Timeline {
		if e.Report != nil {
			day = e.Report.Day(c.Opened).Time()
		}
	}
	if p, ok := o.Paragraph(routing.Day(day.In(locale.Zone()))); ok {
		out.Law = []law.Paragraph{p}
	}
	if c.State != casefile.Closed {
		out.Action = obligationAction(c, o)
	}
	return out
}

// obligationAction is where an obligation is answered.
func obligationAction(c *casework.Opened, o obligation.Owed) string {
	switch o.Code {
	case obligation.WorkNotice:
		return casePath + c.Ref + "/arbetsmiljoverket"
	case obligation.Police, obligation.TellBoth:
		return casePath + c.Ref + "/anmalt"
	case obligation.Record:
		return casePath + c.Ref
	}
	switch {
	case o.Code == obligation.SafetyTold && hasReport(c):
		return casePath + c.Ref + "/skyddsombud"
	case o.Code == obligation.SafetyAnswer && safety.Known(c.View):
		return casePath + c.Ref + "/svar"
	}
	return casePath + c.Ref + "/plikter/" + string(o.Code)
}

func standingOf(s obligation.Standing) (locale.Key, string) {
	switch s {
	case obligation.Late:
		return "case_obligations.late", "danger"
	case obligation.Waits:
		return "case_obligations.waits", "warning"
	case obligation.Listed:
		return "case_obligations.listed", "info"
	case obligation.Met:
		return "case_obligations.met", "success"
	case obligation.Ended:
		return "case_obligations.ended", "neutral"
	}
	return "case_obligations.offered", "neutral"
}

// obligationsLine says on the case's own page how its obligations stand.
func obligationsLine(r *Request, c *casework.Opened) workLine {
	open, late := 0, 0
	var due time.Time
	for _, o := range c.Obligations {
		if !o.Open() {
			continue
		}
		open++
		if o.Standing == obligation.Late {
			late++
		}
		if at := o.Clock.Due; at != 0 && (due.IsZero() || at.Time().Before(due)) {
			due = at.Time()
		}
	}
	line := workLine{Text: "case_obligations.title", Href: "/plikter", State: r.Text("case_obligations.none-open"), Late: late > 0}
	switch {
	case late > 0:
		line.State = r.Count("case_obligations.count-late", late)
	case !due.IsZero():
		line.State = r.Text("case_obligations.next", r.Lang.Moment(due))
	case open > 0:
		line.State = r.Count("case_obligations.count", open)
	}
	return line
}

// obligationForm asks how an obligation stands.
func obligationForm() *Form {
	var answers []Option
	for _, a := range obligation.Answers() {
		answers = append(answers, Option{Value: string(a), Key: locale.Key(a.Term()), Hint: locale.Key(a.Term() + "-text")})
	}
	return NewForm(
		Radios("answer", "case_obligation.answer", answers...),
		Area("reason", "case_obligation.reason").Hint("case_obligation.reason-hint").Max(casefile.MaxReason).Tall(3).Optional(),
		Date("due", "case_obligation.due").Hint("case_obligation.due-hint").Optional(),
	)
}

// caseObligation asks and takes the answer. What is asked stands in the heading.
func (s *Server) caseObligation(r *Request) error {
	o, ok := obligation.Of(obligation.Code(r.Path("obligation")))
	if !ok || o.Elsewhere {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	act := caseAct{title: locale.Key(o.Code.Term()), lead: locale.Key(o.Code.Term() + "-text"), button: "case_obligation.button", form: fixed(obligationForm), back: "/plikter",
		do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
			return s.Desks.Cases.AnswerObligation(ctx, r.Session, r.Path("ref"), casework.ObligationAnswer{Code: o.Code,
				Answer: obligation.Answer(f.Text("answer")), Reason: f.Text("reason"), Due: endOf(f.Text("due"))})
		}}
	return acting(act)(s, r)
}

// obligationRule is how an obligation is kept here.
func (s *Server) obligationRule(r *Request) error {
	code := obligation.Code(r.Path("id"))
	o, ok := obligation.Of(code)
	if !ok || o.Most == 0 {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	return s.proposeRule(r, obligationProposal(o))
}
