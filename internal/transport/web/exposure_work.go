package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/extract"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
	useexposure "varn/internal/usecase/exposure"
)

func clockNow(s *Server) clock.Stamp { return clock.Of(s.Clock.Now()) }

func placeTerm(where string) string { return extract.Place(where).Term() }

// lastMoment is the last moment of a day that a form names; zero when it names none.
func lastMoment(f *Form, name string) clock.Stamp {
	day, ok := f.Day(name)
	if !ok {
		return 0
	}
	return clock.Of(day.AddDate(0, 0, 1).Add(-time.Second))
}

func dayIn(t time.Time) string { return t.In(locale.Zone()).Format(time.DateOnly) }

// peopleOptions are those who can be given findings.
func (s *Server) peopleOptions(r *Request) ([]Option, error) {
	all, err := s.Desks.Exposure.People(r.Context(), r.Session)
	if err != nil {
		return nil, err
	}
	var out []Option
	for _, p := range all {
		out = append(out, Option{Value: p.ID, Text: joined(p.Name, p.Title)})
	}
	return out, nil
}

// giveFiling has somebody else mend a finding, until a day.
func giveFiling() filingAct {
	return filingAct{title: "exposure_give.title", lead: "exposure_give.lead", button: "exposure_give.button", back: toFinding,
		form: func(s *Server, r *Request) (*Form, string, error) {
			got, err := s.Desks.Exposure.Show(r.Context(), r.Session, r.Path("id"))
			if err != nil {
				return nil, "", err
			}
			people, err := s.peopleOptions(r)
			if err != nil {
				return nil, "", err
			}
			f := NewForm(Select("owner", "exposure_give.owner", people...), Date("due", "exposure_give.due").Hint("exposure_give.due-hint"))
			f.Set("due", dayIn(got.Due.Time()))
			if got.Finding.Owner != "" {
				f.Set("owner", got.Finding.Owner)
			}
			return f, r.Text(got.Kind.Term()) + " " + got.Masked, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			return "", s.Desks.Exposure.Give(ctx, r.Session, r.Path("id"), f.Text("owner"), lastMoment(f, "due"))
		}}
}

// acceptFiling lets a finding stand until a day.
func acceptFiling() filingAct {
	return filingAct{title: "exposure_accept.title", lead: "exposure_accept.lead", button: "exposure_accept.button", back: toFinding,
		form: func(s *Server, r *Request) (*Form, string, error) {
			got, err := s.Desks.Exposure.Show(r.Context(), r.Session, r.Path("id"))
			if err != nil {
				return nil, "", err
			}
			if !r.Session.Has(useexposure.Workers()...) {
				return nil, "", notHere()
			}
			f := NewForm(Area("why", "exposure_accept.why").Hint("exposure_accept.why-hint").Max(1000).Tall(4), Date("until", "exposure_accept.until").Hint("exposure_accept.until-hint"))
			return f.Set("until", dayIn(s.Clock.Now().AddDate(1, 0, 0))), r.Text(got.Kind.Term()) + " " + got.Masked, nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			return "", s.Desks.Exposure.Accept(ctx, r.Session, r.Path("id"), f.Text("why"), lastMoment(f, "until"))
		}}
}

// daysFiling sets how long findings are given.
func daysFiling() filingAct {
	return filingAct{title: "exposure_days.title", lead: "exposure_days.lead", button: "exposure_days.button", back: func(*Request) string { return sitesPath },
		form: func(s *Server, r *Request) (*Form, string, error) {
			v, version, err := s.Desks.Exposure.Days(r.Context(), r.Session)
			if err != nil {
				return nil, "", err
			}
			f := NewForm(Text("grave", "exposure_days.grave").Hint("exposure_days.grave-hint").Max(3), Text("normal", "exposure_days.normal").Hint("exposure_days.normal-hint").Max(3))
			f.Set("grave", strconv.Itoa(v.Grave)).Set("normal", strconv.Itoa(v.Normal))
			return f.Seen(strconv.FormatInt(version, 10)), "", nil
		},
		do: func(ctx context.Context, s *Server, r *Request, f *Form) (string, error) {
			v, _, err := s.Desks.Exposure.Days(ctx, r.Session)
			if err != nil {
				return "", err
			}
			v.Grave, _ = strconv.Atoi(strings.TrimSpace(f.Text("grave")))
			v.Normal, _ = strconv.Atoi(strings.TrimSpace(f.Text("normal")))
			return "", s.Desks.Exposure.SaveDays(ctx, r.Session, v, versionOf(f))
		}}
}
