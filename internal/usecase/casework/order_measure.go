package casework

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/measure"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// OrderMeasure (besluta om åtgärd) decides on a measure, or says anew how it stands. An empty id is a new one. Its
// text lies sealed; when somebody next has to see to it stands in a deadline. What the person concerned
// is to see is a sealed item of its own, echoed to their receipt alone.
func (d *Desk) OrderMeasure(ctx context.Context, s *access.Session, ref string, m measure.Measure) (id string, err error) {
	ids, err := d.orderAll(ctx, s, ref, []measure.Measure{m})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// PlanMeasures decides on several measures of the catalogue at once, to be filled in: the subject's own
// until somebody else is named, and reviewed within the usual time.
func (d *Desk) PlanMeasures(ctx context.Context, s *access.Session, ref string, kinds []measure.Kind) error {
	if len(kinds) == 0 {
		return fault.In("kinds", "field.choose")
	}
	var all []measure.Measure
	for _, k := range kinds {
		all = append(all, measure.Measure{Kind: k, State: measure.Planned, Owner: s.Person, Review: d.now().Add(measure.ReviewWithin).Minute()})
	}
	_, err := d.orderAll(ctx, s, ref, all)
	return err
}

func (d *Desk) orderAll(ctx context.Context, s *access.Session, ref string, all []measure.Measure) (ids []string, err error) {
	var fresh []string
	for i := range all {
		if err := all[i].Check(d.now()); err != nil {
			return nil, err
		}
		switch {
		case all[i].ID == "":
			all[i].ID = ident.New()
			fresh = append(fresh, all[i].ID)
		case !ident.Valid(all[i].ID):
			return nil, fault.New(fault.NotFound, "fault.not-found")
		}
		ids = append(ids, all[i].ID)
	}
	err = d.judged(ctx, s, ref, func(v *visit, w *worked) (adding, error) {
		t, err := d.town(ctx, v.k)
		if err != nil {
			return adding{}, err
		}
		var in []sealed
		for _, m := range all {
			if _, there := w.Measure(m.ID); !there && !slices.Contains(fresh, m.ID) {
				return adding{}, fault.New(fault.NotFound, "fault.not-found")
			}
			if !v.seated(t.house, m.Owner, d) {
				return adding{}, fault.In("owner", "lifecycle.owner")
			}
			items, err := d.measureItems(v, s, w, m)
			if err != nil {
				return adding{}, err
			}
			in = append(in, items...)
		}
		return adding{in: in, act: "case.measure", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			if err := w.still(tx, c.ID, casefile.MeasureItem); err != nil {
				return nil, err
			}
			for _, m := range all {
				if err := putMeasure(tx, c.ID, m, d.now()); err != nil {
					return nil, err
				}
			}
			return nil, nil
		}}, nil
	})
	return ids, err
}

// measureItems are what a measure adds: itself, what the timeline tells, and what the person concerned reads.
func (d *Desk) measureItems(v *visit, s *access.Session, w *worked, m measure.Measure) ([]sealed, error) {
	before, had := w.Measure(m.ID)
	if err := m.CheckReview(before, d.now()); err != nil {
		return nil, err
	}
	m.Author = s.Person
	m.What, m.Told, m.Proportion, m.EffectNote = strings.TrimSpace(m.What), strings.TrimSpace(m.Told), strings.TrimSpace(m.Proportion), strings.TrimSpace(m.EffectNote)
	if m.Level = before.Level; !had {
		m.Level = string(w.Standing.Level)
	}
	one, err := jsonItem(casefile.MeasureItem, m)
	if err != nil {
		return nil, err
	}
	if m.Owner != s.Person && m.Owner != before.Owner && m.State.Open() {
		one.with = func(tx *store.Tx, _ casefile.Item) error { return d.notify(tx, m.Owner, "measure.owner", v.c.Ref) }
	}
	out := []sealed{one}
	if before.State != m.State {
		told, err := changed(casefile.Changed{Author: s.Person, Field: "measure", Before: string(m.Kind), After: string(m.State)})
		if err != nil {
			return nil, err
		}
		out = append(out, told)
	}
	if !m.Shown && !before.Shown {
		return out, nil
	}
	shown := m.ToConcerned()
	if !m.Shown { // it is not theirs to read any more: what was told before stays where it was
		shown = measure.Shown{ID: m.ID}
	}
	read, err := jsonItem(casefile.MeasureTold, shown)
	read.self = w.report != nil && w.report.OnBehalfOf == "" && w.report.Concerned == ""
	return append(out, read), err
}

// putMeasure sets when a measure is next to be seen to.
func putMeasure(tx *store.Tx, caseID string, m measure.Measure, now clock.Stamp) error {
	dl := casefile.Deadline{Case: caseID, ID: m.ID, Kind: string(casefile.MeasureDue), Person: m.Owner, Due: m.Due()}
	if !m.State.Open() {
		dl.Due, dl.Done = now, now
	}
	return tx.PutDeadline(dl)
}
