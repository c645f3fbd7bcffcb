package oncall

import (
	"context"
	"slices"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Limits of a calendar.
const (
	MaxTurn  = 31 * 24 * time.Hour
	MaxAhead = 366 * 24 * time.Hour
	MaxTurns = 500 // that lie ahead, of a function
)

// NewTurn is a turn to enter.
type NewTurn struct {
	Function string
	Person   string
	From     clock.Stamp
	Until    clock.Stamp
}

// check tells what must be mended.
func (v NewTurn) check(now clock.Stamp) error {
	switch {
	case v.Person == "":
		return fault.In("person", "field.choose")
	case v.From <= 0 || v.From > now.Add(MaxAhead):
		return fault.In("from", "lifecycle.date")
	case v.Until <= v.From || v.Until <= now:
		return fault.In("until", "field.ends-before")
	case v.Until > v.From.Add(MaxTurn):
		return fault.In("until", "duty.long", int(MaxTurn.Hours()/24))
	}
	return nil
}

// AddTurn puts a holder of a function on call for a time. It gives no key and widens no circle: who
// is on call is whom a report wakes first.
func (d *Desk) AddTurn(ctx context.Context, s *access.Session, v NewTurn) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !may(s, v.Function) {
		return "", denied()
	}
	v.From, v.Until = v.From.Minute(), v.Until.Minute()
	if err := v.check(d.now()); err != nil {
		return "", err
	}
	t := duty.Turn{Org: k.Org, Function: v.Function, ID: ident.New(), Person: v.Person, From: v.From, Until: v.Until, SetBy: s.Person, Version: 1}
	t.MAC = k.Vouch(t.Who())
	store.Declare(ctx, t.ID)
	return t.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if err := d.fits(tx, k, t); err != nil {
			return err
		}
		if err := tx.InsertTurn(t); err != nil {
			return err
		}
		if t.Person != s.Person {
			if err := tx.InsertNotice(store.Notice{ID: ident.New(), Person: t.Person, Kind: "duty.set", Created: d.now()}); err != nil {
				return err
			}
		}
		return record(tx, k, s.Person, "duty.add", t)
	})
}

// fits refuses who does not hold the function then, and who is on call for it then already.
func (d *Desk) fits(tx *store.Tx, k *keyring.Keys, t duty.Turn) error {
	if err := tx.LockTurns(); err != nil {
		return err
	}
	if _, err := tx.VouchedFunction(k, t.Function); err != nil {
		return err
	}
	seats, err := tx.VouchedHolders(k, t.Function)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(seats, func(h function.Holder) bool { return h.Person == t.Person && sits(h, max(t.From, d.now())) }) {
		return fault.In("person", "duty.no-holder")
	}
	turns, err := tx.VouchedTurns(k, t.Function, d.now())
	if err != nil {
		return err
	}
	if len(turns) >= MaxTurns {
		return fault.In("from", "field.too-many", MaxTurns)
	}
	for _, other := range turns {
		if other.Person == t.Person && other.From < t.Until && t.From < other.Until {
			return fault.In("from", "duty.overlap")
		}
	}
	return nil
}

// EndTurn ends a turn at once, whether it has begun or not.
func (d *Desk) EndTurn(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		t, err := tx.VouchedTurn(k, id)
		if err != nil {
			return err
		}
		switch {
		case !may(s, t.Function):
			return denied()
		case t.Ended != 0 || t.Until <= d.now():
			return fault.New(fault.Conflict, "fault.changed")
		}
		t.Ended = d.now()
		t.Version++
		t.MAC = k.Vouch(t.Who())
		if err := tx.UpdateTurn(t); err != nil {
			return err
		}
		return record(tx, k, s.Person, "duty.end", t)
	})
}
