package store

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// The readings in this file check each row's MAC, and that it is the newest one that was logged,
// before anybody acts on it: whoever can write to the database can't name a holder, substitute a
// public key, widen a circle, or put back a row from before somebody was shut out.

// VouchedPerson gives a person whose row the organisation vouches for.
func (t *Tx) VouchedPerson(k *keyring.Keys, id string) (person.Person, error) {
	p, err := t.Person(id)
	return one(t, k, p, err, personProof)
}

// VouchedByAddress finds a person by the tag of their address.
func (t *Tx) VouchedByAddress(k *keyring.Keys, tag string) (person.Person, error) {
	p, err := t.PersonByAddress(tag)
	return one(t, k, p, err, personProof)
}

// VouchedPeople gives every person of the organisation.
func (t *Tx) VouchedPeople(k *keyring.Keys) ([]person.Person, error) {
	all, err := t.People()
	return many(t, k, all, err, personProof)
}

// VouchedPeopleOf gives the people with these ids; an unknown one is left out.
func (t *Tx) VouchedPeopleOf(k *keyring.Keys, ids []string) ([]person.Person, error) {
	all, err := t.PeopleOf(ids)
	return many(t, k, all, err, personProof)
}

// VouchedFunction gives a function whose row the organisation vouches for.
func (t *Tx) VouchedFunction(k *keyring.Keys, id string) (function.Function, error) {
	f, err := t.Function(id)
	return one(t, k, f, err, functionProof)
}

// VouchedFunctions gives every function of the organisation.
func (t *Tx) VouchedFunctions(k *keyring.Keys) ([]function.Function, error) {
	all, err := t.Functions()
	return many(t, k, all, err, functionProof)
}

// VouchedFunctionsOf gives the functions with these ids; an unknown one is left out.
func (t *Tx) VouchedFunctionsOf(k *keyring.Keys, ids []string) ([]function.Function, error) {
	all, err := t.FunctionsOf(ids)
	return many(t, k, all, err, functionProof)
}

// VouchedHolder gives one seat.
func (t *Tx) VouchedHolder(k *keyring.Keys, id string) (function.Holder, error) {
	h, err := t.Holder(id)
	return one(t, k, h, err, holderProof)
}

// VouchedHolders gives a function's seats.
func (t *Tx) VouchedHolders(k *keyring.Keys, functionID string) ([]function.Holder, error) {
	all, err := t.Holders(functionID)
	return many(t, k, all, err, holderProof)
}

// VouchedSeats gives a person's seats in functions; every seat when personID is empty.
func (t *Tx) VouchedSeats(k *keyring.Keys, personID string) ([]function.Holder, error) {
	all, err := t.HoldersOf(personID)
	return many(t, k, all, err, holderProof)
}

// VouchedSeatsIn gives the seats in some functions.
func (t *Tx) VouchedSeatsIn(k *keyring.Keys, functions []string) ([]function.Holder, error) {
	all, err := t.HoldersIn(functions)
	return many(t, k, all, err, holderProof)
}

// VouchedSeatsOf gives the seats of some people.
func (t *Tx) VouchedSeatsOf(k *keyring.Keys, people []string) ([]function.Holder, error) {
	all, err := t.HoldersOfAny(people)
	return many(t, k, all, err, holderProof)
}

// VouchedRole gives one role grant.
func (t *Tx) VouchedRole(k *keyring.Keys, id string) (person.RoleGrant, error) {
	g, err := t.Role(id)
	return one(t, k, g, err, roleProof)
}

// VouchedRoles gives a person's roles; every role grant when personID is empty.
func (t *Tx) VouchedRoles(k *keyring.Keys, personID string) ([]person.RoleGrant, error) {
	all, err := t.RolesOf(personID)
	return many(t, k, all, err, roleProof)
}

// VouchedUnlockers gives a person's unlockers.
func (t *Tx) VouchedUnlockers(k *keyring.Keys, personID string) ([]person.Unlocker, error) {
	all, err := t.Unlockers(personID)
	return many(t, k, all, err, unlockerProof)
}

// VouchedByCredential finds a passkey's unlocker by the tag of its credential id.
func (t *Tx) VouchedByCredential(k *keyring.Keys, tag string) (person.Unlocker, error) {
	u, err := t.UnlockerByCredential(tag)
	return one(t, k, u, err, unlockerProof)
}

// VouchedCase gives a case by its reference.
func (t *Tx) VouchedCase(k *keyring.Keys, ref string) (casefile.Case, error) {
	c, err := t.CaseByRef(ref)
	return one(t, k, c, err, caseProof)
}

// VouchedPlaces gives the places of a case's circle.
func (t *Tx) VouchedPlaces(k *keyring.Keys, caseID string) ([]casefile.Place, error) {
	all, err := t.Places(caseID)
	return many(t, k, all, err, placeProof)
}

// VouchedRecoveryKey gives the newest recovery key.
func (t *Tx) VouchedRecoveryKey(k *keyring.Keys) (RecoveryKey, error) {
	r, err := t.RecoveryKey()
	return one(t, k, r, err, recoveryKeyProof)
}

// VouchedRecovery gives one recovery.
func (t *Tx) VouchedRecovery(k *keyring.Keys, id string) (Recovery, error) {
	r, err := t.Recovery(id)
	return one(t, k, r, err, recoveryProof)
}

// proof is what a row is checked by: its MAC over what, and its name in the log.
type proof struct {
	kind, id string
	mac      []byte
	ad       seal.AD
}

func (p proof) row() audit.Row { return audit.Row{Kind: p.kind, ID: p.id, Hash: p.ad.Hash()} }

func personProof(p person.Person) proof       { return proof{"person", p.ID, p.MAC, p.Who()} }
func functionProof(f function.Function) proof { return proof{"function", f.ID, f.MAC, f.Who()} }
func holderProof(h function.Holder) proof     { return proof{"holder", h.ID, h.MAC, h.Who()} }
func roleProof(g person.RoleGrant) proof      { return proof{"role", g.ID, g.MAC, g.Who()} }
func unlockerProof(u person.Unlocker) proof   { return proof{"unlocker", u.ID, u.MAC, u.Who()} }
func caseProof(c casefile.Case) proof         { return proof{"case", c.ID, c.MAC, c.Who()} }
func placeProof(p casefile.Place) proof       { return proof{"place", p.ID, p.MAC, p.Who()} }
func recoveryProof(r Recovery) proof          { return proof{"recovery", r.ID, r.MAC, r.Who()} }
func recoveryKeyProof(r RecoveryKey) proof {
	return proof{"recovery_key", strconv.FormatInt(r.Version, 10), r.MAC, r.Who()}
}

func one[T any](t *Tx, k *keyring.Keys, row T, err error, of func(T) proof) (T, error) {
	if err != nil {
		return row, err
	}
	p := of(row)
	t.vouched = append(t.vouched, p.row())
	return row, k.Check(p.mac, p.ad, p.kind+" "+p.id)
}

func many[T any](t *Tx, k *keyring.Keys, all []T, err error, of func(T) proof) ([]T, error) {
	if err != nil {
		return nil, err
	}
	for _, row := range all {
		p := of(row)
		if err := k.Check(p.mac, p.ad, p.kind+" "+p.id); err != nil {
			return nil, err
		}
		t.vouched = append(t.vouched, p.row())
	}
	return all, nil
}

// vouching lets a transaction end well only if every row that was vouched for in it is the newest
// that was logged: one question to the database instead of one for each reading. Until then
// nobody outside the transaction has seen anything of it.
func vouching(fn func(*Tx) error) func(*Tx) error {
	return func(t *Tx) error {
		if err := fn(t); err != nil {
			return err
		}
		for part := range slices.Chunk(t.vouched, 128) {
			if err := t.newest(part); err != nil {
				return noticed(err)
			}
		}
		return nil
	}
}

// newest holds rows of any kind against the log as it was before this transaction; a row that the
// transaction itself has logged may be read again in it.
func (t *Tx) newest(rows []audit.Row) error {
	text, args := newestText(rows)
	type name struct{ kind, id string }
	logged := map[name][32]byte{}
	if err := Each(t, text, args, func(r *audit.Row) error {
		logged[name{r.Kind, r.ID}] = r.Hash
		return nil
	}); err != nil {
		return err
	}
	for _, r := range rows {
		hash, ok := logged[name{r.Kind, r.ID}]
		if ok && hash == r.Hash || t.logs(r) {
			continue
		}
		what := audit.RowChanged
		if !ok {
			what = audit.RowUnlogged
		}
		return &Tampered{What: what, Org: t.org, Table: r.Kind, ID: r.ID}
	}
	return nil
}

// newestText asks for the logged hashes, one branch for each kind: in that form both engines go by
// the table's key, whatever its size.
func newestText(rows []audit.Row) (text string, args []any) {
	byKind := map[string][]string{}
	var kinds []string
	for _, r := range rows {
		if byKind[r.Kind] == nil {
			kinds = append(kinds, r.Kind)
		}
		byKind[r.Kind] = append(byKind[r.Kind], r.ID)
	}
	slices.Sort(kinds)
	var b strings.Builder
	for n, kind := range kinds {
		if n > 0 {
			b.WriteString(" UNION ALL ")
		}
		args = append(args, kind)
		b.WriteString("SELECT kind, id, hash FROM audit_row WHERE org = $1 AND kind = $" + strconv.Itoa(len(args)+1) + " AND id ")
		var in string
		in, args = among(args, byKind[kind])
		b.WriteString(in)
	}
	return b.String(), args
}

// logs tells whether this transaction has an entry that names the row as it is.
func (t *Tx) logs(row audit.Row) bool {
	for _, p := range t.entries {
		if slices.Contains(p.entry.Rows, row) {
			return true
		}
	}
	return false
}

// noticed turns what the log noticed into the fault that visitors are told of.
func noticed(err error) error {
	var bad *Tampered
	if errors.As(err, &bad) {
		return fault.New(fault.Internal, "fault.tampered", bad.Error()+"; run: varn audit verify")
	}
	return err
}
