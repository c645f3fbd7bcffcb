package signin

import (
	"context"
	"encoding/json"
	"net/netip"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/passkey"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// ceremonyLife is how long a page may take between the options and the answer.
const ceremonyLife = 10 * time.Minute

// BeginPasskey gives the options for the page and the ceremony's id.
func (d *Desk) BeginPasskey(ctx context.Context, org string, from netip.Addr) (options any, ceremony string, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, "", err
	}
	if err := d.admitCeremony(ctx, k, from); err != nil {
		return nil, "", err
	}
	options, state, err := d.Party.BeginLogin()
	if err != nil {
		return nil, "", err
	}
	ceremony = ident.New()
	row := store.Ceremony{ID: ceremony, Expires: d.until(ceremonyLife)}
	row.Sealed = k.For(keyring.Ceremonies).Seal(state, seal.Bind("sign-in", org, ceremony))
	err = d.DB.Org(org).Write(ctx, func(tx *store.Tx) error { return tx.InsertCeremony(row) })
	return options, ceremony, err
}

// Answer is what the page sends back: the authenticator's answer without any PRF result, and
// 32 bytes derived in the page from the PRF, the label and the credential id.
type Answer struct {
	Org      string
	Ceremony string
	Response []byte
	Unlock   []byte
	From     netip.Addr
	Label    string
}

// ByPasskey opens a session with a passkey. Each ceremony can be answered once.
func (d *Desk) ByPasskey(ctx context.Context, a Answer) (secret string, err error) {
	k, err := d.Ring.Org(a.Org)
	if err != nil {
		return "", err
	}
	state, err := d.ceremony(ctx, k, a.Ceremony, "sign-in")
	if err != nil {
		return "", err
	}
	var p person.Person
	var u person.Unlocker
	cred, err := d.Party.FinishLogin(state, a.Response, func(id []byte, handle string) (passkey.User, error) {
		p, u, err = d.passkeyOf(ctx, k, id)
		if err != nil {
			return passkey.User{}, err
		}
		return userOf(k, p, u)
	})
	if err != nil {
		return "", err
	}
	key, err := seal.OpenSecret(k.For(keyring.Unlock), a.Unlock, u.Wrap, person.KeyAD(k.Org, p.ID, u.ID, u.KeyVersion))
	if err != nil || !key.Public().Equal(p.PublicKey) || p.State == person.Left {
		return "", wrong()
	}
	if u, err = recount(k, u, cred); err != nil {
		return "", err
	}
	return d.welcome(ctx, k, u, start{Person: p.ID, Kind: access.Browser, Key: key, Label: a.Label, Life: SessionLife}, nil)
}

// ceremony takes a ceremony's state; a second answer to it finds nothing.
func (d *Desk) ceremony(ctx context.Context, k *keyring.Keys, id, kind string) ([]byte, error) {
	var row store.Ceremony
	err := d.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) error {
		var err error
		row, err = tx.TakeCeremony(id)
		return err
	})
	if fault.Is(err, fault.NotFound) || (err == nil && row.Expires <= d.now()) {
		return nil, fault.New(fault.Invalid, "signin.ceremony-gone")
	}
	if err != nil {
		return nil, err
	}
	return k.For(keyring.Ceremonies).Open(row.Sealed, seal.Bind(kind, k.Org, id))
}

func (d *Desk) passkeyOf(ctx context.Context, k *keyring.Keys, id []byte) (p person.Person, u person.Unlocker, err error) {
	tag := k.For(keyring.Lookup).Tag("credential", string(id))
	err = d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
		var err error
		if u, err = tx.VouchedByCredential(k, tag); err != nil {
			return err
		}
		p, err = tx.VouchedPerson(k, u.Person)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return p, u, wrong()
	}
	return p, u, err
}

// userOf opens the credential that an unlocker keeps sealed.
func userOf(k *keyring.Keys, p person.Person, u person.Unlocker) (passkey.User, error) {
	c, _, err := credential(k, u)
	if err != nil {
		return passkey.User{}, err
	}
	return passkey.User{Handle: p.ID, Credentials: []passkey.Credential{c}}, nil
}

func credential(k *keyring.Keys, u person.Unlocker) (passkey.Credential, person.Credential, error) {
	var v person.Credential
	var c passkey.Credential
	b, err := k.For(keyring.Unlock).OpenPadded(u.Sealed, u.AD())
	if err != nil {
		return c, v, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return c, v, err
	}
	return c, v, json.Unmarshal(v.WebAuthn, &c)
}

// recount keeps the signature counter that the authenticator has come to.
func recount(k *keyring.Keys, u person.Unlocker, c passkey.Credential) (person.Unlocker, error) {
	_, v, err := credential(k, u)
	if err != nil {
		return u, err
	}
	if v.WebAuthn, err = json.Marshal(c); err != nil {
		return u, err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return u, err
	}
	u.Sealed = k.For(keyring.Unlock).SealPadded(b, u.AD())
	return u, nil // welcome vouches for the row anew
}
