// Package directory keeps the register of representatives, the policy of what may be published of them and
// their consent, and gives the public directory that follows.
package directory

import (
	"context"
	"encoding/json"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/directory"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/organisation"
	"varn/internal/infra/jail"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
)

// Desk does the acts of this package.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
	// Jail draws photos anew where nothing can be reached; without it none are taken.
	Jail *jail.Runner
	// Origin is the address that visitors use, for the pointer that an ended address answers with.
	Origin string

	views views
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// today is the day in Sweden.
func (d *Desk) today() directory.Day {
	return directory.Day(d.Clock.Now().In(locale.Zone()).Format(time.DateOnly))
}

// Staff are the roles that keep the register.
func Staff() []access.Role {
	return []access.Role{access.CommunicationsOfficer, access.CommitteeSecretary, access.HeadOfSecurity, access.Administrator}
}

// Deciders are the roles that enter what has been decided of publishing.
func Deciders() []access.Role {
	return []access.Role{access.CommunicationsOfficer, access.HeadOfSecurity}
}

// keys lets in who holds one of the roles, from a browser.
func (d *Desk) keys(s *access.Session, roles []access.Role) (*keyring.Keys, error) {
	switch {
	case !s.Account():
		return nil, fault.New(fault.Denied, "fault.sign-in")
	case s.Kind == access.Token:
		return nil, fault.New(fault.Denied, "fault.token-members")
	case !s.Has(roles...):
		return nil, denied()
	}
	d.views.forget(s.Org) // an act is done on what stands, and not on what stood a second ago
	return d.Ring.Org(s.Org)
}

func denied() error { return fault.New(fault.Denied, "fault.denied") }

func missing() error { return fault.New(fault.NotFound, "fault.not-found") }

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

// write runs fn and makes this node read the directory anew.
func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	err := d.DB.Org(k.Org).Write(ctx, fn)
	d.views.forget(k.Org)
	return err
}

// fresh begins an entry.
func (d *Desk) fresh(k *keyring.Keys, kind directory.Kind) directory.Entry {
	e := directory.Entry{Org: k.Org, ID: ident.New(), Kind: kind, Created: d.now()}
	e.Slug = k.For(keyring.Lookup).Tag("no slug", e.ID)
	return e
}

// sealed gives an entry its card, its next version and its MAC. It is called outside the writer.
func (d *Desk) sealed(k *keyring.Keys, e directory.Entry, card any) (directory.Entry, error) {
	raw, err := json.Marshal(card)
	if err != nil {
		return e, err
	}
	e.Sealed = k.For(keyring.Directory).SealPadded(raw, e.AD())
	e.Version++
	e.Changed = d.now()
	e.MAC = k.Vouch(e.Who())
	return e, nil
}

// marked gives an entry whose card stays as it is its next version and MAC.
func (d *Desk) marked(k *keyring.Keys, e directory.Entry) directory.Entry {
	e.Version++
	e.Changed = d.now()
	e.MAC = k.Vouch(e.Who())
	return e
}

func slugTag(k *keyring.Keys, slug string) string {
	return k.For(keyring.Lookup).Tag("slug", slug)
}

func sourceTag(k *keyring.Keys, source string) string {
	if source == "" {
		return ""
	}
	return k.For(keyring.Lookup).Tag("directory source", source)
}

// record logs what was done with the entries as they now stand.
func record(tx *store.Tx, k *keyring.Keys, actor, act string, boxes []mailbox.Mailbox, entries ...directory.Entry) error {
	e := audit.Entry{Actor: k.Tag(actor), Act: act}
	for _, m := range boxes {
		e.Rows = append(e.Rows, m.Row())
	}
	for _, one := range entries {
		e.Rows = append(e.Rows, one.Row())
	}
	return tx.Log(e)
}

// settings opens what the organisation has decided about its directory; the version is 0 where it is nothing.
func settings(tx *store.Tx, k *keyring.Keys) (v directory.Settings, version int64, err error) {
	row, err := tx.Setting(settingName)
	if fault.Is(err, fault.NotFound) {
		return directory.Settings{V: 1}, 0, nil
	}
	if err != nil {
		return v, 0, err
	}
	raw, err := k.For(keyring.Settings).OpenPadded(row.Sealed, row.AD())
	if err != nil {
		return v, 0, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return v, row.Version, json.Unmarshal(raw, &v)
}

const settingName = "directory"

// Settings gives the settings with the version that an edit must name.
func (d *Desk) Settings(ctx context.Context, s *access.Session) (v directory.Settings, version int64, err error) {
	k, err := d.keys(s, Staff())
	if err != nil {
		return v, 0, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		v, version, err = settings(tx, k)
		return err
	})
	return v, version, err
}

// SaveSettings stores edited settings; Conflict when somebody else saved since version.
func (d *Desk) SaveSettings(ctx context.Context, s *access.Session, v directory.Settings, version int64) error {
	k, err := d.keys(s, Deciders())
	if err != nil {
		return err
	}
	v.V = 1
	if err := v.Check(); err != nil {
		return err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	row := organisation.Setting{Org: k.Org, Name: settingName, Version: version + 1, Changed: d.now()}
	row.Sealed = k.For(keyring.Settings).SealPadded(raw, row.AD())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.PutSetting(row); err != nil {
			return err
		}
		if err := tx.TouchDirectory(); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "directory.settings"})
	})
}
