package enrol

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Unlocker is one line of a person's list of ways to open their key.
type Unlocker struct {
	ID      string
	Kind    person.UnlockerKind
	Label   string
	Created clock.Stamp
	Used    clock.Stamp
}

// Unlockers lists the subject's own, the recovery key's wrap included.
func (d *Desk) Unlockers(ctx context.Context, s *access.Session) ([]Unlocker, error) {
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return nil, err
	}
	rows, err := d.have(ctx, k, s.Person)
	if err != nil {
		return nil, err
	}
	out := make([]Unlocker, 0, len(rows))
	for _, r := range rows {
		var v person.Credential
		b, err := k.For(keyring.Unlock).OpenPadded(r.Sealed, r.AD())
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(b, &v); err != nil {
			return nil, err
		}
		out = append(out, Unlocker{ID: r.ID, Kind: r.Kind, Label: v.Label, Created: r.Created, Used: r.Used})
	}
	return out, nil
}

func (d *Desk) have(ctx context.Context, k *keyring.Keys, personID string) (rows []person.Unlocker, err error) {
	err = d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
		rows, err = tx.VouchedUnlockers(k, personID)
		return err
	})
	return rows, err
}

// own gives the subject's person row and unlockers; only a browser's unlocked session may
// touch unlockers.
func (d *Desk) own(ctx context.Context, s *access.Session) (*keyring.Keys, person.Person, []person.Unlocker, error) {
	if s == nil || s.Kind == access.Token || !s.Unlocked() {
		return nil, person.Person{}, nil, fault.New(fault.Denied, "fault.token-members")
	}
	k, err := d.Ring.Org(s.Org)
	if err != nil {
		return nil, person.Person{}, nil, err
	}
	var p person.Person
	var have []person.Unlocker
	err = d.DB.Org(s.Org).Read(ctx, func(tx *store.Tx) error {
		if p, err = tx.VouchedPerson(k, s.Person); err != nil {
			return err
		}
		have, err = tx.VouchedUnlockers(k, s.Person)
		return err
	})
	return k, p, have, err
}

// SetPassphrase gives the subject a passphrase or changes it. Every other session and token
// ends: whoever knew the old one is out.
func (d *Desk) SetPassphrase(ctx context.Context, s *access.Session, phrase string) error {
	if err := Passphrase(phrase); err != nil {
		return err
	}
	k, p, have, err := d.own(ctx, s)
	if err != nil {
		return err
	}
	u, err := d.byPassphrase(ctx, k, p, s.Key, phrase)
	if err != nil {
		return err
	}
	return d.DB.Org(s.Org).Write(ctx, func(tx *store.Tx) error {
		rows := []audit.Row{u.Row()}
		for _, old := range have {
			if old.Kind == person.Passphrase {
				rows = append(rows, audit.Row{Kind: "unlocker", ID: old.ID})
				if err := tx.DeleteUnlocker(p.ID, old.ID); err != nil {
					return err
				}
			}
		}
		if err := tx.InsertUnlocker(u); err != nil {
			return err
		}
		if _, err := tx.DeleteSessions(p.ID, s.ID); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(p.ID), Act: "unlocker.passphrase", Rows: rows})
	})
}

// BeginAnother gives the options for one more passkey of the subject's.
func (d *Desk) BeginAnother(ctx context.Context, s *access.Session) (options any, ceremony string, err error) {
	k, p, have, err := d.own(ctx, s)
	if err != nil {
		return nil, "", err
	}
	if len(have) >= maxUnlockers {
		return nil, "", fault.New(fault.Invalid, "unlocker.too-many")
	}
	return d.offer(ctx, k, p, have)
}

// AddPasskey stores one more passkey of the subject's.
func (d *Desk) AddPasskey(ctx context.Context, s *access.Session, a Answer) error {
	k, p, have, err := d.own(ctx, s)
	if err != nil {
		return err
	}
	cred, err := d.accept(ctx, k, p, have, a)
	if err != nil {
		return err
	}
	u, err := d.byPasskey(k, p, s.Key, cred, newPasskey{unlock: a.Unlock, label: a.Label})
	if err != nil {
		return err
	}
	return d.DB.Org(s.Org).Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertUnlocker(u); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(p.ID), Act: "unlocker.add", Rows: []audit.Row{u.Row()}})
	})
}

// RemoveUnlocker removes one of the subject's unlockers, never the last that they can use
// themselves, and never the recovery key's.
func (d *Desk) RemoveUnlocker(ctx context.Context, s *access.Session, id string) error {
	k, p, have, err := d.own(ctx, s)
	if err != nil {
		return err
	}
	usable, found := 0, false
	for _, u := range have {
		if u.Kind == person.Escrow {
			continue
		}
		usable++
		found = found || u.ID == id
	}
	if !found {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	if usable < 2 {
		return fault.New(fault.Conflict, "unlocker.last")
	}
	return d.DB.Org(s.Org).Write(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteUnlocker(p.ID, id); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(p.ID), Act: "unlocker.remove", Rows: []audit.Row{{Kind: "unlocker", ID: id}}})
	})
}
