package casework

import (
	"context"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/assessment"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// GuestMost is the longest that somebody who is invited to assess may sit in a circle.
const GuestMost = 90 * 24 * time.Hour

// judged lets the subject into a case that is not closed, with the work in it.
func (d *Desk) judged(ctx context.Context, s *access.Session, ref string, plan func(*visit, *worked) (adding, error)) error {
	return d.judgedEver(ctx, s, ref, func(v *visit, w *worked) (adding, error) {
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		return plan(v, w)
	})
}

// judgedEver is the same for what goes on after a close.
func (d *Desk) judgedEver(ctx context.Context, s *access.Session, ref string, plan func(*visit, *worked) (adding, error)) error {
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		var w *worked
		if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
			w, err = d.work(v, s, tx)
			return err
		}); err != nil {
			return adding{}, err
		}
		return plan(v, w)
	})
	return err
}

// assessKinds are what a round of assessing is judged by.
func assessKinds() []casefile.ItemKind {
	return []casefile.ItemKind{casefile.AssessItem, casefile.AssessSaid, casefile.AssessRead}
}

// SeeFirst notes that somebody chooses to see a first assessment that waits for its second: they can
// then not be that second.
func (d *Desk) SeeFirst(ctx context.Context, s *access.Session, ref string) error {
	return d.judged(ctx, s, ref, func(v *visit, w *worked) (adding, error) {
		if w.Standing.Phase != assessment.Waiting || !w.Hidden[w.Standing.First.ID] {
			return adding{}, fault.New(fault.Conflict, "assess.nothing-hidden")
		}
		one, err := lineItem(casefile.AssessRead, s.Person, w.Standing.First.ID)
		return adding{in: []sealed{one}, act: "case.assess_read", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			return nil, w.still(tx, c.ID, assessKinds()...)
		}}, err
	})
}

// InviteAssessor lets somebody from outside the house into this one case, until a day, to be the second
// assessor. They are a person of the register whose key has been confirmed by another, as everybody is;
// nothing else is open to them.
func (d *Desk) InviteAssessor(ctx context.Context, s *access.Session, ref string, m Member) error {
	m.Kind, m.Reason = casefile.ByPerson, strings.TrimSpace(m.Reason)
	if err := casefile.CheckText("reason", m.Reason, casefile.MaxReason); err != nil {
		return err
	}
	if m.Until <= d.now() || m.Until > d.now().Add(GuestMost) {
		return fault.In("until", "assess.until")
	}
	if s == nil || noTokenFor(s) {
		return fault.New(fault.Denied, "fault.token-members")
	}
	return d.judged(ctx, s, ref, func(v *visit, w *worked) (adding, error) {
		if w.Standing.Phase != assessment.Waiting {
			return adding{}, fault.New(fault.Conflict, "assess.not-waiting")
		}
		plan, err := d.planMember(ctx, v, m, s.Person)
		if err != nil {
			return adding{}, err
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: "assess_invited", After: m.ID, Reason: m.Reason, At: m.Until})
		return adding{in: []sealed{one}, act: "case.assess_invite", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			if err := w.still(tx, c.ID, assessKinds()...); err != nil {
				return nil, err
			}
			return d.seatGuest(tx, v, plan)
		}}, err
	})
}

// seatGuest writes the place of whoever is invited, with its wraps, and tells them.
func (d *Desk) seatGuest(tx *store.Tx, v *visit, plan joining) ([]audit.Row, error) {
	now, err := tx.VouchedPlaces(v.k, v.c.ID)
	if err != nil {
		return nil, err
	}
	var rows []audit.Row
	for _, p := range plan.places {
		if sits(now, Member{Kind: p.Kind, ID: p.Member}, d.now()) {
			return nil, fault.New(fault.Conflict, "member.already")
		}
		if err := tx.InsertPlace(p); err != nil {
			return nil, err
		}
		rows = append(rows, placeRow(p))
		if err := d.notify(tx, p.Member, "assess.second", v.c.Ref); err != nil {
			return nil, err
		}
	}
	for _, wrap := range plan.wraps {
		if err := tx.InsertWrap(wrap); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// AssessAlone writes why nobody else could assess. The first assessment then holds, and the case says
// that one person alone has judged.
func (d *Desk) AssessAlone(ctx context.Context, s *access.Session, ref, reason string) error {
	if err := casefile.CheckText("reason", reason, casefile.MaxReason); err != nil {
		return err
	}
	return d.judged(ctx, s, ref, func(v *visit, w *worked) (adding, error) {
		if w.Standing.Phase != assessment.Waiting {
			return adding{}, fault.New(fault.Conflict, "assess.not-waiting")
		}
		if w.Hidden[w.Standing.First.ID] { // a level that they have not seen is not theirs to settle
			return adding{}, fault.New(fault.Denied, "assess.not-seen")
		}
		if w.Standing.First.Author != s.Person {
			if err := v.owns(s); err != nil {
				return adding{}, err
			}
		}
		said := assessment.Settlement{Author: s.Person, Of: w.Standing.First.ID, Level: w.Standing.First.Level, Reason: strings.TrimSpace(reason), Alone: true, At: d.now()}
		return d.settling(v, w, said)
	})
}

// SettleAssessment says which level holds, and why, when two have assessed. It is settled when the
// other says the same.
func (d *Desk) SettleAssessment(ctx context.Context, s *access.Session, ref string, level assessment.Level, reason string) (settled bool, err error) {
	if err := casefile.CheckText("reason", reason, casefile.MaxReason); err != nil {
		return false, err
	}
	if !knownLevel(level) {
		return false, fault.In("level", "field.choose")
	}
	err = d.judged(ctx, s, ref, func(v *visit, w *worked) (adding, error) {
		if err := w.Standing.MaySettle(s.Person); err != nil {
			return adding{}, err
		}
		said := assessment.Settlement{Author: s.Person, Of: w.Standing.First.ID, Level: level, Reason: strings.TrimSpace(reason), At: d.now()}
		settled = assessment.Stand(w.Done, append(w.Said, said)).Phase == assessment.Settled
		return d.settling(v, w, said)
	})
	return settled, err
}

func knownLevel(l assessment.Level) bool {
	for _, k := range assessment.Levels() {
		if k == l {
			return true
		}
	}
	return false
}

// settling writes what somebody says, and ends what waited for it when that settles it.
func (d *Desk) settling(v *visit, w *worked, said assessment.Settlement) (adding, error) {
	one, err := jsonItem(casefile.AssessSaid, said)
	if err != nil {
		return adding{}, err
	}
	in := []sealed{one}
	settled := assessment.Stand(w.Done, append(w.Said, said)).Phase == assessment.Settled
	if settled {
		field := "assess_settled"
		if said.Alone {
			field = "assess_alone"
		}
		told, err := changed(casefile.Changed{Author: said.Author, Field: field, After: string(said.Level), Reason: said.Reason})
		if err != nil {
			return adding{}, err
		}
		in = append(in, told)
	}
	return adding{in: in, act: "case.assess_settle", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
		if err := w.still(tx, c.ID, assessKinds()...); err != nil {
			return nil, err
		}
		if settled {
			if err := tx.MeetDeadline(c.ID, string(casefile.BlindDue), d.now()); err != nil {
				return nil, err
			}
			review := w.whole.First.Review
			if w.whole.Second != nil {
				review = min(review, w.whole.Second.Review)
			}
			if err := reviewAt(tx, c.ID, review); err != nil {
				return nil, err
			}
			return nil, tx.MeetDeadline(c.ID, string(casefile.SettleDue), d.now())
		}
		other := w.Standing.First.Author
		if other == said.Author {
			other = w.Standing.Second.Author
		}
		return nil, d.notify(tx, other, "assess.settle", c.Ref)
	}}, nil
}
