package casework

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Moving is a step of the life-cycle that somebody wants to take.
type Moving struct {
	To      casefile.State
	Reason  string
	Outcome casefile.Outcome
}

// closeAsked is the id of the deadline that stands for "one has asked to close, another must agree".
const closeAsked = "second"

// MoveCase takes a case a step on. Where the unit has decided that a close takes two, the first who
// closes has asked, and the case is closed when another does the same: asked is then true.
func (d *Desk) MoveCase(ctx context.Context, s *access.Session, ref string, m Moving) (asked bool, err error) {
	_, err = d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		f, err := d.facts(ctx, s, v, m)
		if err != nil {
			return adding{}, err
		}
		asked = false
		if err := casefile.Move(v.c.State, m.To, f); err != nil {
			if fault.Of(err).Code != "lifecycle.second" || f.AskedBy == s.Person {
				return adding{}, err
			}
			asked = true
			return d.askToClose(s, m)
		}
		return d.step(s, v, m)
	})
	return asked, err
}

// facts are what a move is judged by.
func (d *Desk) facts(ctx context.Context, s *access.Session, v *visit, m Moving) (casefile.Facts, error) {
	f := casefile.Facts{Parts: v.parts(s), Person: s.Person, Reason: m.Reason, Outcome: m.Outcome}
	err := d.read(ctx, v.k, func(tx *store.Tx) error {
		t, err := d.townIn(tx, v.k)
		if err != nil {
			return err
		}
		f.NeedsSecond = t.unitRules[v.c.Unit].SecondClose && v.c.Unit != ""
		deadlines, err := tx.Deadlines(v.c.ID)
		if err != nil {
			return err
		}
		for _, dl := range deadlines {
			f.OpenMeasures = f.OpenMeasures || dl.Kind == string(casefile.MeasureDue) && dl.Done == 0
			f.OpenTasks = f.OpenTasks || dl.Kind == string(casefile.TaskDue) && dl.Done == 0
			f.OpenNotice = f.OpenNotice || dl.Kind == string(casefile.NoticeDue) && dl.Done == 0
			f.OpenObligation = f.OpenObligation || dl.Kind == string(casefile.ObligationDue) && dl.Done == 0
			if dl.ID == closeAsked && dl.Done == 0 {
				f.AskedBy = dl.Person
			}
		}
		referrals, err := tx.VouchedReferrals(v.k, v.c.ID)
		if err != nil {
			return err
		}
		for _, r := range referrals {
			f.OpenReferral = f.OpenReferral || r.State == casefile.Offered
			f.Accepted = f.Accepted || r.State == casefile.Accepted
		}
		relations, err := tx.Relations(v.c.ID)
		if err != nil {
			return err
		}
		for _, r := range relations {
			f.MergedInto = f.MergedInto || r.Case == v.c.ID && r.Kind == "duplicate"
		}
		f.AskedToWithdraw, err = tx.HasItem(v.c.ID, casefile.Withdrawal)
		return err
	})
	return f, err
}

// askToClose notes that one has asked; the deadline shows it to the others.
func (d *Desk) askToClose(s *access.Session, m Moving) (adding, error) {
	one, err := changed(casefile.Changed{Author: s.Person, Field: "close", After: string(m.Outcome), Reason: m.Reason})
	return adding{in: []sealed{one}, act: "case.close_ask", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
		return nil, tx.PutDeadline(casefile.Deadline{Case: c.ID, ID: closeAsked, Kind: string(casefile.SecondDue), Person: s.Person,
			Due: d.now().Add(casefile.AssessWithin).Minute()})
	}}, err
}

// step is the move itself, with what follows from it.
func (d *Desk) step(s *access.Session, v *visit, m Moving) (adding, error) {
	from := v.c.State
	one, err := changed(casefile.Changed{Author: s.Person, Field: "state", Before: string(from), After: string(m.To), Reason: m.Reason})
	return adding{in: []sealed{one}, act: "case.move", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
		if c.State != from {
			return nil, fault.New(fault.Conflict, "fault.changed")
		}
		c.State = m.To
		switch m.To {
		case casefile.Closed:
			return nil, d.closing(tx, v, c, m)
		case casefile.Reopened:
			c.Outcome, c.Forget = "", 0
		case casefile.Assessed:
			c.Assessed = d.now()
			return nil, tx.MeetDeadline(c.ID, string(casefile.AssessDue), d.now())
		case casefile.Received:
			return nil, d.endWake(tx, c.ID, s.Person)
		}
		return nil, nil
	}}, err
}

// closing ends what waits in a case and gives it its retention rule, by the authority's decision.
// Without one it is kept until there is one.
func (d *Desk) closing(tx *store.Tx, v *visit, c *casefile.Case, m Moving) error {
	t, err := d.townIn(tx, v.k)
	if err != nil {
		return err
	}
	now := d.now()
	c.Outcome = string(m.Outcome)
	c.Retention, c.Forget = "", 0
	if rule, ok := t.retention[c.Authority]; ok {
		c.Retention, c.Forget = rule.Decision, rule.Forget(now)
	}
	if err := d.endWake(tx, c.ID, v.grant.Person()); err != nil {
		return err
	}
	return tx.MeetDeadlines(c.ID, now, m.Outcome.Outlasts())
}

// Promise sets when whoever reported is to hear next.
func (d *Desk) Promise(ctx context.Context, s *access.Session, ref string, at clock.Stamp) error {
	if at <= d.now() || at > d.now().Add(casefile.MaxAhead) {
		return fault.In("promised", "lifecycle.date")
	}
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: "promised", At: at.Minute()})
		return adding{in: []sealed{one}, act: "case.promise", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			return nil, tx.PutDeadline(casefile.Deadline{Case: c.ID, ID: string(casefile.ContactDue), Kind: string(casefile.ContactDue), Due: at.Minute()})
		}}, err
	})
	return err
}
