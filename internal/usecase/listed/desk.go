// Package listed keeps the list of protected persons that the watch looks for, and lets anybody with an account
// look for themselves on the organisation's own sites.
package listed

import (
	"context"
	"encoding/json"
	"sync"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/exposure"
	"varn/internal/domain/listed"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
	// Look looks for a list on the organisation's own sites, and on nothing else.
	Look Look
	// Woken is called when a job has been left; it may be nil.
	Woken func()

	mu   sync.Mutex
	kept map[string]edition
}

// Look gives each mention of what is listed, and counts what was looked through.
type Look func(ctx context.Context, org string, list *exposure.List, each func(listed.Mention) error) (listed.Result, error)

// edition is a list that was made of what was stored then.
type edition struct {
	text string
	list *exposure.List
}

// Keepers are the roles that keep the list.
func Keepers() []access.Role {
	return []access.Role{access.CommunicationsOfficer, access.HeadOfSecurity}
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

// keeper lets in who keeps the list, in a browser.
func (d *Desk) keeper(s *access.Session) (*keyring.Keys, error) {
	switch {
	case !s.Account():
		return nil, fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return nil, fault.New(fault.Denied, "fault.scope")
	case !s.Has(Keepers()...):
		return nil, fault.New(fault.Denied, "fault.role")
	}
	return d.Ring.Org(s.Org)
}

// Line is one person on the list as those see who keep it: never what is looked for.
type Line struct {
	ID     string
	Label  string
	Own    bool // they asked for it themselves
	Since  clock.Stamp
	Counts map[exposure.ListedKind]int
}

// List (visa listan) lists whom the watch looks for.
func (d *Desk) List(ctx context.Context, s *access.Session) (out []Line, err error) {
	k, err := d.keeper(s)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = nil
		rows, err := tx.ListedRows()
		if err != nil {
			return err
		}
		for _, r := range rows {
			b, err := bodyOf(k, r)
			if err != nil {
				return err
			}
			out = append(out, Line{ID: r.ID, Label: b.Label, Own: r.Person != "", Since: r.Created, Counts: b.Counts})
		}
		return nil
	})
	return out, err
}

func bodyOf(k *keyring.Keys, r listed.Row) (b listed.Body, err error) {
	raw, err := k.For(keyring.Exposure).OpenPadded(r.Sealed, r.AD())
	if err != nil {
		return b, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return b, json.Unmarshal(raw, &b)
}

// Add (skriv in) puts somebody on the list: tokens are made of what is written, and nothing of it is kept. The label is
// what a finding is known by; an alias, where the person has one.
func (d *Desk) Add(ctx context.Context, s *access.Session, label string, f listed.Facts) error {
	k, err := d.keeper(s)
	if err != nil {
		return err
	}
	if label == "" {
		return fault.In("label", "field.required")
	}
	return d.enter(ctx, k, s.Person, listed.Row{Org: k.Org, ID: ident.New(), Created: d.now()}, label, f, "listed.add")
}

func (d *Desk) enter(ctx context.Context, k *keyring.Keys, by string, r listed.Row, label string, f listed.Facts, act string) error {
	if err := f.CheckSearch(); err != nil {
		return err
	}
	if err := f.Check(k.For(keyring.Exposure)); err != nil {
		return err
	}
	if err := d.sealed(k, &r, label, by, f); err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if r.Person != "" {
			if err := tx.DeleteListedOf(r.Person); err != nil {
				return err
			}
		}
		if err := tx.InsertListed(r); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(by), Act: act})
	})
}

func (d *Desk) sealed(k *keyring.Keys, r *listed.Row, label, by string, f listed.Facts) error {
	b := listed.Blind(k.For(keyring.Exposure), r.ID, label, f)
	b.By = by
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	r.Sealed = k.For(keyring.Exposure).SealPadded(raw, r.AD())
	return nil
}

// Remove (ta bort) takes somebody off the list. Whoever asked for it themselves takes themselves off.
func (d *Desk) Remove(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keeper(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.DeleteListed(id); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "listed.remove"})
	})
}

// Of gives an organisation's list, as it stands; nil when nobody is on it. What it holds can't be read back.
func (d *Desk) Of(ctx context.Context, org string) (*exposure.List, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, err
	}
	now, err := d.Edition(ctx, org)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	was, ok := d.kept[org]
	d.mu.Unlock()
	if ok && was.text == now {
		return was.list, nil
	}
	var tokens []exposure.Token
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		tokens = nil
		rows, err := tx.ListedRows()
		if err != nil {
			return err
		}
		for _, r := range rows {
			b, err := bodyOf(k, r)
			if err != nil {
				return err
			}
			tokens = append(tokens, b.Given(r.ID)...)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	next := edition{text: now}
	if len(tokens) > 0 {
		next.list = exposure.NewList(k.For(keyring.Exposure), tokens)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept == nil {
		d.kept = map[string]edition{}
	}
	d.kept[org] = next
	return next.list, nil
}

// Edition is another text whenever the list is another.
func (d *Desk) Edition(ctx context.Context, org string) (out string, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return "", err
	}
	return out, d.read(ctx, k, func(tx *store.Tx) (err error) {
		out, err = tx.ListedEdition()
		return err
	})
}

// Holds answers for screening whether words are listed in an organisation. A list that can't be read holds
// nothing: a letter is not lost for it.
func (d *Desk) Holds(ctx context.Context, org string) func(words string) bool {
	list, err := d.Of(ctx, org)
	if err != nil || list == nil {
		return nil
	}
	return list.Holds
}
