package signin

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/netip"

	"varn/internal/domain/person"
	"varn/internal/infra/oidc"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Way is an identity provider as the sign-in page shows it.
type Way struct{ Name, Slug string }

// Ways lists the identity providers.
func (d *Desk) Ways() []Way {
	var out []Way
	for _, p := range d.Providers {
		out = append(out, Way{Name: p.Name, Slug: p.Slug()})
	}
	return out
}

// withProvider is what is kept, sealed, while the visitor is at a provider.
type withProvider struct {
	Provider string `json:"provider"`
	Onward   string `json:"onward"`
	oidc.Ceremony
}

// Sent is a visitor on the way to a provider: the address, and the bits that their browser keeps,
// without which the answer opens nothing. Somebody else's answer can't be handed to them.
type Sent struct{ Address, Browser string }

// SendTo begins a sign-in with a provider.
func (d *Desk) SendTo(ctx context.Context, org, slug, onward string, from netip.Addr) (Sent, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return Sent{}, err
	}
	p := d.provider(slug)
	if p == nil {
		return Sent{}, fault.New(fault.NotFound, "fault.not-found")
	}
	if err := d.admitCeremony(ctx, k, from); err != nil {
		return Sent{}, err
	}
	id := ident.New()
	address, ceremony, err := p.Begin(ctx, id)
	if err != nil {
		return Sent{}, err
	}
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails: it ends the process instead
	sent := Sent{Address: address, Browser: base64.RawURLEncoding.EncodeToString(bits[:])}
	b, err := json.Marshal(withProvider{Provider: slug, Onward: onward, Ceremony: ceremony})
	if err != nil {
		return Sent{}, err
	}
	row := store.Ceremony{ID: id, Expires: d.until(ceremonyLife)}
	row.Sealed = k.For(keyring.Ceremonies).Seal(b, providerAD(org, id, sent.Browser))
	return sent, d.DB.Org(org).Write(ctx, func(tx *store.Tx) error { return tx.InsertCeremony(row) })
}

func providerAD(org, id, browser string) seal.AD {
	return seal.Bind("provider sign-in", org, id, browser)
}

func (d *Desk) provider(slug string) *oidc.Provider {
	for _, p := range d.Providers {
		if p.Slug() == slug {
			return p
		}
	}
	return nil
}

// Returned is a visitor who comes back from a provider.
type Returned struct {
	Org, Slug   string
	State, Code string
	Browser     string
	Label       string
	From        netip.Addr
}

// ByProvider opens a session without a key for whom a provider names. A state that was used, a
// token that does not hold and a person who is unknown here are one answer.
func (d *Desk) ByProvider(ctx context.Context, v Returned) (secret, onward string, err error) {
	k, err := d.Ring.Org(v.Org)
	if err != nil {
		return "", "", err
	}
	p := d.provider(v.Slug)
	if p == nil {
		return "", "", fault.New(fault.NotFound, "fault.not-found")
	}
	begun, err := d.takeProvider(ctx, k, v)
	if err != nil {
		return "", "", err
	}
	named, err := p.Finish(ctx, begun.Ceremony, v.Code)
	if err != nil {
		return "", "", err
	}
	who, err := d.named(ctx, k, named.Address)
	if err != nil {
		return "", "", err
	}
	secret, err = d.Identify(ctx, v.Org, who.ID, named.Level, v.Label)
	return secret, begun.Onward, err
}

// takeProvider takes the ceremony of a state, once, for the browser that began it.
func (d *Desk) takeProvider(ctx context.Context, k *keyring.Keys, v Returned) (begun withProvider, err error) {
	var row store.Ceremony
	err = d.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) error {
		row, err = tx.TakeCeremony(v.State)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && row.Expires <= d.now() {
		return begun, unnamed()
	}
	if err != nil {
		return begun, err
	}
	b, err := k.For(keyring.Ceremonies).Open(row.Sealed, providerAD(k.Org, v.State, v.Browser))
	if err != nil || json.Unmarshal(b, &begun) != nil || begun.Provider != v.Slug {
		return begun, unnamed()
	}
	return begun, nil
}

// named finds the person of an address that a provider has vouched for.
func (d *Desk) named(ctx context.Context, k *keyring.Keys, address string) (p person.Person, err error) {
	normal, err := person.Address(address)
	if err != nil {
		return p, unnamed()
	}
	err = d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
		p, err = tx.VouchedByAddress(k, k.For(keyring.Lookup).Tag("address", normal))
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && p.State == person.Left {
		return p, unnamed()
	}
	return p, err
}

// unnamed is the one answer to every sign-in with a provider that does not succeed.
func unnamed() error { return fault.New(fault.Denied, "signin.provider-failed") }
