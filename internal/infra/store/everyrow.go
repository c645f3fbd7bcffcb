package store

import (
	"varn/internal/domain/casefile"
	"varn/internal/domain/person"
)

// The readings in this file go through whole tables row by row, for proving the log.

// EachPerson visits every person.
func (t *Tx) EachPerson(visit func(*person.Person) error) error {
	return Each(t, `SELECT `+personColumns+` FROM person WHERE org = $1`, nil, visit)
}

// EachUnlocker visits every unlocker.
func (t *Tx) EachUnlocker(visit func(*person.Unlocker) error) error {
	return Each(t, `SELECT `+unlockerColumns+` FROM unlocker WHERE org = $1`, nil, visit)
}

// EachCase visits every case.
func (t *Tx) EachCase(visit func(*casefile.Case) error) error {
	return Each(t, `SELECT `+caseColumns+` FROM casefile WHERE org = $1`, nil, visit)
}

// EachPlace visits every place of every circle.
func (t *Tx) EachPlace(visit func(*casefile.Place) error) error {
	return Each(t, `SELECT `+placeColumns+` FROM circle WHERE org = $1`, nil, visit)
}

// EachItem visits every item.
func (t *Tx) EachItem(visit func(*casefile.Item) error) error {
	return Each(t, `SELECT `+itemColumns+` FROM item WHERE org = $1`, nil, visit)
}

// ItemCount is how many items a case has.
type ItemCount struct {
	Case  string `db:"case_id"`
	Items int64  `db:"items"`
}

// EachCount visits every case with the number of items that lie in it.
func (t *Tx) EachCount(visit func(*ItemCount) error) error {
	return Each(t, `SELECT case_id, COUNT(*) AS items FROM item WHERE org = $1 GROUP BY case_id`, nil, visit)
}

// AllRecoveries lists every recovery there ever was.
func (t *Tx) AllRecoveries() ([]Recovery, error) {
	return All[Recovery](t, `SELECT org, id, person, state, sealed, started, opens, version, mac FROM recovery WHERE org = $1`)
}

// RecoveryKeys lists every recovery key there ever was.
func (t *Tx) RecoveryKeys() ([]RecoveryKey, error) {
	return All[RecoveryKey](t, `SELECT org, version, public_key, sealed, sheets, threshold, created, mac FROM recovery_key WHERE org = $1`)
}
