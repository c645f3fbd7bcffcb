package casework

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// ReferCase (överlämna) asks another function to answer for a case. It is let into the circle so
// that it can decide; whoever gives the case stays responsible until it is accepted.
func (d *Desk) ReferCase(ctx context.Context, s *access.Session, ref, functionID, reason string) error {
	if err := casefile.CheckText("reason", reason, casefile.MaxReason); err != nil {
		return err
	}
	m := Member{Kind: casefile.ByFunction, ID: functionID, Reason: strings.TrimSpace(reason)}
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if err := v.owns(s); err != nil {
			return adding{}, err
		}
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		if functionID == v.c.Responsible {
			return adding{}, fault.In("function", "lifecycle.refer-same")
		}
		if noTokenFor(s) {
			return adding{}, fault.New(fault.Denied, "fault.token-members")
		}
		var plan joining
		var err error
		if !sits(v.places, m, d.now()) {
			if plan, err = d.planMember(ctx, v, m, s.Person); err != nil {
				return adding{}, err
			}
			if len(plan.places) != 1 || plan.places[0].Kind != casefile.ByFunction {
				return adding{}, fault.In("function", "lifecycle.refer-excluded")
			}
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: "referral", Before: v.c.Responsible, After: functionID, Reason: m.Reason})
		r := casefile.Referral{Org: v.k.Org, Case: v.c.ID, ID: ident.New(), Giver: v.c.Responsible, Receiver: functionID, GivenBy: s.Person,
			State: casefile.Offered, Given: d.now().Minute(), Version: 1}
		r.MAC = v.k.Vouch(r.Who())
		return adding{in: []sealed{one}, act: "case.refer", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			return d.offer(tx, v, r, plan)
		}}, err
	})
	return err
}

// noTokenFor tells whether a program acts: it can't change who opens a case.
func noTokenFor(s *access.Session) bool { return s.Kind == access.Token }

// offer writes a referral with the places it brings.
func (d *Desk) offer(tx *store.Tx, v *visit, r casefile.Referral, plan joining) ([]audit.Row, error) {
	open, err := tx.VouchedReferrals(v.k, r.Case)
	if err != nil {
		return nil, err
	}
	for _, o := range open {
		if o.State == casefile.Offered {
			return nil, fault.New(fault.Conflict, "lifecycle.referral")
		}
	}
	rows := []audit.Row{referralRow(r)}
	for _, p := range plan.places {
		if err := tx.InsertPlace(p); err != nil {
			return nil, err
		}
		rows = append(rows, placeRow(p))
	}
	for _, w := range plan.wraps {
		if err := tx.InsertWrap(w); err != nil {
			return nil, err
		}
	}
	if err := tx.PutDeadline(casefile.Deadline{Case: r.Case, ID: r.ID, Kind: string(casefile.ReferralDue), Due: r.Given.Add(casefile.ReferralWithin)}); err != nil {
		return nil, err
	}
	t, err := d.townIn(tx, v.k)
	if err != nil {
		return nil, err
	}
	for _, seat := range t.house.holders[r.Receiver] {
		if err := d.notify(tx, seat.Person, "case.referred", v.c.Ref); err != nil {
			return nil, err
		}
	}
	return rows, tx.InsertReferral(r)
}

// AnswerReferral accepts or declines a case. Accepted, its function answers for it from then on;
// declined, its place ends, and whoever gave it is told.
func (d *Desk) AnswerReferral(ctx context.Context, s *access.Session, ref, referralID string, accept bool, reason string) error {
	if !accept {
		if err := casefile.CheckText("reason", reason, casefile.MaxReason); err != nil {
			return err
		}
	}
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		var r casefile.Referral
		if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
			r, err = openReferral(tx, v, referralID)
			return err
		}); err != nil {
			return adding{}, err
		}
		if !s.Holds(r.Receiver) {
			return adding{}, fault.New(fault.Denied, "lifecycle.not-yours")
		}
		after := string(casefile.Declined)
		if accept {
			after = string(casefile.Accepted)
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: "referral_answer", Before: string(casefile.Offered), After: after, Reason: strings.TrimSpace(reason)})
		return adding{in: []sealed{one}, act: "case.referral_" + after, move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			return d.settleReferral(tx, v, c, accept, r.ID, s.Person)
		}}, err
	})
	return err
}

func openReferral(tx *store.Tx, v *visit, id string) (casefile.Referral, error) {
	all, err := tx.VouchedReferrals(v.k, v.c.ID)
	if err != nil {
		return casefile.Referral{}, err
	}
	for _, r := range all {
		if r.ID == id && r.State == casefile.Offered {
			return r, nil
		}
	}
	return casefile.Referral{}, fault.New(fault.Conflict, "fault.changed")
}

func (d *Desk) settleReferral(tx *store.Tx, v *visit, c *casefile.Case, accept bool, id, by string) ([]audit.Row, error) {
	r, err := openReferral(tx, v, id)
	if err != nil {
		return nil, err
	}
	r.State, r.Decided, r.DecidedBy, r.Version = casefile.Declined, d.now().Minute(), by, r.Version+1
	var rows []audit.Row
	if accept {
		r.State = casefile.Accepted
		c.Responsible, c.Handler = r.Receiver, by
	} else if rows, err = d.endReceiver(tx, v, c, r.Receiver); err != nil {
		return nil, err
	}
	r.MAC = v.k.Vouch(r.Who())
	if err := tx.MeetDeadline(c.ID, r.ID, d.now()); err != nil {
		return nil, err
	}
	if err := d.notify(tx, r.GivenBy, "case.referral", c.Ref); err != nil {
		return nil, err
	}
	return append(rows, referralRow(r)), tx.UpdateReferral(r)
}

// endReceiver ends the place of a function that has declined.
func (d *Desk) endReceiver(tx *store.Tx, v *visit, c *casefile.Case, functionID string) ([]audit.Row, error) {
	places, err := tx.VouchedPlaces(v.k, c.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		if p.Member != functionID || p.Ended != 0 || len(places) == 1 {
			continue
		}
		p.Ended, p.Version = d.now(), p.Version+1
		p.MAC = v.k.Vouch(p.Who())
		c.KeyStale = true
		if err := tx.DeleteWraps(c.ID, p.ID); err != nil {
			return nil, err
		}
		return []audit.Row{placeRow(p)}, tx.UpdatePlace(p)
	}
	return nil, nil
}

func referralRow(r casefile.Referral) audit.Row {
	return audit.Row{Kind: "referral", ID: r.ID, Hash: r.Who().Hash()}
}
