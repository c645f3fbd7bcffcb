package store

import (
	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// RecoveryKey is the public half of an organisation's recovery key; the private half was
// split among custodians and forgotten.
type RecoveryKey struct {
	Org       string      `db:"org"`
	Version   int64       `db:"version"`
	PublicKey seal.Public `db:"public_key"`
	Sealed    seal.Box    `db:"sealed"` // names of the custodians, under the organisation's key
	Sheets    int64       `db:"sheets"`
	Threshold int64       `db:"threshold"`
	Created   clock.Stamp `db:"created"`
	MAC       []byte      `db:"mac"`
}

// Who is what the row's MAC covers.
func (k RecoveryKey) Who() seal.AD {
	return seal.Bind("recovery key", k.Org).With(k.Version, k.PublicKey.Bytes(), k.Sheets, k.Threshold)
}

// Row is what the log remembers of the key.
func (k RecoveryKey) Row() audit.Row { return recoveryKeyProof(k).row() }

// AD binds the custodians' names to the key's version.
func (k RecoveryKey) AD() seal.AD { return seal.Bind("custodians", k.Org).With(k.Version) }

// RecoveryKey gives the newest recovery key, or NotFound before set-up.
func (t *Tx) RecoveryKey() (RecoveryKey, error) {
	return One[RecoveryKey](t, `SELECT org, version, public_key, sealed, sheets, threshold, created, mac FROM recovery_key
		WHERE org = $1 ORDER BY version DESC LIMIT 1`)
}

// InsertRecoveryKey adds a recovery key.
func (t *Tx) InsertRecoveryKey(k RecoveryKey) error {
	_, err := t.Exec(`INSERT INTO recovery_key (org, version, public_key, sealed, sheets, threshold, created, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		k.Version, k.PublicKey, k.Sealed, k.Sheets, k.Threshold, k.Created, k.MAC)
	return err
}

// HoldRecoveryKey keeps the recovery key as it is until this transaction has ended: Conflict when it
// has been renewed since, so that nothing is left sealed to a key whose sheets are void.
func (t *Tx) HoldRecoveryKey(version int64) error {
	if _, err := t.Exec(`UPDATE recovery_key SET version = version WHERE org = $1 AND version = $2`, version); err != nil {
		return err
	}
	newest, err := One[int64](t, `SELECT coalesce(max(version), 0) FROM recovery_key WHERE org = $1`)
	if err == nil && newest != version {
		err = fault.New(fault.Conflict, "fault.changed", "the recovery key has been renewed")
	}
	return err
}

// Recovery is one person's recovery under way: it opens after a wait and can be stopped.
type Recovery struct {
	Org     string      `db:"org"`
	ID      string      `db:"id"`
	Person  string      `db:"person"`
	State   string      `db:"state"` // waiting, stopped, done
	Sealed  seal.Box    `db:"sealed"`
	Started clock.Stamp `db:"started"`
	Opens   clock.Stamp `db:"opens"`
	Version int64       `db:"version"`
	MAC     []byte      `db:"mac"`
}

// Who is what the row's MAC covers; it is what makes the wait hold against the database.
func (r Recovery) Who() seal.AD {
	return seal.Bind("recovery", r.Org, r.ID, r.Person, r.State).With(int64(r.Started), int64(r.Opens), r.Version)
}

// AD binds who began the recovery to its row.
func (r Recovery) AD() seal.AD { return seal.Bind("recovery", r.Org, r.ID, r.Person) }

// Recoveries lists recoveries that are waiting.
func (t *Tx) Recoveries() ([]Recovery, error) {
	return All[Recovery](t, `SELECT org, id, person, state, sealed, started, opens, version, mac FROM recovery
		WHERE org = $1 AND state = 'waiting' ORDER BY started`)
}

// Recovery gives one recovery, or NotFound.
func (t *Tx) Recovery(id string) (Recovery, error) {
	return One[Recovery](t, `SELECT org, id, person, state, sealed, started, opens, version, mac FROM recovery WHERE org = $1 AND id = $2`, id)
}

// InsertRecovery begins a recovery.
func (t *Tx) InsertRecovery(r Recovery) error {
	_, err := t.Exec(`INSERT INTO recovery (org, id, person, state, sealed, started, opens, version, mac) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		r.ID, r.Person, r.State, r.Sealed, r.Started, r.Opens, r.Version, r.MAC)
	return err
}

// UpdateRecovery stores a recovery's new state; Version is one more than the stored one.
func (t *Tx) UpdateRecovery(r Recovery) error {
	return t.changed(`UPDATE recovery SET state = $3, version = $4, mac = $5 WHERE org = $1 AND id = $2 AND version = $6`,
		r.ID, r.State, r.Version, r.MAC, r.Version-1)
}
