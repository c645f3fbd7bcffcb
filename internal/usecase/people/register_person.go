package people

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// RegisterPerson enters a person by hand. The person can do nothing before they are invited,
// have enrolled, and somebody has confirmed their key.
func (d *Desk) RegisterPerson(ctx context.Context, s *access.Session, v person.Profile) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !staff(s) {
		return "", denied()
	}
	if err := v.Check(); err != nil {
		return "", err
	}
	p, err := newPerson(k, d, v)
	if err != nil {
		return "", err
	}
	store.Declare(ctx, p.ID)
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertPerson(p); err != nil {
			return err
		}
		return record(tx, k, s.Person, "person.register", personRow(p))
	})
	return p.ID, err
}

// newPerson makes the row of a person from their profile.
func newPerson(k *keyring.Keys, d *Desk, v person.Profile) (person.Person, error) {
	now := d.now()
	p := person.Person{Org: k.Org, ID: ident.New(), State: person.Registered, Version: 1, Created: now, Changed: now}
	v.Name = strings.TrimSpace(v.Name)
	p.AddressTag = addressTag(k, p.ID, v.Address)
	p.SourceTag = sourceTag(k, v.Source)
	var err error
	if p.Sealed, err = sealProfile(k, p, v); err != nil {
		return p, err
	}
	p.MAC = k.Vouch(p.Who())
	return p, nil
}

// addressTag is the look-up tag of an address; a person without one gets a tag of their own.
func addressTag(k *keyring.Keys, id, address string) string {
	if a, err := person.Address(address); err == nil {
		return AddressTag(k, a)
	}
	return k.For(keyring.Lookup).Tag("no address", id)
}

// AddressTag is the look-up tag of a normalised address.
func AddressTag(k *keyring.Keys, normalised string) string {
	return k.For(keyring.Lookup).Tag("address", normalised)
}

func sourceTag(k *keyring.Keys, source string) string {
	if source == "" {
		return ""
	}
	return k.For(keyring.Lookup).Tag("source", source)
}

// change gives a person's row its next version and MAC; fn has set what is new.
func change(k *keyring.Keys, d *Desk, p person.Person) person.Person {
	p.Version++
	p.Changed = d.now()
	p.MAC = k.Vouch(p.Who())
	return p
}
