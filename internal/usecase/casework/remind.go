package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

const (
	// RemindAhead is how long before a deadline whoever it is for is reminded.
	RemindAhead = 2 * time.Hour
	// remindBatch is how many deadlines one look tells of.
	remindBatch = 200
)

// RemindDue tells, once each, of deadlines that are near and of those that have passed. What is due
// without delay (AML 3:3 a) is told of at once. It gives how many it told of.
func (d *Desk) RemindDue(ctx context.Context, org string) (int, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return 0, err
	}
	t, err := d.town(ctx, k)
	if err != nil {
		return 0, err
	}
	now := d.now()
	var due []casefile.Deadline
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		due, err = tx.DeadlinesToTell(now, now.Add(RemindAhead), remindBatch)
		return err
	}); err != nil {
		return 0, err
	}
	var all error
	told := 0
	for _, dl := range due {
		ok, err := d.remind(ctx, k, t, dl)
		all = errors.Join(all, err)
		if ok {
			told++
		}
	}
	return told, all
}

// remind tells of one deadline. Of two nodes that see it at once one tells.
func (d *Desk) remind(ctx context.Context, k *keyring.Keys, t *town, dl casefile.Deadline) (told bool, err error) {
	a, err := d.alarmed(ctx, k, dl.Case)
	if fault.Is(err, fault.NotFound) {
		return false, nil // destroyed meanwhile
	}
	if err != nil {
		return false, err
	}
	late, notice := dl.Late(d.now()), dl.Kind == string(casefile.NoticeDue)
	act, tell := "case.remind", map[string]string{}
	if dl.Reminded == 0 || late && notice {
		for _, id := range t.remindedOf(a, dl, d.now()) {
			tell[id] = a.c.Ref
		}
	}
	if late {
		act = "case.escalate"
		sitting := t.sitting(a, d.now())
		for _, id := range t.heads {
			if a.e.Bars(id) {
				continue
			}
			tell[id] = ""
			if slices.Contains(sitting, id) {
				tell[id] = a.c.Ref
			}
		}
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if told, err = tx.TellDeadline(dl, d.now(), late); err != nil || !told {
			return err
		}
		for _, id := range ordered(tell) {
			if err := d.notify(tx, id, tellOf(notice, late), tell[id]); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Act: act, Authority: a.c.Authority, Case: a.c.ID})
	})
	return told && err == nil, err
}

// tellOf is the notice that says what a deadline asks.
func tellOf(notice, late bool) string {
	switch {
	case notice && late:
		return "work_notice.passed"
	case notice:
		return "work_notice.due"
	case late:
		return "deadline.passed"
	}
	return "deadline.near"
}

// ordered are the keys of a map, so that what is written is written in one order.
func ordered(m map[string]string) []string {
	var out []string
	for id := range m {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// remindedOf is whom a deadline is for: its owner, or who took the case; without one, the circle.
// Whoever has asked to close waits for the others, and so does whoever was the first to assess.
func (t *town) remindedOf(a alarmed, dl casefile.Deadline, now clock.Stamp) []string {
	sitting := t.sitting(a, now)
	if dl.Kind == string(casefile.SecondDue) || dl.Kind == string(casefile.BlindDue) {
		return slices.DeleteFunc(sitting, func(id string) bool { return id == dl.Person })
	}
	owner := dl.Person
	if owner == "" {
		owner = a.c.Handler
	}
	if slices.Contains(sitting, owner) {
		return []string{owner}
	}
	return sitting
}

// sitting lists everybody who can open a case now, once each.
func (t *town) sitting(a alarmed, now clock.Stamp) []string {
	var out []string
	for _, p := range a.places {
		if !p.Seat().Holds(now) {
			continue
		}
		if p.Kind == casefile.ByPerson {
			out = append(out, p.Member)
		}
		for _, s := range t.house.holders[p.Member] {
			if s.WrapKind != function.Standby {
				out = append(out, s.Person)
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), a.e.Bars)
}
