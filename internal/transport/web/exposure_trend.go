package web

import (
	"time"

	"varn/internal/kit/locale"
)

// trendView (utveckling) shows, week by week, how many findings were found, closed and left. The drawing says nothing
// that the table doesn't.
type trendView struct {
	Form    *Form
	Weeks   []trendWeek
	Kinds   []trendKind
	Bars    []trendBar
	Grid    []trendGrid
	Width   int
	Summary string
	Drawn   bool // there are weeks enough for a drawing to show anything
	Empty   bool
}

func (trendView) SampleForm() *Form {
	return NewForm(Select("enhet", "exposure.unit", Option{Value: "", Key: "exposure.every-unit"}).OneOf())
}

type trendWeek struct {
	Monday                   time.Time
	Week                     int
	Opened, Closed, Standing int
}

type trendKind struct {
	Kind                     locale.Key
	Opened, Closed, Standing int
}

// trendBar is a week's bar, in the drawing's own units.
type trendBar struct {
	X, Y, Width, Height, Middle int
	Label                       string
	Week                        int
	Named                       bool
}

type trendGrid struct {
	Y, N int
}

const (
	trendHeight = 180 // of the bars, in the drawing's units
	trendStep   = 28
)

func (s *Server) exposureTrend(r *Request) error {
	unit := r.Query("enhet")
	got, err := s.Desks.Exposure.Trend(r.Context(), r.Session, unit)
	if err != nil {
		return err
	}
	options := []Option{{Value: "", Key: "exposure.every-unit"}}
	for _, u := range got.Units {
		options = append(options, Option{Value: u.ID, Text: u.Name})
	}
	v := trendView{Form: NewForm(Select("enhet", "exposure.unit", options...).OneOf()).Set("enhet", unit), Empty: len(got.Kinds) == 0}
	top := 1
	for _, w := range got.Weeks {
		_, n := w.Monday.Time().In(locale.Zone()).ISOWeek()
		v.Weeks = append(v.Weeks, trendWeek{w.Monday.Time(), n, int(w.Opened), int(w.Closed), int(w.Standing)})
		top = max(top, int(w.Standing))
	}
	for i, w := range v.Weeks {
		h := w.Standing * trendHeight / top
		v.Bars = append(v.Bars, trendBar{X: 40 + i*trendStep, Y: 10 + trendHeight - h, Width: trendStep - 8, Height: h, Middle: 40 + i*trendStep + (trendStep-8)/2, Week: w.Week,
			Named: len(v.Weeks) <= 13 || i%4 == 0})
	}
	v.Drawn = len(v.Weeks) > 2
	v.Width = 60 + len(v.Weeks)*trendStep
	v.Grid = []trendGrid{{10 + trendHeight, 0}, {10, top}}
	for _, k := range got.Kinds {
		v.Kinds = append(v.Kinds, trendKind{k.Kind.Term(), int(k.Opened), int(k.Closed), int(k.Standing)})
	}
	if n := len(v.Weeks); n > 0 {
		last := v.Weeks[n-1]
		v.Summary = r.Text("exposure_trend.summary", last.Standing, last.Opened, last.Closed)
	}
	return r.Page("exposure_trend.html", v)
}
