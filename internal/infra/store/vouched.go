package store

import (
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// The readings in this file check each row's MAC before anybody acts on it: whoever can write
// to the database can't name a holder, substitute a public key or widen a circle.

// VouchedPerson gives a person whose row the organisation vouches for.
func (t *Tx) VouchedPerson(k *keyring.Keys, id string) (person.Person, error) {
	p, err := t.Person(id)
	if err != nil {
		return p, err
	}
	return p, k.Check(p.MAC, p.Who(), "person "+id)
}

// VouchedByAddress finds a person by the tag of their address.
func (t *Tx) VouchedByAddress(k *keyring.Keys, tag string) (person.Person, error) {
	p, err := t.PersonByAddress(tag)
	if err != nil {
		return p, err
	}
	return p, k.Check(p.MAC, p.Who(), "person "+p.ID)
}

// VouchedFunction gives a function whose row the organisation vouches for.
func (t *Tx) VouchedFunction(k *keyring.Keys, id string) (function.Function, error) {
	f, err := t.Function(id)
	if err != nil {
		return f, err
	}
	return f, k.Check(f.MAC, f.Who(), "function "+id)
}

// VouchedHolders gives a function's seats.
func (t *Tx) VouchedHolders(k *keyring.Keys, functionID string) ([]function.Holder, error) {
	all, err := t.Holders(functionID)
	return checked(k, all, err, func(h function.Holder) ([]byte, seal.AD) { return h.MAC, h.Who() }, "holder")
}

// VouchedSeats gives a person's seats in functions; every seat when personID is empty.
func (t *Tx) VouchedSeats(k *keyring.Keys, personID string) ([]function.Holder, error) {
	all, err := t.HoldersOf(personID)
	return checked(k, all, err, func(h function.Holder) ([]byte, seal.AD) { return h.MAC, h.Who() }, "holder")
}

// VouchedRoles gives a person's roles; every role grant when personID is empty.
func (t *Tx) VouchedRoles(k *keyring.Keys, personID string) ([]person.RoleGrant, error) {
	all, err := t.RolesOf(personID)
	return checked(k, all, err, func(g person.RoleGrant) ([]byte, seal.AD) { return g.MAC, g.Who() }, "role")
}

// VouchedUnlockers gives a person's unlockers.
func (t *Tx) VouchedUnlockers(k *keyring.Keys, personID string) ([]person.Unlocker, error) {
	all, err := t.Unlockers(personID)
	return checked(k, all, err, func(u person.Unlocker) ([]byte, seal.AD) { return u.MAC, u.Who() }, "unlocker")
}

// VouchedCase gives a case by its reference.
func (t *Tx) VouchedCase(k *keyring.Keys, ref string) (casefile.Case, error) {
	c, err := t.CaseByRef(ref)
	if err != nil {
		return c, err
	}
	return c, k.Check(c.MAC, c.Who(), "case "+c.ID)
}

// VouchedPlaces gives the places of a case's circle.
func (t *Tx) VouchedPlaces(k *keyring.Keys, caseID string) ([]casefile.Place, error) {
	all, err := t.Places(caseID)
	return checked(k, all, err, func(p casefile.Place) ([]byte, seal.AD) { return p.MAC, p.Who() }, "place")
}

// VouchedRecoveryKey gives the newest recovery key.
func (t *Tx) VouchedRecoveryKey(k *keyring.Keys) (RecoveryKey, error) {
	r, err := t.RecoveryKey()
	if err != nil {
		return r, err
	}
	return r, k.Check(r.MAC, r.Who(), "recovery key")
}

func checked[T any](k *keyring.Keys, all []T, err error, mac func(T) ([]byte, seal.AD), what string) ([]T, error) {
	if err != nil {
		return nil, err
	}
	for _, row := range all {
		sum, ad := mac(row)
		if err := k.Check(sum, ad, what); err != nil {
			return nil, err
		}
	}
	return all, nil
}
