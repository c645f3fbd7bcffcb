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
	"varn/internal/kit/fault"
)

// PlanSupport sets up when the person concerned is to be contacted, by the organisation's rule.
func (d *Desk) PlanSupport(ctx context.Context, s *access.Session, ref string) error {
	return d.judged(ctx, s, ref, func(v *visit, w *worked) (adding, error) {
		if slices.ContainsFunc(w.Support, func(c measure.Contact) bool { return c.Done == 0 }) {
			return adding{}, fault.New(fault.Conflict, "measure.support-there")
		}
		t, err := d.town(ctx, v.k)
		if err != nil {
			return adding{}, err
		}
		support := supportOf(s, t, d.now())
		var in []sealed
		for _, c := range support {
			item, err := jsonItem(casefile.SupportItem, c)
			if err != nil {
				return adding{}, err
			}
			in = append(in, item)
		}
		return adding{in: in, act: "case.support_plan", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			if err := w.still(tx, c.ID, casefile.SupportItem); err != nil {
				return nil, err
			}
			return nil, putSupport(tx, c.ID, support)
		}}, nil
	})
}

// SupportDone notes that the person concerned has been contacted, and perhaps how they are. It goes on after
// the case is closed.
func (d *Desk) SupportDone(ctx context.Context, s *access.Session, ref, id, note string) error {
	if note = strings.TrimSpace(note); note != "" {
		if err := casefile.CheckText("note", note, measure.MaxText); err != nil {
			return err
		}
	}
	return d.judgedEver(ctx, s, ref, func(v *visit, w *worked) (adding, error) {
		i := slices.IndexFunc(w.Support, func(c measure.Contact) bool { return c.ID == id })
		if i < 0 {
			return adding{}, fault.New(fault.NotFound, "fault.not-found")
		}
		one := w.Support[i]
		if one.Done != 0 {
			return adding{}, fault.New(fault.Conflict, "fault.conflict")
		}
		one.Author, one.Done, one.Note = s.Person, d.now(), note
		item, err := jsonItem(casefile.SupportItem, one)
		if err != nil {
			return adding{}, err
		}
		told, err := changed(casefile.Changed{Author: s.Person, Field: "support", Reason: note})
		return adding{in: []sealed{item, told}, act: "case.support", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			if err := w.still(tx, c.ID, casefile.SupportItem); err != nil {
				return nil, err
			}
			return nil, tx.MeetDeadline(c.ID, id, d.now())
		}}, err
	})
}
