package people

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// WakeDue wakes the seats whose first day has come: a deputy's wrap lies sealed under the
// organisation's key until then. It is called on a schedule and gives how many it woke.
func (d *Desk) WakeDue(ctx context.Context, org string) (int, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return 0, err
	}
	var seats []function.Holder
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		seats, err = tx.VouchedSeats(k, "")
		return err
	}); err != nil {
		return 0, err
	}
	woken := 0
	for _, h := range seats {
		if h.Standby || h.WrapKind != function.Standby || !h.Holds(d.now()) {
			continue
		}
		if err := d.wake(ctx, k, "schedule", h); err != nil {
			return woken, err
		}
		woken++
	}
	return woken, nil
}

// Escalate wakes a seat on standby, so that its holder can open what is sealed to the function.
// A present holder or a head of security does it; the present holders are told, and the log
// has it in the same transaction.
func (d *Desk) Escalate(ctx context.Context, s *access.Session, seatID string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if noToken(s) != nil || !s.Unlocked() {
		return denied()
	}
	var h function.Holder
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		h, err = tx.VouchedHolder(k, seatID)
		return err
	}); err != nil {
		return err
	}
	if !s.Has(access.HeadOfSecurity) && !s.Holds(h.Function) || h.Person == s.Person {
		return denied()
	}
	if h.WrapKind != function.Standby || !h.Holds(d.now()) {
		return fault.New(fault.Conflict, "fault.changed")
	}
	return d.wake(ctx, k, s.Person, h)
}

// WakeStandby wakes a seat on standby, since everybody in a circle has been asked and nobody has
// answered. A seat that is awake, or that has ended, is left as it is.
func (d *Desk) WakeStandby(ctx context.Context, org, seatID string) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	var h function.Holder
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		h, err = tx.VouchedHolder(k, seatID)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && (h.WrapKind != function.Standby || !h.Holds(d.now())) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.wake(ctx, k, "schedule", h)
}

// wake peels the outer seal and writes the seat with its log entry; what is left opens with the
// holder's own key alone.
func (d *Desk) wake(ctx context.Context, k *keyring.Keys, actor string, h function.Holder) error {
	inner, err := seal.PeelStandby(k.For(keyring.Standby), h.Wrap, h.WrapAD())
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	h.Wrap, h.WrapKind = inner, function.Public
	h.Version++
	h.MAC = k.Vouch(h.Who())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateHolder(h); err != nil {
			return err
		}
		present, err := tx.VouchedHolders(k, h.Function)
		if err != nil {
			return err
		}
		for _, other := range present {
			if other.State == person.Active && other.Holds(d.now()) && other.Person != actor {
				if err := d.notify(tx, other.Person, "holder.joined", h.Function); err != nil {
					return err
				}
			}
		}
		return record(tx, k, actor, "holder.wake", holderRow(h))
	})
}
