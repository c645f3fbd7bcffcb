package signin

import (
	"context"
	"net/netip"

	"golang.org/x/text/unicode/norm"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Try is one attempt to sign in with a passphrase.
type Try struct {
	Org        string
	Address    string
	Passphrase string
	From       netip.Addr
	Label      string // the browser, for the person's own list
}

// mostPassphrase bounds what Argon2id is asked to hash, in bytes.
const mostPassphrase = 1024

// ByPassphrase opens a session with an address and a passphrase. An unknown address, a person
// without a passphrase and a wrong one cost the same and are answered the same.
func (d *Desk) ByPassphrase(ctx context.Context, t Try) (secret string, err error) {
	k, err := d.Ring.Org(t.Org)
	if err != nil {
		return "", err
	}
	address, err := person.Address(t.Address)
	if err != nil {
		return "", err
	}
	if len(t.Passphrase) == 0 || len(t.Passphrase) > mostPassphrase {
		return "", fault.In("passphrase", "field.required")
	}
	if err := d.admit(ctx, k, address, t.From); err != nil {
		return "", err
	}
	p, u, err := d.passphraseOf(ctx, k, address)
	if err != nil {
		return "", err
	}
	key, err := d.unlock(ctx, k, p, u, t.Passphrase)
	if err != nil {
		return "", err
	}
	forgive := func(tx *store.Tx) error { return d.forgive(tx, k, address, t.From) }
	return d.welcome(ctx, k, u, start{Person: p.ID, Kind: access.Browser, Key: key, Label: t.Label, Life: SessionLife}, forgive)
}

// passphraseOf finds the person and their passphrase's wrap; both are zero if there is none.
func (d *Desk) passphraseOf(ctx context.Context, k *keyring.Keys, address string) (p person.Person, u person.Unlocker, err error) {
	tag := k.For(keyring.Lookup).Tag("address", address)
	err = d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
		var err error
		if p, err = tx.VouchedByAddress(k, tag); err != nil {
			return err
		}
		all, err := tx.VouchedUnlockers(k, p.ID)
		for _, one := range all {
			if one.Kind == person.Passphrase && one.KeyVersion == p.KeyVersion {
				u = one
			}
		}
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return person.Person{}, person.Unlocker{}, nil
	}
	return p, u, err
}

func (d *Desk) unlock(ctx context.Context, k *keyring.Keys, p person.Person, u person.Unlocker, phrase string) (*seal.Private, error) {
	phrase = norm.NFC.String(phrase)
	if u.ID == "" || p.State == person.Left {
		_, err := d.Pool.OpenPassphrase(ctx, k.For(keyring.Unlock), phrase, d.decoy.wrap, d.decoy.ad)
		if fault.Is(err, fault.Busy) || fault.Is(err, fault.Unavailable) {
			return nil, err
		}
		return nil, wrong()
	}
	key, err := d.Pool.OpenPassphrase(ctx, k.For(keyring.Unlock), phrase, u.Wrap, person.KeyAD(k.Org, p.ID, u.ID, u.KeyVersion))
	if fault.Is(err, fault.Busy) || fault.Is(err, fault.Unavailable) {
		return nil, err
	}
	if err != nil || !key.Public().Equal(p.PublicKey) {
		return nil, wrong()
	}
	return key, nil
}

// welcome begins the session and notes the unlocker's use; also does what more belongs to the
// same transaction, and may be nil.
func (d *Desk) welcome(ctx context.Context, k *keyring.Keys, u person.Unlocker, v start, also func(*store.Tx) error) (secret string, err error) {
	u.Used = d.now()
	u.MAC = k.Vouch(u.Who())
	row, secret, err := d.mint(k, v)
	if err != nil {
		return "", err
	}
	err = d.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertSession(row); err != nil {
			return err
		}
		if err := tx.UpdateUnlocker(u); err != nil {
			return err
		}
		if also != nil {
			if err := also(tx); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Actor: k.Tag(u.Person), Act: "session.begin", Rows: []audit.Row{u.Row()}})
	})
	return secret, err
}
