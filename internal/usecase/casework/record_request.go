package casework

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/registration"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// AskRecord (begäran om handling) asks the circle whether a registered record can be released, with a
// clock. Whoever keeps the authority's register does it; they learn the answer and never the case.
// Who asked for the record is not written anywhere. // TF 2:18
func (d *Desk) AskRecord(ctx context.Context, s *access.Session, registrationID string) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if noTokenFor(s) {
		return "", fault.New(fault.Denied, "fault.token-members")
	}
	r := registration.Request{Org: k.Org, ID: ident.New(), Registration: registrationID, AskedBy: s.Person, State: registration.Asked,
		Asked: d.now().Minute(), Due: registration.ReleaseBy(d.now(), locale.Zone()), Version: 1}
	var entry registration.Registration
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		entry, err = registered(tx, k, s, registrationID)
		return err
	}); err != nil {
		return "", err
	}
	r.Authority, r.Case = entry.Authority, entry.Case
	r.MAC = k.Vouch(r.Who())
	t, err := d.town(ctx, k)
	if err != nil {
		return "", err
	}
	store.Declare(ctx, r.ID)
	return r.ID, again(func() error {
		a, err := d.alarmed(ctx, k, r.Case)
		if err != nil {
			return err
		}
		return d.write(ctx, k, func(tx *store.Tx) error { return d.enterRequest(tx, k, t, a, r) })
	})
}

// registered gives an entry to who keeps its register; for everybody else it does not exist.
func registered(tx *store.Tx, k *keyring.Keys, s *access.Session, id string) (registration.Registration, error) {
	entry, err := tx.VouchedRegistration(k, id)
	if err != nil {
		return entry, err
	}
	mine, err := tx.VouchedFunctionsOf(k, s.Functions)
	if err != nil {
		return entry, err
	}
	if !slices.ContainsFunc(mine, func(f function.Function) bool {
		return f.Kind == function.Registrar && f.Authority == entry.Authority && s.Holds(f.ID)
	}) {
		return entry, fault.New(fault.NotFound, "fault.not-found")
	}
	return entry, nil
}

// enterRequest writes a request with its clock, and tells the circle.
func (d *Desk) enterRequest(tx *store.Tx, k *keyring.Keys, t *town, a alarmed, r registration.Request) error {
	if err := tx.LockCase(r.Case); err != nil {
		return err
	}
	open, err := tx.VouchedRequests(k, r.Case)
	if err != nil {
		return err
	}
	for _, o := range open {
		if o.Registration == r.Registration && o.State == registration.Asked {
			return fault.New(fault.Conflict, "register.asked-already")
		}
	}
	c, err := tx.VouchedCase(k, a.c.Ref)
	if err != nil {
		return err
	}
	if err := tx.InsertRequest(r); err != nil {
		return err
	}
	if err := tx.PutDeadline(casefile.Deadline{Case: c.ID, ID: r.ID, Kind: string(casefile.RecordDue), Due: r.Due}); err != nil {
		return err
	}
	if c.Due, err = tx.NearestDue(c.ID); err != nil {
		return err
	}
	c = d.bump(k, c)
	if err := tx.MoveCase(c); err != nil {
		return err
	}
	for _, id := range t.sitting(a, d.now()) {
		if err := d.notify(tx, id, "record.asked", c.Ref); err != nil {
			return err
		}
	}
	return tx.Log(entry(k, r.AskedBy, "record.ask", c, caseRow(c), requestRow(r)))
}

func requestRow(r registration.Request) audit.Row {
	return audit.Row{Kind: "record_request", ID: r.ID, Hash: r.Who().Hash()}
}

// AnswerRecord is the circle's answer: released, in part, or refused, which is a decision that can be
// appealed. The registrar who asked is told; the case keeps who answered, under its seal.
func (d *Desk) AnswerRecord(ctx context.Context, s *access.Session, requestID string, state registration.RequestState) error {
	if !state.Answer() {
		return fault.In("state", "field.choose")
	}
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if noTokenFor(s) {
		return fault.New(fault.Denied, "fault.token-members")
	}
	var c casefile.Case
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		r, err := tx.VouchedRequest(k, requestID)
		if err != nil {
			return err
		}
		c, err = tx.Case(r.Case)
		return err
	}); err != nil {
		return err
	}
	_, err = d.alter(ctx, s, c.Ref, func(v *visit) (adding, error) {
		one, err := changed(casefile.Changed{Author: s.Person, Field: "record", Before: string(registration.Asked), After: string(state)})
		return adding{in: []sealed{one}, act: "record.answer", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			return d.settleRequest(tx, v, requestID, state, s.Person)
		}}, err
	})
	return err
}

func (d *Desk) settleRequest(tx *store.Tx, v *visit, id string, state registration.RequestState, by string) ([]audit.Row, error) {
	r, err := tx.VouchedRequest(v.k, id)
	if err != nil {
		return nil, err
	}
	switch {
	case r.Case != v.c.ID:
		return nil, fault.New(fault.NotFound, "fault.not-found")
	case r.State != registration.Asked:
		return nil, fault.New(fault.Conflict, "register.answered-already")
	}
	r.State, r.Answered, r.AnsweredBy = state, d.now().Minute(), by
	r.Version++
	r.MAC = v.k.Vouch(r.Who())
	if err := tx.UpdateRequest(r); err != nil {
		return nil, err
	}
	if err := tx.MeetDeadline(r.Case, r.ID, d.now()); err != nil {
		return nil, err
	}
	return []audit.Row{requestRow(r)}, d.notify(tx, r.AskedBy, "record.answered", "")
}

// RecordRequests lists the requests about a case, newest first, to its circle.
func (d *Desk) RecordRequests(ctx context.Context, s *access.Session, ref string) (out []registration.Request, err error) {
	v, err := d.enter(ctx, s, ref, access.Know)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		out, err = tx.VouchedRequests(v.k, v.c.ID)
		return err
	})
	return out, err
}
