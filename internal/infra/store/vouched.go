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
)

// The readings in this file check each row's MAC, and that it is the newest one that was logged,
// before anybody acts on it: whoever can write to the database can't name a holder, substitute a
// public key, widen a circle, or put back a row from before somebody was shut out.

// VouchedPerson gives a person whose row the organisation vouches for.
func (t *Tx) VouchedPerson(k *keyring.Keys, id string) (person.Person, error) {
	return oneOf(t, people(k), `id = $2`, id)
}

// VouchedByAddress finds a person by the tag of their address.
func (t *Tx) VouchedByAddress(k *keyring.Keys, tag string) (person.Person, error) {
	return oneOf(t, people(k), `address_tag = $2`, tag)
}

// VouchedPeople gives every person of the organisation.
func (t *Tx) VouchedPeople(k *keyring.Keys) ([]person.Person, error) {
	return allOf(t, people(k), `id <> '' ORDER BY created, id`)
}

// VouchedPeopleOf gives the people with these ids; an unknown one is left out.
func (t *Tx) VouchedPeopleOf(k *keyring.Keys, ids []string) ([]person.Person, error) {
	return allAmong(t, people(k), `id`, ids)
}

// VouchedFunction gives a function whose row the organisation vouches for.
func (t *Tx) VouchedFunction(k *keyring.Keys, id string) (function.Function, error) {
	return oneOf(t, functions(k), `id = $2`, id)
}

// VouchedFunctions gives every function of the organisation.
func (t *Tx) VouchedFunctions(k *keyring.Keys) ([]function.Function, error) {
	return allOf(t, functions(k), `id <> '' ORDER BY created, id`)
}

// VouchedRegistrars gives the registrar functions of an authority.
func (t *Tx) VouchedRegistrars(k *keyring.Keys, authority string) ([]function.Function, error) {
	return allOf(t, functions(k), `authority = $2 AND kind = $3 ORDER BY created, id`, authority, string(function.Registrar))
}

// VouchedFunctionsOf gives the functions with these ids; an unknown one is left out.
func (t *Tx) VouchedFunctionsOf(k *keyring.Keys, ids []string) ([]function.Function, error) {
	return allAmong(t, functions(k), `id`, ids)
}

// VouchedHolder gives one seat.
func (t *Tx) VouchedHolder(k *keyring.Keys, id string) (function.Holder, error) {
	return oneOf(t, seats(k), `id = $2`, id)
}

// VouchedHolders gives a function's seats, ended ones included.
func (t *Tx) VouchedHolders(k *keyring.Keys, functionID string) ([]function.Holder, error) {
	all, err := allOf(t, seats(k), `function = $2`, functionID)
	return inOrder(all, err, seatID)
}

// VouchedSeats gives a person's seats in functions; every seat when personID is empty.
func (t *Tx) VouchedSeats(k *keyring.Keys, personID string) ([]function.Holder, error) {
	if personID == "" {
		return allOf(t, seats(k), `id <> '' ORDER BY id`)
	}
	all, err := allOf(t, seats(k), `person = $2`, personID)
	return inOrder(all, err, seatID)
}

// VouchedSeatsIn gives the seats in some functions.
func (t *Tx) VouchedSeatsIn(k *keyring.Keys, functions []string) ([]function.Holder, error) {
	all, err := allAmong(t, seats(k), `function`, functions)
	return inOrder(all, err, seatID)
}

// VouchedSeatsOf gives the seats of some people.
func (t *Tx) VouchedSeatsOf(k *keyring.Keys, people []string) ([]function.Holder, error) {
	all, err := allAmong(t, seats(k), `person`, people)
	return inOrder(all, err, seatID)
}

// VouchedRole gives one role grant.
func (t *Tx) VouchedRole(k *keyring.Keys, id string) (person.RoleGrant, error) {
	return oneOf(t, roles(k), `id = $2`, id)
}

// VouchedRoles gives a person's roles; every role grant when personID is empty.
func (t *Tx) VouchedRoles(k *keyring.Keys, personID string) ([]person.RoleGrant, error) {
	if personID == "" {
		return allOf(t, roles(k), `id <> '' ORDER BY id`)
	}
	all, err := allOf(t, roles(k), `person = $2`, personID)
	return inOrder(all, err, roleID)
}

// VouchedUnlockers gives a person's unlockers, oldest first.
func (t *Tx) VouchedUnlockers(k *keyring.Keys, personID string) ([]person.Unlocker, error) {
	return allOf(t, unlockers(k), `person = $2 ORDER BY created, id`, personID)
}

// VouchedByCredential finds a passkey's unlocker by the tag of its credential id.
func (t *Tx) VouchedByCredential(k *keyring.Keys, tag string) (person.Unlocker, error) {
	return oneOf(t, unlockers(k), `cred_tag = $2`, tag)
}

// VouchedCase gives a case by its reference.
func (t *Tx) VouchedCase(k *keyring.Keys, ref string) (casefile.Case, error) {
	return oneOf(t, cases(k), `ref = $2`, ref)
}

// VouchedPlaces gives the places of a case's circle, ended ones included.
func (t *Tx) VouchedPlaces(k *keyring.Keys, caseID string) ([]casefile.Place, error) {
	return allOf(t, places(k), `case_id = $2 ORDER BY from_at, id`, caseID)
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
