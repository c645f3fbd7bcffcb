package exposure

import (
	"context"
	"slices"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/exposure"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
)

// Week is a week of the trend: what was found, what was closed, and what stood at its end.
type Week struct {
	Monday                   clock.Stamp
	Opened, Closed, Standing int64
}

// KindLine is what stands of one kind, and what was found and closed of it in all weeks that are shown.
type KindLine struct {
	Kind                     exposure.Kind
	Opened, Closed, Standing int64
}

// Trend is how the findings have gone, week by week: counts alone.
type Trend struct {
	Weeks []Week
	Kinds []KindLine
	Units []Unit
}

// shownWeeks is how many weeks the trend shows.
const shownWeeks = 26

// Trend gives the trend of all units, or of one, that the subject sees.
func (d *Desk) Trend(ctx context.Context, s *access.Session, unit string) (out Trend, err error) {
	if err := signedIn(s); err != nil {
		return out, err
	}
	if !s.Has(Workers()...) {
		return out, denied()
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return out, err
	}
	var rows []watch.Week
	var g sight
	err = d.read(ctx, k, func(tx *store.Tx) error {
		if g, err = d.sight(tx, k, s); err != nil {
			return err
		}
		if out.Units, err = units(tx, k); err != nil {
			return err
		}
		rows, err = tx.Weeks()
		return err
	})
	if err != nil {
		return out, err
	}
	if !g.all {
		out.Units = slices.DeleteFunc(out.Units, func(u Unit) bool { return !slices.Contains(g.units, u.ID) })
	}
	rows = slices.DeleteFunc(rows, func(w watch.Week) bool {
		return !g.all && !slices.Contains(g.units, w.Unit) || unit != "" && w.Unit != unit
	})
	out.Weeks, out.Kinds = d.trend(rows)
	return out, nil
}

func (d *Desk) trend(rows []watch.Week) ([]Week, []KindLine) {
	last := watch.Monday(d.now(), locale.Zone())
	mondays := []clock.Stamp{last}
	for range shownWeeks - 1 {
		mondays = append(mondays, watch.Monday(mondays[len(mondays)-1].Add(-84*time.Hour), locale.Zone()))
	}
	slices.Reverse(mondays)
	weeks := make([]Week, len(mondays))
	for i, m := range mondays {
		weeks[i].Monday = m
	}
	kinds := map[exposure.Kind]*KindLine{}
	for _, r := range rows {
		line := kinds[r.Kind]
		if line == nil {
			line = &KindLine{Kind: r.Kind}
			kinds[r.Kind] = line
		}
		line.Standing += r.Opened - r.Closed
		for i := range weeks {
			if r.Monday == weeks[i].Monday {
				weeks[i].Opened += r.Opened
				weeks[i].Closed += r.Closed
				line.Opened += r.Opened
				line.Closed += r.Closed
			}
			if r.Monday <= weeks[i].Monday {
				weeks[i].Standing += r.Opened - r.Closed
			}
		}
	}
	// Weeks before the first in which anything was found say nothing.
	for len(weeks) > 1 && weeks[0].Opened == 0 && weeks[0].Closed == 0 && weeks[0].Standing == 0 {
		weeks = weeks[1:]
	}
	var lines []KindLine
	for _, kind := range exposure.Kinds {
		if l := kinds[kind]; l != nil {
			lines = append(lines, *l)
		}
	}
	return weeks, lines
}
