// Package people keeps the people, their keys, roles and functions. Whatever would put somebody
// in a circle is proposed by one person and confirmed by another who is already there.
package people

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
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
	Pool  *seal.Pool
	Clock clock.Clock

	shown shown
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// keys gives the organisation's keys of a signed-in subject.
func (d *Desk) keys(s *access.Session) (*keyring.Keys, error) {
	if s == nil {
		return nil, fault.New(fault.Denied, "fault.sign-in")
	}
	return d.Ring.Org(s.Org)
}

// staff are the roles that may enter people and propose what they hold.
func staff(s *access.Session) bool { return s.Has(access.Administrator, access.HeadOfSecurity) }

func denied() error { return fault.New(fault.Denied, "fault.denied") }

// token refuses what no API token may do.
func noToken(s *access.Session) error {
	if s != nil && s.Kind == access.Token {
		return fault.New(fault.Denied, "fault.token-members")
	}
	return nil
}

// notify leaves a notice for a person within the transaction that makes it true.
func (d *Desk) notify(tx *store.Tx, personID, kind, ref string) error {
	if personID == "" {
		return nil
	}
	return tx.InsertNotice(store.Notice{ID: ident.New(), Person: personID, Kind: kind, Ref: ref, Created: d.now()})
}

// record writes a log entry over rows that decide to whom something is sealed.
func record(tx *store.Tx, k *keyring.Keys, actor, act string, rows ...audit.Row) error {
	return tx.Log(audit.Entry{Actor: k.Tag(actor), Act: act, Rows: rows})
}

func personRow(p person.Person) audit.Row {
	return audit.Row{Kind: "person", ID: p.ID, Hash: p.Who().Hash()}
}

func roleRow(g person.RoleGrant) audit.Row {
	return audit.Row{Kind: "role", ID: g.ID, Hash: g.Who().Hash()}
}

func holderRow(h function.Holder) audit.Row {
	return audit.Row{Kind: "holder", ID: h.ID, Hash: h.Who().Hash()}
}

func functionRow(f function.Function) audit.Row {
	return audit.Row{Kind: "function", ID: f.ID, Hash: f.Who().Hash()}
}

// Profile opens a person's sealed profile.
func Profile(k *keyring.Keys, p person.Person) (person.Profile, error) {
	var out person.Profile
	b, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(b, &out)
}

func sealProfile(k *keyring.Keys, p person.Person, v person.Profile) (seal.Box, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return seal.Box{}, err
	}
	return k.For(keyring.Names).SealPadded(b, p.AD()), nil
}

// Card opens a function's sealed contact card.
func Card(k *keyring.Keys, f function.Function) (function.Card, error) {
	var out function.Card
	b, err := k.For(keyring.Names).OpenPadded(f.Sealed, f.AD())
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(b, &out)
}

// Label opens the sealed name of an authority or unit.
func Label(k *keyring.Keys, box seal.Box, ad seal.AD) (organisation.Label, error) {
	var out organisation.Label
	b, err := k.For(keyring.Names).OpenPadded(box, ad)
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(b, &out)
}

// read runs fn in a read transaction of the subject's organisation.
func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

// write runs fn in a write transaction of the subject's organisation.
func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}
