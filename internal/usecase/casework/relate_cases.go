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

// Kinds of relation between cases.
const (
	Related       = "related"
	DuplicateOf   = "duplicate" // the first was merged into the second
	InCampaign    = "campaign"  // the first is part of the campaign that the second gathers
	mostRelations = 200
)

// RelateCases joins a case to another whose circle the subject sits in too. As a duplicate, the
// first is merged into the second: what it holds stays where it is, and it can be closed with that
// outcome.
func (d *Desk) RelateCases(ctx context.Context, s *access.Session, ref, otherRef, kind string) error {
	if kind != Related && kind != DuplicateOf && kind != InCampaign {
		return fault.In("kind", "field.choose")
	}
	other, err := d.enter(ctx, s, otherRef, access.Write)
	if err != nil {
		return fault.In("other", "case.no-such")
	}
	_, err = d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.ID == other.c.ID {
			return adding{}, fault.In("other", "case.itself")
		}
		if err := v.owns(s); kind == DuplicateOf && err != nil {
			return adding{}, err
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: kind, After: other.c.Ref})
		return adding{in: []sealed{one}, act: "case.relate", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			all, err := tx.Relations(c.ID)
			if err != nil {
				return nil, err
			}
			if len(all) >= mostRelations {
				return nil, fault.In("other", "field.too-many", mostRelations)
			}
			return nil, tx.Relate(casefile.Relation{Case: c.ID, Other: other.c.ID, Kind: kind, Created: d.now().Minute()})
		}}, err
	})
	return err
}

// Joined is a case that another is joined to.
type Joined struct {
	Ref   string
	Kind  string // Related, DuplicateOf or InCampaign
	Into  bool   // of a duplicate: this case was merged into that one; of a campaign: it is part of that one
	State casefile.State
	// Opened is when the other case was; Urgency what was proposed for it.
	Opened  clock.Stamp
	Urgency int64
	Since   clock.Stamp
}

// Relations lists what a case is joined to, those that the subject may know of.
func (d *Desk) Relations(ctx context.Context, s *access.Session, ref string) ([]Joined, error) {
	v, err := d.enter(ctx, s, ref, access.Know)
	if err != nil {
		return nil, err
	}
	type pair struct {
		r casefile.Relation
		c casefile.Case
	}
	var all []pair
	if err := d.read(ctx, v.k, func(tx *store.Tx) error {
		list, err := tx.Relations(v.c.ID)
		if err != nil {
			return err
		}
		for _, r := range list {
			id := r.Other
			if id == v.c.ID {
				id = r.Case
			}
			c, err := tx.Case(id)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			all = append(all, pair{r, c})
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var out []Joined
	for _, one := range all {
		if d.Knows(ctx, s, one.c.Ref) {
			out = append(out, Joined{Ref: one.c.Ref, Kind: one.r.Kind, Into: one.r.Case == v.c.ID, State: one.c.State, Since: one.r.Created, Opened: one.c.Opened, Urgency: one.c.Urgency})
		}
	}
	return out, nil
}

// OtherViews tells which other views there are of the same event, and how each stands: enough to
// know that somebody else has it too, and nothing of what they hold.
func (d *Desk) OtherViews(ctx context.Context, s *access.Session, ref string) ([]Sibling, error) {
	v, err := d.enter(ctx, s, ref, access.Know)
	if err != nil || v.c.Event == "" {
		return nil, err
	}
	var out []Sibling
	err = d.read(ctx, v.k, func(tx *store.Tx) error {
		all, err := tx.CasesOfEvent(v.k, v.c.Event)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.ID != v.c.ID && c.View != "party" {
				out = append(out, Sibling{View: c.View, State: c.State, Opened: c.Opened})
			}
		}
		return nil
	})
	return out, err
}

// Sibling is another view of the same event.
type Sibling struct {
	View   string
	State  casefile.State
	Opened clock.Stamp
}
