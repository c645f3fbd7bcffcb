// Package signin turns a passkey, a passphrase or a token into a session whose key is at hand,
// and an identity provider's word into a session without one.
package signin

import (
	"encoding/json"

	"varn/internal/domain/person"
	"varn/internal/infra/oidc"
	"varn/internal/infra/passkey"
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
	Pool  *seal.Pool
	Clock clock.Clock
	Party *passkey.Party
	// Providers identify by OpenID Connect; they never unlock.
	Providers []*oidc.Provider
	// decoy makes a failed try cost what a real one costs; set once at start by Prepare.
	decoy decoy
}

// decoy is a wrap that no passphrase opens, so that an unknown address costs as much as a known.
type decoy struct {
	wrap seal.Box
	ad   seal.AD
}

// Prepare makes the decoy; call it once before the first sign-in.
func (d *Desk) Prepare() {
	ad := seal.Bind("decoy")
	d.decoy = decoy{wrap: d.Pool.Decoy(ad), ad: ad}
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

// profile opens what the organisation keeps sealed of a person's name.
func profile(k *keyring.Keys, p person.Person) (person.Profile, error) {
	var v person.Profile
	b, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
	if err != nil {
		return v, err
	}
	return v, json.Unmarshal(b, &v)
}

// wrong is the one answer to every failed sign-in: it tells neither who exists nor what was off.
func wrong() error { return fault.New(fault.Denied, "signin.wrong") }
