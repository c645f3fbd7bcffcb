// Package enrol gives a person their key pair and the unlockers that open it.
package enrol

import (
	"context"
	"encoding/json"
	"time"

	"golang.org/x/text/unicode/norm"

	"varn/internal/domain/audit"
	"varn/internal/domain/person"
	"varn/internal/infra/passkey"
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
	Party *passkey.Party
}

// Passphrases are long enough to be guessed by nobody who has stolen the disk.
const (
	MinPassphrase = 16   // characters
	maxPassphrase = 1024 // bytes
	ceremonyLife  = 10 * time.Minute
	maxUnlockers  = 10
)

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// Passphrase tells what must be mended in a new passphrase.
func Passphrase(s string) error {
	switch {
	case len([]rune(s)) < MinPassphrase:
		return fault.In("passphrase", "field.passphrase-short", MinPassphrase)
	case len(s) > maxPassphrase:
		return fault.In("passphrase", "field.too-long", maxPassphrase)
	case distinct(s) < 6:
		return fault.In("passphrase", "field.passphrase-plain")
	}
	return nil
}

// distinct counts the different characters of a text.
func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// unlocker makes the row of a new unlocker; wrap is given by the caller.
func (d *Desk) unlocker(k *keyring.Keys, p person.Person, kind person.UnlockerKind) person.Unlocker {
	now := d.now()
	return person.Unlocker{Org: k.Org, Person: p.ID, ID: ident.New(), Kind: kind, KeyVersion: p.KeyVersion, Created: now, Used: now}
}

// sealed closes an unlocker's label and credential, and vouches for the row.
func sealed(k *keyring.Keys, u person.Unlocker, v person.Credential) (person.Unlocker, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return u, err
	}
	u.Sealed = k.For(keyring.Unlock).SealPadded(b, u.AD())
	u.MAC = k.Vouch(u.Who())
	return u, nil
}

// byPassphrase makes a passphrase's unlocker.
func (d *Desk) byPassphrase(ctx context.Context, k *keyring.Keys, p person.Person, key *seal.Private, phrase string) (person.Unlocker, error) {
	u := d.unlocker(k, p, person.Passphrase)
	var err error
	// Keyboards differ in how they compose å; the same passphrase must be the same bytes.
	u.Wrap, err = d.Pool.WrapPassphrase(ctx, k.For(keyring.Unlock), norm.NFC.String(phrase), key, person.KeyAD(k.Org, p.ID, u.ID, u.KeyVersion))
	if err != nil {
		return u, err
	}
	return sealed(k, u, person.Credential{})
}

// byPasskey makes a passkey's unlocker out of the credential and the page's 32 bytes.
func (d *Desk) byPasskey(k *keyring.Keys, p person.Person, key *seal.Private, c passkey.Credential, v newPasskey) (person.Unlocker, error) {
	if len(v.unlock) != 32 {
		return person.Unlocker{}, fault.New(fault.Invalid, "passkey.no-prf")
	}
	u := d.unlocker(k, p, person.Passkey)
	u.CredTag = k.For(keyring.Lookup).Tag("credential", string(c.ID))
	u.Wrap = seal.WrapSecret(k.For(keyring.Unlock), v.unlock, key, person.KeyAD(k.Org, p.ID, u.ID, u.KeyVersion))
	raw, err := json.Marshal(c)
	if err != nil {
		return u, err
	}
	return sealed(k, u, person.Credential{Label: v.label, WebAuthn: raw, PRF: true})
}

type newPasskey struct {
	unlock []byte
	label  string
}

// byRecovery makes the unlocker that only the organisation's recovery key opens.
func (d *Desk) byRecovery(k *keyring.Keys, p person.Person, key *seal.Private, to seal.Public) (person.Unlocker, error) {
	u := d.unlocker(k, p, person.Escrow)
	var err error
	if u.Wrap, err = to.Wrap(key.Seed(), person.KeyAD(k.Org, p.ID, u.ID, u.KeyVersion)); err != nil {
		return u, err
	}
	return sealed(k, u, person.Credential{})
}

func personRow(p person.Person) audit.Row {
	return audit.Row{Kind: "person", ID: p.ID, Hash: p.Who().Hash()}
}
