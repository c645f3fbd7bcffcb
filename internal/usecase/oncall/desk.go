// Package oncall keeps the calendar of who is on call for a function, and so is woken first.
package oncall

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// keys gives the organisation's keys of a subject who is known; a program keeps no calendar.
func (d *Desk) keys(s *access.Session) (*keyring.Keys, error) {
	switch {
	case !s.Account():
		return nil, fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return nil, fault.New(fault.Denied, "fault.token-members")
	}
	return d.Ring.Org(s.Org)
}

// may tells whether the subject keeps a function's calendar: its holders do, and those who keep the
// register.
func may(s *access.Session, functionID string) bool {
	return s.Has(access.Administrator, access.HeadOfSecurity) || s.Holds(functionID)
}

func denied() error { return fault.New(fault.Denied, "fault.denied") }

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

// record logs a turn as it now stands.
func record(tx *store.Tx, k *keyring.Keys, actor, act string, t duty.Turn) error {
	return tx.Log(audit.Entry{Actor: k.Tag(actor), Act: act, Rows: []audit.Row{{Kind: "duty", ID: t.ID, Hash: t.Who().Hash()}}})
}

// sits tells whether a seat lets its person be on call at a moment: a seat on standby opens nothing.
func sits(h function.Holder, at clock.Stamp) bool {
	return h.Holds(at) && !(h.Standby && h.WrapKind == function.Standby)
}

func openName(k *keyring.Keys, b seal.Box, ad seal.AD, into any) error {
	raw, err := k.For(keyring.Names).OpenPadded(b, ad)
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return json.Unmarshal(raw, into)
}
