package casework

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/plan"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
	"varn/internal/kit/seal"
)

// OwnPlan is the subject's own safety plan as it lies open.
type OwnPlan struct {
	plan.Plan
	Version int64 // 0: there is none yet
	Changed clock.Stamp
	// Lost: one is stored, and is sealed to a key that the subject no longer has.
	Lost bool
}

// ownKeys lets in who has their own key at hand, in a browser: a program has no business with the plan.
func (d *Desk) ownKeys(s *access.Session) (*keyring.Keys, seal.Key, error) {
	k, err := d.keys(s)
	switch {
	case err != nil:
		return nil, seal.Key{}, err
	case s.Kind == access.Token:
		return nil, seal.Key{}, fault.New(fault.Denied, "fault.scope")
	case !s.Unlocked():
		return nil, seal.Key{}, fault.New(fault.Denied, "fault.locked")
	}
	return k, function.MemberKey(s.Key), nil
}

// ReadPlan opens the subject's own safety plan. It lies sealed under their own key: nobody else opens it,
// and neither a place in a circle nor a role helps. It is not in the log when somebody reads their own.
func (d *Desk) ReadPlan(ctx context.Context, s *access.Session) (OwnPlan, error) {
	k, own, err := d.ownKeys(s)
	if err != nil {
		return OwnPlan{}, err
	}
	r, err := d.planRow(ctx, k, s.Person)
	if err != nil || r.Version == 0 {
		return OwnPlan{}, err
	}
	out := OwnPlan{Version: r.Version, Changed: r.Changed}
	raw, err := own.OpenPadded(r.Box, r.AD())
	if err != nil {
		out.Lost = true // they lost their key, and were let in again with another
		return out, nil
	}
	out.Plan, err = plan.Decode(raw)
	return out, err
}

func (d *Desk) planRow(ctx context.Context, k *keyring.Keys, personID string) (r plan.Row, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) error {
		r, err = tx.Plan(personID)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return plan.Row{}, nil
	}
	return r, err
}

// SavePlan seals the plan over the one of a version, which the subject has seen. It is Conflict when
// another tab has saved since: nothing that was written there is lost.
func (d *Desk) SavePlan(ctx context.Context, s *access.Session, p plan.Plan, seen int64) (version int64, err error) {
	k, own, err := d.ownKeys(s)
	if err != nil {
		return 0, err
	}
	p = p.Tidy()
	if err := p.Check(); err != nil {
		return 0, err
	}
	body, err := json.Marshal(p)
	if err != nil {
		return 0, err
	}
	r := plan.Row{Org: k.Org, Person: s.Person, Changed: d.now().Minute(), Version: seen + 1}
	r.Box = own.SealPadded(body, r.AD())
	return r.Version, d.write(ctx, k, func(tx *store.Tx) error {
		old, err := tx.Plan(s.Person)
		switch {
		case fault.Is(err, fault.NotFound) && seen == 0:
			err = tx.InsertPlan(r)
		case fault.Is(err, fault.NotFound) || err == nil && old.Version != seen:
			err = fault.New(fault.Conflict, "plan.changed")
		case err == nil:
			err = tx.UpdatePlan(r)
		}
		if err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "plan.save"})
	})
}

// DropPlan takes the subject's own plan away.
func (d *Desk) DropPlan(ctx context.Context, s *access.Session) error {
	k, _, err := d.ownKeys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.DeletePlan(s.Person); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "plan.drop"})
	})
}

// SharePlan gives the plan, as it stands, to the circle of a view of one of the subject's own reports. It
// is the subject's own press, the text that they were shown, and can't be taken back.
func (d *Desk) SharePlan(ctx context.Context, s *access.Session, receiptID, ref string, seen int64) error {
	p, err := d.ReadPlan(ctx, s)
	if err != nil {
		return err
	}
	if p.Lost || p.Empty() {
		return fault.New(fault.Conflict, "plan.nothing")
	}
	if p.Version != seen {
		return fault.New(fault.Conflict, "plan.changed")
	}
	return d.SayByReceipt(ctx, ReceiptAct{Session: s, ReceiptID: receiptID, Ref: ref, Text: d.PlanText(p.Plan)})
}

// PlanText is the plan as it is shared, in Swedish: the office's language.
func (d *Desk) PlanText(p plan.Plan) string {
	say := func(term string) string { return d.Texts.Say(locale.Swedish, locale.Key(term)) }
	return say("plan.shared") + "\n\n" + p.Text(say)
}
