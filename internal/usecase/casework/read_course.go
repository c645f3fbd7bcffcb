package casework

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/infra/store"
)

// readCourse reads what stands beside a case's items: deadlines, referrals, the register.
func (d *Desk) readCourse(ctx context.Context, s *access.Session, v *visit, out *Opened) error {
	out.Parts, out.Told = v.parts(s), v.c.Event != ""
	return d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		if out.Deadlines, err = tx.Deadlines(v.c.ID); err != nil {
			return err
		}
		if out.Referrals, err = tx.VouchedReferrals(v.k, v.c.ID); err != nil {
			return err
		}
		if out.Requests, err = tx.VouchedRequests(v.k, v.c.ID); err != nil {
			return err
		}
		t, err := d.townIn(tx, v.k)
		if err != nil {
			return err
		}
		out.rules = t.obligations
		out.Compares = t.likens(v.c.Authority)
		out.InKIA = v.c.Unit != "" && t.unitRules[v.c.Unit].InKIA
		entries, err := tx.VouchedRegistrationsOf(v.k, v.c.ID)
		for _, r := range entries {
			out.Numbers = append(out.Numbers, r.Number)
		}
		return err
	})
}

// spokenOf adds the people and functions that a case's course speaks of.
func (o *Opened) spokenOf(who *asked) {
	who.people = append(who.people, o.Handler, o.Responsible)
	who.functions = append(who.functions, o.Responsible)
	for _, r := range o.Referrals {
		who.people = append(who.people, r.GivenBy, r.DecidedBy)
		who.functions = append(who.functions, r.Giver, r.Receiver)
	}
	for _, dl := range o.Deadlines {
		who.people = append(who.people, dl.Person)
	}
	who.people = append(who.people, o.Work.people()...)
	for _, e := range o.Timeline {
		if e.Task != nil {
			who.people = append(who.people, e.Task.Owner, e.Task.DoneBy)
		}
		if e.Change != nil {
			who.people = append(who.people, e.Change.Before, e.Change.After)
			who.functions = append(who.functions, e.Change.Before, e.Change.After)
		}
	}
}

// nameSpoken gives their names.
func (o *Opened) nameSpoken(v *visit, h *house, who asked) error {
	o.Names = map[string]string{}
	for _, id := range slices.Concat(who.people, who.functions) {
		if id == "" || o.Names[id] != "" {
			continue
		}
		name := h.called(v.k, id)
		if name == "" {
			var err error
			if name, err = h.functionName(v.k, id); err != nil {
				return err
			}
		}
		if name != "" {
			o.Names[id] = name
		}
	}
	return nil
}

// Tasks are a case's tasks as they stand now, the newest of each, in the order they were given.
func (o *Opened) Tasks() []casefile.Assignment {
	at := map[string]int{}
	var out []casefile.Assignment
	for _, e := range o.Timeline {
		if e.Task == nil {
			continue
		}
		if i, ok := at[e.Task.ID]; ok {
			out[i] = *e.Task
			continue
		}
		at[e.Task.ID] = len(out)
		out = append(out, *e.Task)
	}
	return out
}

// Tracker is to whom the event was reported: the last line for each.
func (o *Opened) Tracker() map[casefile.Recipient]casefile.Reported {
	out := map[casefile.Recipient]casefile.Reported{}
	for _, e := range o.Timeline {
		if e.Tracked != nil {
			out[e.Tracked.To] = *e.Tracked
		}
	}
	return out
}

// Assignable are the people who sit in a case's circle, for choosing whose a task is.
func (d *Desk) Assignable(ctx context.Context, s *access.Session, ref string) ([]Choice, error) {
	v, err := d.enter(ctx, s, ref, access.Open)
	if err != nil {
		return nil, err
	}
	var h *house
	if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		h, err = surveyOf(tx, v.k, askedIn(v.places))
		return err
	}); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var out []Choice
	add := func(id string) {
		if name := h.called(v.k, id); name != "" && !seen[id] {
			seen[id] = true
			out = append(out, Choice{ID: id, Name: name, Ready: true})
		}
	}
	for _, p := range v.places {
		if !p.Seat().Holds(d.now()) {
			continue
		}
		if p.Kind == casefile.ByPerson {
			add(p.Member)
		}
		for _, seat := range h.holders[p.Member] {
			if seat.WrapKind != function.Standby {
				add(seat.Person)
			}
		}
	}
	byName(out)
	return out, nil
}
