package web

import (
	"net/http"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/usecase/oncall"
)

const oncallPath = "/jour"

// oncallView (jour) is who is on call, for each function whose calendar the visitor keeps.
type oncallView struct{ Calendars []oncallCalendar }

type oncallCalendar struct {
	ID, Name string
	Kind     locale.Key
	Turns    []oncallTurn
	Nobody   bool // nobody is on call now
}

type oncallTurn struct {
	ID, Name    string
	From, Until time.Time
	Now         bool
}

func (s *Server) oncall(r *Request) error {
	all, err := s.Desks.OnCall.Calendars(r.Context(), r.Session)
	if err != nil {
		return err
	}
	var view oncallView
	for _, c := range all {
		view.Calendars = append(view.Calendars, calendarOf(c))
	}
	return r.Page("oncall.html", view)
}

func calendarOf(c oncall.Calendar) oncallCalendar {
	out := oncallCalendar{ID: c.Function, Name: c.Name, Kind: kindName(c.Kind), Nobody: true}
	for _, t := range c.Turns {
		out.Turns = append(out.Turns, oncallTurn{ID: t.ID, Name: t.Name, From: t.From.Time(), Until: t.Until.Time(), Now: t.Now})
		out.Nobody = out.Nobody && !t.Now
	}
	return out
}

// calendar finds a calendar that the visitor keeps.
func (s *Server) calendar(r *Request) (oncall.Calendar, error) {
	all, err := s.Desks.OnCall.Calendars(r.Context(), r.Session)
	if err != nil {
		return oncall.Calendar{}, err
	}
	for _, c := range all {
		if c.Function == r.Path("id") {
			return c, nil
		}
	}
	return oncall.Calendar{}, fault.New(fault.NotFound, "fault.not-found")
}

// oncallNewView puts somebody on call.
type oncallNewView struct {
	Form     *Form
	ID, Name string
}

func turnForm(holders []Option) *Form {
	return NewForm(
		Select("person", "oncall.person", holders...),
		Date("from", "oncall.from-day"), Time("from_time", "oncall.from-time"),
		Date("until", "oncall.until-day"), Time("until_time", "oncall.until-time"),
	)
}

func (oncallNewView) SampleForm() *Form { return turnForm(nil) }

func (s *Server) oncallNew(r *Request) error {
	c, err := s.calendar(r)
	if err != nil {
		return err
	}
	var holders []Option
	for _, h := range c.Holders {
		holders = append(holders, Option{Value: h.ID, Text: h.Name})
	}
	f := turnForm(holders)
	view := oncallNewView{Form: f, ID: c.Function, Name: c.Name}
	if r.HTTP.Method != http.MethodPost {
		return r.Page("oncall_new.html", view)
	}
	if err := r.Read(f); err != nil {
		return err
	}
	if !f.Failed() {
		_, err := s.Desks.OnCall.AddTurn(r.Context(), r.Session, oncall.NewTurn{Function: c.Function, Person: f.Text("person"),
			From: momentIn(f, "from", "from_time"), Until: momentIn(f, "until", "until_time")})
		if err == nil {
			return r.Redirect(oncallPath)
		}
		if !f.Take(err) {
			return err
		}
	}
	return r.Page("oncall_new.html", view)
}

// momentIn is the moment that a day and a time of day name, in Swedish time.
func momentIn(f *Form, day, hour string) clock.Stamp {
	t, err := time.ParseInLocation(time.DateOnly+" 15:04", f.Text(day)+" "+f.Text(hour), locale.Zone())
	if err != nil {
		return 0
	}
	return clock.Of(t)
}

// oncallEnd asks first, then ends a turn.
func (s *Server) oncallEnd(r *Request) error {
	c, err := s.calendar(r)
	if err != nil {
		return err
	}
	if r.HTTP.Method == http.MethodGet {
		for _, t := range c.Turns {
			if t.ID == r.Query("id") {
				return r.Page("confirm.html", Confirm{Heading: r.Text("oncall.end-ask", t.Name), Text: r.Text("oncall.end-text", c.Name),
					Action: oncallPath + "/" + c.Function + "/avsluta", Button: r.Text("oncall.end"), Danger: true, Back: oncallPath,
					Hidden: []Hidden{{Name: "id", Value: t.ID}}})
			}
		}
		return fault.New(fault.NotFound, "fault.not-found")
	}
	f := idForm()
	if err := r.Read(f); err != nil {
		return err
	}
	if err := s.Desks.OnCall.EndTurn(r.Context(), r.Session, f.Text("id")); err != nil {
		return err
	}
	return r.Redirect(oncallPath)
}
