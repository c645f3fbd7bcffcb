package store

import (
	"bytes"
	"database/sql/driver"
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

func (p proof) check(k *keyring.Keys) error { return k.Check(p.mac, p.ad, p.kind+" "+p.id) }

// vouchable is a table whose rows are checked as they are read: the same statement brings the hash
// that was logged last, so that row and log are of one moment.
type vouchable[T any] struct {
	k                    *keyring.Keys
	kind, table, columns string
	proof                func(T) proof
}

func people(k *keyring.Keys) vouchable[person.Person] {
	return vouchable[person.Person]{k, "person", "person", personColumns, personProof}
}
func functions(k *keyring.Keys) vouchable[function.Function] {
	return vouchable[function.Function]{k, "function", "function", functionColumns, functionProof}
}
func seats(k *keyring.Keys) vouchable[function.Holder] {
	return vouchable[function.Holder]{k, "holder", "holder", holderColumns, holderProof}
}
func roles(k *keyring.Keys) vouchable[person.RoleGrant] {
	return vouchable[person.RoleGrant]{k, "role", "role_grant", roleColumns, roleProof}
}
func unlockers(k *keyring.Keys) vouchable[person.Unlocker] {
	return vouchable[person.Unlocker]{k, "unlocker", "unlocker", unlockerColumns, unlockerProof}
}
func cases(k *keyring.Keys) vouchable[casefile.Case] {
	return vouchable[casefile.Case]{k, "case", "casefile", caseColumns, caseProof}
}
func places(k *keyring.Keys) vouchable[casefile.Place] {
	return vouchable[casefile.Place]{k, "place", "circle", placeColumns, placeProof}
}

// ask asks for the rows of a condition, and puts those that hold into a list.
func (s vouchable[T]) ask(into *[]T, where string, args ...any) ask {
	text := `SELECT ` + s.columns + `, (SELECT a.hash FROM audit_row a WHERE a.org = $1 AND a.kind = '` + s.kind +
		`' AND a.id = ` + s.table + `.id) AS logged FROM ` + s.table + ` WHERE org = $1 AND ` + where
	return ask{text, args, func(t *Tx, rows driver.Rows) error {
		*into = nil
		return take(t, text, rows, 1, func(row *T, logged []driver.Value) error {
			p := s.proof(*row)
			if err := p.check(s.k); err != nil {
				return err
			}
			hash, _ := logged[0].([]byte)
			if err := t.holds(p.row(), hash); err != nil {
				return err
			}
			*into = append(*into, *row)
			return nil
		})
	}}
}

// holds tells whether a row is what was logged last. In a transaction that writes the row may be
// one that it logs itself: that is known at its end.
func (t *Tx) holds(r audit.Row, logged []byte) error {
	switch {
	case bytes.Equal(logged, r.Hash[:]):
		return nil
	case t.writes:
		t.vouched = append(t.vouched, r)
		return nil
	case logged == nil:
		return noticed(&Tampered{What: audit.RowUnlogged, Org: t.org, Table: r.Kind, ID: r.ID})
	}
	return noticed(&Tampered{What: audit.RowChanged, Org: t.org, Table: r.Kind, ID: r.ID})
}

func allOf[T any](t *Tx, s vouchable[T], where string, args ...any) (all []T, err error) {
	return all, t.ask(s.ask(&all, where, args...))
}

// inOrder puts rows in the order of their ids. To ask the database for that order makes SQLite read
// every row by the primary key rather than a few by another index.
func inOrder[T any](all []T, err error, id func(T) string) ([]T, error) {
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(id(a), id(b)) })
	return all, err
}

func seatID(h function.Holder) string  { return h.ID }
func roleID(g person.RoleGrant) string { return g.ID }

func oneOf[T any](t *Tx, s vouchable[T], where string, args ...any) (T, error) {
	all, err := allOf(t, s, where, args...)
	if err != nil {
		var none T
		return none, err
	}
	return only(all)
}

func only[T any](all []T) (one T, err error) {
	switch len(all) {
	case 0:
		return one, fault.New(fault.NotFound, "fault.not-found")
	case 1:
		return all[0], nil
	}
	return one, fault.Detailf("a text for one row gave %d", len(all))
}

// one vouches for a row that was read by itself; its log is asked at the end of the transaction.
func one[T any](t *Tx, k *keyring.Keys, row T, err error, of func(T) proof) (T, error) {
	if err != nil {
		return row, err
	}
	p := of(row)
	t.vouched = append(t.vouched, p.row())
	return row, p.check(k)
}

func many[T any](t *Tx, k *keyring.Keys, all []T, err error, of func(T) proof) ([]T, error) {
	if err != nil {
		return nil, err
	}
	for _, row := range all {
		p := of(row)
		if err := p.check(k); err != nil {
			return nil, err
		}
		t.vouched = append(t.vouched, p.row())
	}
	return all, nil
}
