// Package operate is what the administrator does: names, texts, mail, jobs and the state of the
// installation. Nothing in it reads content.
package operate

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/organisation"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/mail"
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
	Keys  *keyplace.Place
	Clock clock.Clock
	Mail  *mail.Sender
	Texts *locale.Texts
	// Data is the data directory, for the room left on its disk.
	Data string
	// Origin is the address that visitors use; mails lead there.
	Origin string
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// keys lets the administrator in, from a browser.
func (d *Desk) keys(s *access.Session) (*keyring.Keys, error) {
	if !s.Has(access.Administrator) {
		return nil, fault.New(fault.Denied, "fault.denied")
	}
	if s.Kind == access.Token {
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

func record(tx *store.Tx, k *keyring.Keys, actor, act string) error {
	return tx.Log(audit.Entry{Actor: k.Tag(actor), Act: act})
}

// closed seals a value under one of the organisation's keys.
func closed(key seal.Key, v any, ad seal.AD) (seal.Box, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return seal.Box{}, err
	}
	return key.SealPadded(b, ad), nil
}

// setting opens a sealed setting into a value and gives its version; 0 when it was never set.
func setting(tx *store.Tx, k *keyring.Keys, name string, into any) (version int64, err error) {
	row, err := tx.Setting(name)
	if fault.Is(err, fault.NotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	b, err := k.For(keyring.Settings).OpenPadded(row.Sealed, row.AD())
	if err != nil {
		return 0, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return row.Version, json.Unmarshal(b, into)
}

// sealedSetting makes the row of a setting's next version.
func (d *Desk) sealedSetting(k *keyring.Keys, name string, v any, version int64) (organisation.Setting, error) {
	row := organisation.Setting{Org: k.Org, Name: name, Version: version + 1, Changed: d.now()}
	var err error
	row.Sealed, err = closed(k.For(keyring.Settings), v, row.AD())
	return row, err
}
