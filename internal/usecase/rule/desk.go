// Package rule keeps the rules that the organisation decides for itself. One proposes, and a present
// holder of a security function who is somebody else confirms: rules decide who gets what.
package rule

import (
	"context"
	"encoding/json"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
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

// keys lets in who proposes and who confirms, from a browser.
func (d *Desk) keys(s *access.Session) (*keyring.Keys, error) {
	switch {
	case !s.Account():
		return nil, fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return nil, fault.New(fault.Denied, "fault.token-members")
	}
	return d.Ring.Org(s.Org)
}

// staff are the roles that may propose a rule.
func staff(s *access.Session) bool { return s.Has(access.Administrator, access.HeadOfSecurity) }

func denied() error { return fault.New(fault.Denied, "fault.denied") }

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

// record logs a rule as it now stands.
func record(tx *store.Tx, k *keyring.Keys, actor, act string, rows ...ruling.Ruling) error {
	e := audit.Entry{Actor: k.Tag(actor), Act: act}
	for _, r := range rows {
		e.Rows = append(e.Rows, audit.Row{Kind: "ruling", ID: r.ID, Hash: r.Who().Hash()})
	}
	return tx.Log(e)
}

// notify leaves a notice within the transaction that makes it true.
func (d *Desk) notify(tx *store.Tx, personID, kind string) error {
	return tx.InsertNotice(store.Notice{ID: ident.New(), Person: personID, Kind: kind, Created: d.now()})
}

// next gives a rule its next state.
func next(k *keyring.Keys, r ruling.Ruling, state ruling.State, by string) ruling.Ruling {
	r.State, r.ConfirmedBy = state, by
	r.Version++
	r.MAC = k.Vouch(r.Who())
	return r
}

// open gives what a rule says.
func open(k *keyring.Keys, r ruling.Ruling) (Body, error) {
	b, err := k.For(keyring.Settings).OpenPadded(r.Sealed, r.AD())
	if err != nil {
		return Body{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return read(r.Kind, b)
}

// security lists the functions of security and who holds them now, with a key of their own.
func security(tx *store.Tx, k *keyring.Keys) (functions, holders []string, err error) {
	all, err := tx.VouchedFunctions(k)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range all {
		if f.Kind == function.Security {
			functions = append(functions, f.ID)
		}
	}
	seats, err := tx.VouchedSeatsIn(k, functions)
	if err != nil {
		return nil, nil, err
	}
	now := tx.Now()
	for _, h := range seats {
		if h.Holds(now) && h.WrapKind != function.Standby && !slices.Contains(holders, h.Person) {
			holders = append(holders, h.Person)
		}
	}
	return functions, holders, nil
}

// nameOf opens somebody's name; empty for who is unknown.
func nameOf(tx *store.Tx, k *keyring.Keys, id string) (string, error) {
	p, err := tx.VouchedPerson(k, id)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var v person.Profile
	err = openName(k, p.Sealed, p.AD(), &v)
	return v.Name, err
}

func openName(k *keyring.Keys, b seal.Box, ad seal.AD, into any) error {
	raw, err := k.For(keyring.Names).OpenPadded(b, ad)
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return json.Unmarshal(raw, into)
}
