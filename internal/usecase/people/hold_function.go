package people

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// NewFunction is a function to enter.
type NewFunction struct {
	Authority string
	Unit      string
	Kind      function.Kind
	Card      function.Card
}

// RegisterFunction enters a function. It has no key before its first holder is confirmed.
func (d *Desk) RegisterFunction(ctx context.Context, s *access.Session, v NewFunction) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !staff(s) {
		return "", denied()
	}
	if !v.Kind.Known() {
		return "", fault.In("kind", "field.choose")
	}
	if err := v.Card.Check(); err != nil {
		return "", err
	}
	f := function.Function{Org: k.Org, Authority: v.Authority, ID: ident.New(), Kind: v.Kind, Unit: v.Unit, Version: 1, Created: d.now()}
	b, err := json.Marshal(v.Card)
	if err != nil {
		return "", err
	}
	f.Sealed = k.For(keyring.Names).SealPadded(b, f.AD())
	f.MAC = k.Vouch(f.Who())
	store.Declare(ctx, f.ID)
	return f.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertFunction(f); err != nil {
			return err
		}
		return record(tx, k, s.Person, "function.register", functionRow(f))
	})
}

// SeatProposal is a seat in a function that somebody would give a person.
type SeatProposal struct {
	Function  string
	Person    string
	DeputyFor string // person who is stood in for; empty: an ordinary holder
	Standby   bool   // the wrap waits until an escalation peels it
	From      clock.Stamp
	Until     clock.Stamp
}

// ProposeHolder enters a seat that takes effect when a present holder confirms it.
func (d *Desk) ProposeHolder(ctx context.Context, s *access.Session, v SeatProposal) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if (!staff(s) && !s.Holds(v.Function)) || noToken(s) != nil {
		return "", denied()
	}
	if v.Until != 0 && (v.Until <= v.From || v.Until <= d.now()) {
		return "", fault.In("until", "field.ends-before")
	}
	if v.DeputyFor != "" && v.Until == 0 {
		return "", fault.In("until", "field.required")
	}
	h := function.Holder{Org: k.Org, Function: v.Function, ID: ident.New(), Person: v.Person, State: person.Proposed,
		DeputyFor: v.DeputyFor, Standby: v.Standby, From: v.From, Until: v.Until, ProposedBy: s.Person, Version: 1}
	h.MAC = k.Vouch(h.Who())
	store.Declare(ctx, h.ID)
	return h.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if _, err := tx.VouchedPerson(k, v.Person); err != nil {
			return err
		}
		seats, err := tx.VouchedHolders(k, v.Function)
		if err != nil {
			return err
		}
		for _, other := range seats {
			if other.Person == v.Person && other.State != person.Ended && !other.Expired(d.now()) {
				return fault.New(fault.Conflict, "holder.already")
			}
		}
		if err := tx.InsertHolder(h); err != nil {
			return err
		}
		return record(tx, k, s.Person, "holder.propose", holderRow(h))
	})
}

// ConfirmHolder gives a proposed seat its wrap of the function's key. Only a present holder
// can: the wrap is made from their own. A function that nobody holds gets a new key pair from
// a head of security, which opens nothing that was sealed before.
func (d *Desk) ConfirmHolder(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if !s.Unlocked() || noToken(s) != nil {
		return denied()
	}
	plan, err := d.planSeat(ctx, k, s, id)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		rows := []audit.Row{holderRow(plan.seat)}
		if plan.newKey {
			if err := tx.UpdateFunction(plan.function); err != nil {
				return err
			}
			rows = append(rows, functionRow(plan.function))
		}
		if err := tx.UpdateHolder(plan.seat); err != nil {
			return err
		}
		for _, other := range plan.present {
			if other.Person != s.Person {
				if err := d.notify(tx, other.Person, "holder.joined", plan.seat.Function); err != nil {
					return err
				}
			}
		}
		if err := d.notify(tx, plan.seat.Person, "holder.active", plan.seat.Function); err != nil {
			return err
		}
		return record(tx, k, s.Person, "holder.confirm", rows...)
	})
}

// seatPlan is a confirmed seat as it will be written: sealed before the transaction is entered.
type seatPlan struct {
	function function.Function
	seat     function.Holder
	present  []function.Holder
	newKey   bool
}

func (d *Desk) planSeat(ctx context.Context, k *keyring.Keys, s *access.Session, id string) (seatPlan, error) {
	var plan seatPlan
	var to person.Person
	err := d.read(ctx, k, func(tx *store.Tx) error {
		var err error
		if plan.seat, err = tx.VouchedHolder(k, id); err != nil {
			return err
		}
		if plan.function, err = tx.VouchedFunction(k, plan.seat.Function); err != nil {
			return err
		}
		if to, err = tx.VouchedPerson(k, plan.seat.Person); err != nil {
			return err
		}
		all, err := tx.VouchedHolders(k, plan.seat.Function)
		for _, h := range all {
			if h.Holds(d.now()) {
				plan.present = append(plan.present, h)
			}
		}
		return err
	})
	if err != nil {
		return plan, err
	}
	if err := d.fits(s, plan, to); err != nil {
		return plan, err
	}
	key, err := d.functionKey(s, &plan)
	if err != nil {
		return plan, err
	}
	if plan.newKey {
		if plan.function, err = resealCard(k, plan.function, key); err != nil {
			return plan, err
		}
	}
	plan.seat, err = d.wrapSeat(k, plan, to, key, s.Person)
	return plan, err
}

// fits refuses what four eyes forbid: the proposer, the person themselves, and whoever is not
// a present holder.
func (d *Desk) fits(s *access.Session, plan seatPlan, to person.Person) error {
	switch {
	case plan.seat.State != person.Proposed:
		return fault.New(fault.Conflict, "fault.changed")
	case plan.seat.ProposedBy == s.Person || plan.seat.Person == s.Person:
		return fault.New(fault.Denied, "fault.four-eyes")
	case to.State != person.Confirmed:
		return fault.New(fault.Conflict, "holder.unconfirmed")
	case len(plan.present) > 0 && !s.Holds(plan.seat.Function):
		return denied()
	case len(plan.present) == 0 && !s.Has(access.HeadOfSecurity):
		return denied()
	}
	return nil
}

// functionKey opens the confirmer's own wrap, or makes the first key pair.
func (d *Desk) functionKey(s *access.Session, plan *seatPlan) (*seal.Private, error) {
	if len(plan.present) == 0 {
		plan.newKey = true
		return seal.NewPrivate(), nil
	}
	for _, h := range plan.present {
		if h.Person != s.Person || h.KeyVersion != plan.function.KeyVersion {
			continue
		}
		key, _, err := h.Open(s.Key)
		if err != nil {
			return nil, err
		}
		if !key.Public().Equal(plan.function.PublicKey) {
			return nil, fault.New(fault.Internal, "fault.tampered", "function "+plan.function.ID+" has another public key than its holders")
		}
		return key, nil
	}
	return nil, denied()
}

// resealCard gives a function its new key pair; the card is sealed anew since its bound version moves.
func resealCard(k *keyring.Keys, f function.Function, key *seal.Private) (function.Function, error) {
	card, err := k.For(keyring.Names).OpenPadded(f.Sealed, f.AD())
	if err != nil {
		return f, err
	}
	f.PublicKey, f.KeyVersion = key.Public(), f.KeyVersion+1
	f.Version++
	f.Sealed = k.For(keyring.Names).SealPadded(card, f.AD())
	f.MAC = k.Vouch(f.Who())
	return f, nil
}

// wrapSeat makes the seat's wrap: to the holder's key at once, or, for standby and for a seat
// that begins later, sealed again under the organisation's key until it is peeled.
func (d *Desk) wrapSeat(k *keyring.Keys, plan seatPlan, to person.Person, key *seal.Private, by string) (function.Holder, error) {
	h := plan.seat
	h.State, h.ConfirmedBy, h.KeyVersion = person.Active, by, plan.function.KeyVersion
	h.Version++
	var err error
	if h.Standby || h.From > d.now() {
		h.WrapKind = function.Standby
		h.Wrap, err = seal.WrapStandby(k.For(keyring.Standby), to.PublicKey, key.Seed(), h.WrapAD())
	} else {
		h, err = h.Wrapped(k.Courier, to.PublicKey, key)
	}
	if err != nil {
		return h, err
	}
	h.MAC = k.Vouch(h.Who())
	return h, nil
}

// EndHolder ends a seat at once; its wrap goes with it. Narrowing needs no second person.
func (d *Desk) EndHolder(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		h, err := tx.VouchedHolder(k, id)
		if err != nil {
			return err
		}
		if (!staff(s) && !s.Holds(h.Function)) || noToken(s) != nil {
			return denied()
		}
		return d.endSeat(tx, k, s.Person, h)
	})
}

func (d *Desk) endSeat(tx *store.Tx, k *keyring.Keys, actor string, h function.Holder) error {
	h.State, h.Wrap, h.WrapKind = person.Ended, seal.NewBox(nil), function.None
	h.Version++
	h.MAC = k.Vouch(h.Who())
	if err := tx.UpdateHolder(h); err != nil {
		return err
	}
	return record(tx, k, actor, "holder.end", holderRow(h))
}
