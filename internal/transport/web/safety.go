package web

import (
	"context"
	"slices"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/safety"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

const safetyPath = "/skyddsombud"

// safetyView (skyddsombud) is what a safety representative has filed, and what they have been told.
type safetyView struct {
	Filed, Words []safetyLine
}

type safetyLine struct {
	Href, Ref, Title string
	Kind             string
	StateKey         locale.Key
	Color            string
	At, Due          time.Time
	Late             bool
}

func (s *Server) safety(r *Request) error {
	lines, err := s.Desks.Cases.SafetyCases(r.Context(), r.Session)
	if err != nil {
		return err
	}
	var view safetyView
	now := s.Clock.Now()
	for _, l := range lines {
		one := safetyLine{Href: casePath + l.Ref, Ref: l.Ref, Title: l.Title, Kind: safety.Kind(l.View).Term(), At: l.Opened.Time()}
		one.StateKey, one.Color = stateOf(l.State)
		if l.Due != 0 && l.State.Active() {
			one.Due = l.Due.Time()
			one.Late = one.Due.Before(now)
		}
		if l.View == string(safety.Word) {
			view.Words = append(view.Words, one)
		} else {
			view.Filed = append(view.Filed, one)
		}
	}
	return r.Page("safety.html", view)
}

// safetyFileView is the form of a request or a stop.
type safetyFileView struct {
	Form                *Form
	Title, Lead, Button locale.Key
	Law                 string
}

func (safetyFileView) SampleForm() *Form { return safetyForm(nil, "safety_file.what") }

func safetyForm(units []casework.ReportUnit, label locale.Key) *Form {
	var options []Option
	for _, u := range units {
		options = append(options, Option{Value: u.ID, Text: u.Name})
	}
	return NewForm(
		Select("unit", "safety_file.unit", options...),
		Area("text", label).Hint("safety_file.hint").Max(safety.MaxText).Tall(8),
	)
}

// safetyFile files a submission of a kind. What is filed has its receipt on the case's own page.
func safetyFile(kind safety.Kind) func(*Server, *Request) error {
	return func(s *Server, r *Request) error {
		units, err := s.Desks.Cases.SafetyUnits(r.Context(), r.Session)
		if err != nil {
			return err
		}
		view := safetyFileView{Title: "safety_file.request", Lead: "safety_file.request-text", Button: "safety_file.request-button", Law: "AML 6:6 a"}
		label := locale.Key("safety_file.what")
		if kind == safety.Stop {
			view.Title, view.Lead, view.Button, view.Law, label = "safety_file.stop", "safety_file.stop-text", "safety_file.stop-button", "AML 6:7", "safety_file.danger"
		}
		f := safetyForm(units, label)
		view.Form = f
		if r.HTTP.Method == "POST" {
			if err := r.Read(f); err != nil {
				return err
			}
			if !f.Failed() {
				ref, err := s.onceOnly(r, f, func(ctx context.Context) (string, error) {
					return s.Desks.Cases.FileSafety(ctx, r.Session, safety.Submission{Kind: kind, Unit: f.Text("unit"), Text: f.Text("text")})
				})
				if err == nil {
					return r.Redirect(casePath + ref)
				}
				if !takes(f, err) {
					return err
				}
			}
		}
		r.Title(r.Text(view.Title))
		return r.Page("safety_file.html", view)
	}
}

func safetyAnswerForm() *Form {
	return NewForm(Area("text", "case_safety.answer").Hint("case_safety.answer-hint").Max(safety.MaxText).Tall(8))
}

// safetyAnswerAct answers a request or a stop.
func safetyAnswerAct() caseAct {
	return caseAct{title: "case_safety.answer-title", lead: "case_safety.answer-text", button: "case_safety.answer-button", form: fixed(safetyAnswerForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		return s.Desks.Cases.AnswerSafety(ctx, r.Session, r.Path("ref"), f.Text("text"))
	}}
}

// caseSafetyView is what the safety representative would be told, before anybody tells it.
type caseSafetyView struct {
	Ref, Href, Once string
	Unit, Kind, To  string
	None            locale.Key // why it can't be told
	Day             time.Time
}

func (s *Server) caseSafety(r *Request) error {
	word, err := s.Desks.Cases.WordOf(r.Context(), r.Session, r.Path("ref"))
	view := caseSafetyView{Ref: r.Path("ref"), Href: casePath + r.Path("ref"), Unit: word.Unit, Kind: word.Kind, To: word.To, Once: NewForm().Once()}
	if word.Day != 0 {
		view.Day = word.Day.Time()
	}
	if err != nil {
		if fault.Of(err).Code != "case.no-safety" {
			return err
		}
		view.None = "case.no-safety"
	}
	return r.Page("case_safety.html", view)
}

// safetyLineOf says on the case's own page that an answer is awaited.
func safetyLineOf(r *Request, c *casework.Opened) []workLine {
	answers := slices.Contains(c.Parts, casefile.Answering)
	if !answers || !slices.Contains(safety.Filed(), safety.Kind(c.View)) || c.State == casefile.Closed {
		return nil
	}
	return []workLine{{Text: "case_safety.answer-title", Href: "/svar", State: r.Text("case_obligations.answer")}}
}

func caseTellSafety(ctx context.Context, s *Server, r *Request, _ *Form) error {
	return s.Desks.Cases.TellSafety(ctx, r.Session, r.Path("ref"))
}
