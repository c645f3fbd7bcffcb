package web

import (
	"context"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// caseCircleView is who can open a case (krets), why and until when, and the way to let in more.
type caseCircleView struct {
	Form      *Form
	Ref, Href string
	Alone     bool
	Now, Past []seatLine
}

func (caseCircleView) SampleForm() *Form { return circleForm(nil, nil) }

type seatLine struct {
	Name, Reason string
	Kind         locale.Key
	From         time.Time
	Until        time.Time
	Ended        time.Time
	Remove       string
	// Readmit leads to letting a person who has lost their key in again; empty for others.
	Readmit string
	Mine    bool
}

// circleForm takes one function or one person. A name that fits several becomes a choice.
func circleForm(functions, hits []casework.Choice) *Form {
	fields := []*Field{
		Select("function", "case_circle.function", choices(functions)...).OneOf(),
		Text("person", "case_circle.person").Hint("case_circle.person-hint").Complete("off").OneOf(),
	}
	if len(hits) > 0 {
		fields = append(fields, Radios("who", "case_circle.who", choices(hits)...).OneOf())
	} else {
		fields = append(fields, Carried("who"))
	}
	return NewForm(append(fields,
		Area("reason", "case_circle.reason").Hint("case_circle.reason-hint").Max(casefile.MaxReason).Tall(2),
		Date("until", "case_circle.until").Hint("case_circle.until-hint").Optional())...)
}

// choices makes options of functions or people.
func choices(list []casework.Choice) []Option {
	out := make([]Option, 0, len(list))
	for _, c := range list {
		text := c.Name
		if c.About != "" {
			text += ", " + c.About
		}
		out = append(out, Option{Value: c.ID, Text: text})
	}
	return out
}

func (s *Server) caseCircle(r *Request) error {
	functions, err := s.Desks.Cases.Functions(r.Context(), r.Session)
	if err != nil {
		return err
	}
	return s.circlePage(r, circleForm(functions, nil))
}

func (s *Server) circlePage(r *Request, f *Form) error {
	c, err := s.Desks.Cases.ReadCircle(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	view := caseCircleView{Form: f, Ref: c.Ref, Href: casePath + c.Ref, Alone: c.Openers < 2}
	for _, seat := range c.Circle {
		line := seatLine{Name: seat.Name, Reason: seat.Reason, Kind: seatKind(seat.Kind), From: seat.From.Time(), Mine: seat.Mine,
			Remove: view.Href + "/krets/" + seat.ID + "/ta-bort"}
		if seat.Kind == casefile.ByPerson && !seat.Mine {
			line.Readmit = personPath(seat.Member, "/slapp-in")
		}
		if seat.Until != 0 {
			line.Until = seat.Until.Time().Add(-time.Second) // it ends with the day that is shown
		}
		if seat.Ended != 0 {
			line.Ended = seat.Ended.Time()
		}
		if seat.Gone {
			view.Past = append(view.Past, line)
		} else {
			view.Now = append(view.Now, line)
		}
	}
	r.Title(r.Text("case_circle.title") + " " + c.Ref)
	return r.Page("case_circle.html", view)
}

func seatKind(k casefile.PlaceKind) locale.Key {
	switch k {
	case casefile.ByFunction:
		return "place.function"
	case casefile.ByRecovery:
		return "place.recovery"
	}
	return "place.person"
}

// caseCircleAdd lets a function or a person in.
func (s *Server) caseCircleAdd(r *Request) error {
	ctx := r.Context()
	functions, err := s.Desks.Cases.Functions(ctx, r.Session)
	if err != nil {
		return err
	}
	f := circleForm(functions, nil)
	if err := r.Read(f); err != nil {
		return err
	}
	m := casework.Member{Kind: casefile.ByFunction, ID: f.Text("function"), Reason: f.Text("reason")}
	switch name := f.Text("person"); {
	case name != "" && m.ID != "", name == "" && m.ID == "":
		f.Fail("person", "case_circle.one")
	case name != "":
		hits, err := s.Desks.Cases.FindPeople(ctx, r.Session, name)
		if err != nil {
			return err
		}
		m, f = pickPerson(r, f, functions, hits)
	}
	if day, ok := f.Day("until"); ok {
		m.Until = clock.Of(day.AddDate(0, 0, 1)) // through the day that was named
	}
	if f.Failed() {
		return s.circlePage(r, f)
	}
	_, _, err = s.Desks.Once.Do(ctx, r.ask(f, []byte(m.ID+" "+m.Reason+" "+f.Text("until"))), func(ctx context.Context) ([]byte, error) {
		return nil, s.Desks.Cases.AddMember(ctx, r.Session, r.Path("ref"), m)
	})
	if fault.Is(err, fault.Conflict) && fault.Of(err).Code == "member.already" || fault.Is(err, fault.Denied) && fault.Of(err).Code == "member.excluded" {
		f.Fail("", locale.Key(fault.Of(err).Code))
		return s.circlePage(r, f)
	}
	if err == nil {
		return r.Redirect(casePath + r.Path("ref") + "/krets")
	}
	if !f.Take(err) {
		return err
	}
	return s.circlePage(r, f)
}

// pickPerson turns a written name into a person; one that fits several becomes a question.
func pickPerson(r *Request, f *Form, functions, hits []casework.Choice) (casework.Member, *Form) {
	m := casework.Member{Kind: casefile.ByPerson, Reason: f.Text("reason")}
	switch len(hits) {
	case 0:
		f.Fail("person", "case_circle.no-hit")
	case 1:
		m.ID = hits[0].ID
	default:
		asked := circleForm(functions, hits)
		asked.follow(f)
		asked.Field("who").values = f.All("who")
		if m.ID = asked.Text("who"); !fits(hits, m.ID) {
			asked.Fail("who", "case_circle.several")
		}
		r.form = asked
		f = asked
	}
	return m, f
}

func fits(hits []casework.Choice, id string) bool {
	for _, h := range hits {
		if h.ID == id {
			return true
		}
	}
	return false
}

// caseRemove asks before a place is ended, and ends it.
func (s *Server) caseRemove(r *Request) error {
	c, err := s.Desks.Cases.ReadCircle(r.Context(), r.Session, r.Path("ref"))
	if err != nil {
		return err
	}
	for _, seat := range c.Circle {
		if seat.ID != r.Path("place") || seat.Gone {
			continue
		}
		name, text := seat.Name, "case_remove.text"
		if name == "" {
			name = r.Text("case.somebody")
		}
		if seat.Mine {
			text = "case_remove.text-mine"
		}
		return r.Page("confirm.html", Confirm{Heading: r.Text("case_remove.heading", name), Text: r.Text(locale.Key(text), name),
			Action: casePath + c.Ref + "/krets/" + seat.ID + "/ta-bort", Button: r.Text("case_remove.button"), Danger: true,
			Back: casePath + c.Ref + "/krets", Hidden: []Hidden{{onceName, NewForm().Once()}}})
	}
	return s.unknown(r)
}

func (s *Server) caseRemoveNow(r *Request) error {
	f := NewForm()
	if err := r.Read(f); err != nil {
		return err
	}
	_, _, err := s.Desks.Once.Do(r.Context(), r.ask(f, []byte(r.Path("place"))), func(ctx context.Context) ([]byte, error) {
		return nil, s.Desks.Cases.RemoveMember(ctx, r.Session, r.Path("ref"), r.Path("place"))
	})
	if err != nil {
		return err
	}
	if !s.Desks.Cases.Knows(r.Context(), r.Session, r.Path("ref")) {
		return r.Redirect(casesPath)
	}
	return r.Redirect(casePath + r.Path("ref") + "/krets")
}
