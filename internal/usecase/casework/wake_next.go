package casework

import (
	"context"
	"errors"
	"slices"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/domain/job"
	"varn/internal/domain/routing"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

const (
	// wakeBatch is how many chains one look takes a step in.
	wakeBatch = 100
	// WakeHook is the job that calls the organisation's hook; it carries an opaque id.
	WakeHook = "hook.wake"
	// hookTries is how often a call is tried, over some minutes: later the next has been asked.
	hookTries = 6
	// StandbyJob is the job that wakes a seat on standby; its argument is "seat".
	StandbyJob = "standby.wake"
)

// WakeDue takes every chain that waits a step on: the first to be asked is asked at once, the next
// when nobody has answered within the set minutes. It gives how many steps it took.
func (d *Desk) WakeDue(ctx context.Context, org string) (int, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return 0, err
	}
	t, err := d.town(ctx, k)
	if err != nil {
		return 0, err
	}
	var due []duty.Wake
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		due, err = tx.WakesDue(d.now(), wakeBatch)
		return err
	}); err != nil {
		return 0, err
	}
	var all error
	for _, w := range due {
		all = errors.Join(all, d.wakeOne(ctx, k, t, w.Case))
	}
	return len(due), all
}

// wakeOne takes one chain a step on. One that is taken meanwhile, or that another node took the step
// in, is as it should be.
func (d *Desk) wakeOne(ctx context.Context, k *keyring.Keys, t *town, caseID string) error {
	a, err := d.alarmed(ctx, k, caseID)
	if err != nil {
		return err
	}
	err = d.write(ctx, k, func(tx *store.Tx) error { return d.wakeNext(tx, k, t, a) })
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}

// alarmed is a case whose circle is told something, with who may not know.
type alarmed struct {
	c      casefile.Case
	places []casefile.Place
	e      Exclusion
}

func (d *Desk) alarmed(ctx context.Context, k *keyring.Keys, caseID string) (a alarmed, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) error {
		if a.c, err = tx.Case(caseID); err != nil {
			return err
		}
		if a.c, err = tx.VouchedCase(k, a.c.Ref); err != nil {
			return err
		}
		a.places, err = tx.VouchedPlaces(k, a.c.ID)
		return err
	})
	if err == nil {
		a.e, err = a.c.Excluded(k)
	}
	return a, err
}

// wakeNext asks the next of a case's chain, and logs that it did.
func (d *Desk) wakeNext(tx *store.Tx, k *keyring.Keys, t *town, a alarmed) error {
	w, err := tx.Wake(a.c.ID)
	if err != nil || w.State != duty.Waiting || w.NextAt > d.now() {
		return err
	}
	asked := strings.Fields(w.Asked)
	next := ""
	for _, id := range t.chain(a.places, d) {
		if !slices.Contains(asked, id) && !a.e.Bars(id) {
			next = id
			break
		}
	}
	w.Version++
	w.Step++
	w.NextAt = d.now().Add(t.routing.Wait())
	act := "case.wake"
	if next == "" {
		w.State, act = duty.Spent, "case.unanswered"
		err = d.unanswered(tx, t, a)
	} else {
		w.Asked = strings.Join(append(asked, next), " ")
		err = d.ask(tx, t, a.c, next)
	}
	if err != nil {
		return err
	}
	if err := tx.UpdateWake(w); err != nil {
		return err
	}
	return tx.Log(audit.Entry{Actor: k.Tag(next), Act: act, Authority: a.c.Authority, Case: a.c.ID})
}

// ask leaves a notice that is mailed at once, and calls the hook. Neither says what it is about. The
// party is told and not called.
func (d *Desk) ask(tx *store.Tx, t *town, c casefile.Case, personID string) error {
	if err := tx.InsertNotice(store.Notice{ID: ident.New(), Person: personID, Kind: "report.wake", Ref: c.Ref, Created: d.now(), Urgent: true}); err != nil {
		return err
	}
	if t.routing.Hook == "" || c.View == string(routing.PartyView) {
		return nil
	}
	return tx.Enqueue(job.Job{Kind: WakeHook, Args: map[string]string{"id": ident.New(), "case": c.ID}, MaxAttempts: hookTries})
}

// unanswered has asked everybody: seats on standby are woken, and the heads of security told.
func (d *Desk) unanswered(tx *store.Tx, t *town, a alarmed) error {
	for _, p := range a.places {
		for _, s := range t.house.holders[p.Member] {
			if s.WrapKind == function.Standby && s.Standby && p.Seat().Holds(d.now()) && !a.e.Bars(s.Person) {
				if err := tx.Enqueue(job.Job{Kind: StandbyJob, Unique: s.ID, Args: map[string]string{"seat": s.ID}}); err != nil {
					return err
				}
			}
		}
	}
	for _, id := range t.heads {
		if a.e.Bars(id) {
			continue
		}
		if err := d.notify(tx, id, "report.unanswered", ""); err != nil {
			return err
		}
	}
	return nil
}

// chain is the order in which people are woken for a circle: who is on call, the head of security,
// then everybody else who can open it. Who is away comes last.
func (t *town) chain(places []casefile.Place, d *Desk) []string {
	now := d.now()
	var first, second, rest, away []string
	for _, p := range places {
		if !p.Seat().Holds(now) {
			continue
		}
		if p.Kind == casefile.ByPerson {
			rest = append(rest, p.Member)
			continue
		}
		first = append(first, t.onDuty(p.Member, now)...)
		for _, s := range t.house.holders[p.Member] {
			switch {
			case s.WrapKind == function.Standby:
			case slices.Contains(t.heads, s.Person):
				second = append(second, s.Person)
			default:
				rest = append(rest, s.Person)
			}
		}
	}
	var out []string
	for _, id := range slices.Concat(first, second, rest) {
		switch {
		case slices.Contains(out, id) || slices.Contains(away, id):
		case t.house.people[id].LeaveUntil > now:
			away = append(away, id)
		default:
			out = append(out, id)
		}
	}
	return append(out, away...)
}
