// Package registry is what the registrar does: lists every entry of an authority's register and
// never content, hands entries to the municipality's own register, and takes its numbers back.
package registry

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/registration"
	"varn/internal/domain/ruling"
	"varn/internal/infra/hook"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
	"varn/internal/kit/seal"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
	Texts *locale.Texts
	Hook  *hook.Caller
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// keys gives the organisation's keys of a subject who is known, in a browser: a list of everything
// that has come to an authority is no program's to fetch with somebody's token.
func (d *Desk) keys(s *access.Session) (*keyring.Keys, error) {
	switch {
	case !s.Account():
		return nil, fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return nil, fault.New(fault.Denied, "fault.token-members")
	}
	return d.Ring.Org(s.Org)
}

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

func record(tx *store.Tx, k *keyring.Keys, actor, act, authority string, rows ...audit.Row) error {
	return tx.Log(audit.Entry{Actor: k.Tag(actor), Act: act, Authority: authority, Rows: rows})
}

// keeps lists the authorities whose register the subject keeps: they hold a registrar's function of
// each.
func keeps(tx *store.Tx, k *keyring.Keys, s *access.Session) (map[string]bool, error) {
	all, err := tx.VouchedFunctionsOf(k, s.Functions)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, f := range all {
		if f.Kind == function.Registrar && s.Holds(f.ID) {
			out[f.Authority] = true
		}
	}
	return out, nil
}

// admit refuses whoever does not keep an authority's register: for them it does not exist.
func admit(tx *store.Tx, k *keyring.Keys, s *access.Session, authority string) error {
	mine, err := keeps(tx, k, s)
	if err == nil && !mine[authority] {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	return err
}

// ruleOf is how an authority registers.
func ruleOf(tx *store.Tx, k *keyring.Keys, authority string) (ruling.RegisterRule, error) {
	var rule ruling.RegisterRule
	all, err := tx.VouchedRulings(k, ruling.Register, authority, ruling.Active)
	if err != nil {
		return rule, err
	}
	if len(all) > 0 {
		b, err := k.For(keyring.Settings).OpenPadded(all[0].Sealed, all[0].AD())
		if err != nil {
			return rule, fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		return rule, json.Unmarshal(b, &rule)
	}
	a, err := tx.Authority(authority)
	if err != nil {
		return rule, err
	}
	l, err := labelOf(k, a)
	rule.Pattern = ruling.DefaultPattern(l.Code)
	return rule, err
}

func labelOf(k *keyring.Keys, a organisation.Authority) (l organisation.Label, err error) {
	raw, err := openName(k, a.Sealed, a.AD())
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(raw, &l)
}

func openName(k *keyring.Keys, b seal.Box, ad seal.AD) ([]byte, error) {
	raw, err := k.For(keyring.Names).OpenPadded(b, ad)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return raw, nil
}

func row(r registration.Registration) audit.Row {
	return audit.Row{Kind: "registration", ID: r.ID, Hash: r.Who().Hash()}
}
