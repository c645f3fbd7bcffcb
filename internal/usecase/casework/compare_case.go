package casework

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/likeness"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Alike is a case that has something in common with another.
type Alike struct {
	Ref    string
	State  casefile.State
	Opened clock.Stamp
	Traces []likeness.Trace // of a wording: one, without its value
}

// Comparable is what of a case can be compared with others.
type Comparable struct {
	Traces  []likeness.Trace // never a wording
	Wording bool             // there is a text that is long enough
}

// Comparables gives what of a case can be compared. A case is compared only by whoever handles it or
// answers for it, and where a decision allows it.
func (d *Desk) Comparables(ctx context.Context, s *access.Session, ref string) (Comparable, error) {
	_, traces, err := d.traced(ctx, s, ref)
	if err != nil {
		return Comparable{}, err
	}
	var out Comparable
	for _, t := range traces {
		if t.Kind == likeness.Wording {
			out.Wording = true
			continue
		}
		out.Traces = append(out.Traces, t)
	}
	return out, nil
}

// traced lays a case open and gives what it can have in common with others.
func (d *Desk) traced(ctx context.Context, s *access.Session, ref string) (*visit, []likeness.Trace, error) {
	v, err := d.enter(ctx, s, ref, access.Write)
	if err != nil {
		return nil, nil, err
	}
	if err := d.mayCompare(ctx, s, v); err != nil {
		return nil, nil, err
	}
	c, err := d.ReadCase(ctx, s, ref)
	if err != nil {
		return nil, nil, err
	}
	var texts []string
	for _, e := range c.Timeline {
		switch {
		case e.Report != nil:
			texts = append(texts, e.Report.Narrative, e.Report.Words, e.Report.ActorNote)
		case e.Kind == casefile.Message || e.Kind == casefile.Note:
			texts = append(texts, e.Text)
		}
	}
	return v, tracesOf(texts...), nil
}

// mayCompare refuses where nothing is decided, and in the views that are another's.
func (d *Desk) mayCompare(ctx context.Context, s *access.Session, v *visit) error {
	if err := v.owns(s); err != nil {
		return err
	}
	t, err := d.town(ctx, v.k)
	if err != nil {
		return err
	}
	if !t.likens(v.c.Authority) {
		return fault.New(fault.Conflict, "case.likeness-off")
	}
	if !comparedView(v.c.View) {
		return fault.New(fault.Conflict, "case.likeness-view")
	}
	return nil
}

// CompareCase looks for the chosen traces of a case among the authority's other cases. It gives those
// that the subject may know of. The circle of any other is told that there is a case like theirs, who
// asked and what is alike, and may let them in: whoever asks learns nothing of it. Each look is in
// the log.
func (d *Desk) CompareCase(ctx context.Context, s *access.Session, ref string, chosen []likeness.Trace, wording bool) ([]Alike, error) {
	v, traces, err := d.traced(ctx, s, ref)
	if err != nil {
		return nil, err
	}
	found, free, err := d.seek(ctx, v.k, v.c, traces)
	if err != nil {
		return nil, err
	}
	if err := d.write(ctx, v.k, func(tx *store.Tx) error {
		if err := keep(tx, free); err != nil {
			return err
		}
		return logged(tx, v.k, s.Person, "case.compare", v.c)
	}); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(one sought) bool {
		if one.Kind == likeness.Wording {
			return !wording
		}
		return !slices.Contains(chosen, one.Trace)
	})
	common, order, err := inCommon(v, found)
	if err != nil {
		return nil, err
	}
	var out []Alike
	for _, id := range order {
		one, err := d.meet(ctx, s, v, id, common[id])
		if err != nil {
			return nil, err
		}
		if one != nil {
			out = append(out, *one)
		}
	}
	return out, nil
}

// inCommon gathers by case what is common. Of wordings only texts that agree in enough bands count.
func inCommon(v *visit, found []sought) (map[string][]likeness.Trace, []string, error) {
	common, bands, order := map[string][]likeness.Trace{}, map[string]int{}, []string(nil)
	for _, one := range found {
		for _, row := range one.kept {
			id, err := one.points(v.k, row)
			if err != nil {
				return nil, nil, err
			}
			if id == v.c.ID {
				continue
			}
			if !slices.Contains(order, id) {
				order = append(order, id)
			}
			if one.Kind != likeness.Wording {
				common[id] = append(common[id], one.Trace)
			} else if bands[id]++; bands[id] == likeness.LeastCommon {
				common[id] = append(common[id], likeness.Trace{Kind: likeness.Wording})
			}
		}
	}
	order = slices.DeleteFunc(order, func(id string) bool { return len(common[id]) == 0 })
	return common, order, nil
}

// meet gives a case that the subject may know of, and tells the circle of one that they may not.
// The event's other views are no other cases.
func (d *Desk) meet(ctx context.Context, s *access.Session, asker *visit, caseID string, traces []likeness.Trace) (*Alike, error) {
	var c casefile.Case
	err := d.read(ctx, asker.k, func(tx *store.Tx) (err error) {
		c, err = tx.Case(caseID)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil // destroyed a moment ago
	}
	if err != nil || c.Authority != asker.c.Authority || c.Event != "" && c.Event == asker.c.Event {
		return nil, err
	}
	if d.Knows(ctx, s, c.Ref) {
		return &Alike{Ref: c.Ref, State: c.State, Opened: c.Opened, Traces: traces}, nil
	}
	return nil, d.tellAlike(ctx, s, asker, c.Ref, traces)
}
