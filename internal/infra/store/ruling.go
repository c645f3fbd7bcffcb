package store

import (
	"varn/internal/domain/ruling"
	"varn/internal/kit/keyring"
)

const rulingColumns = `org, id, kind, scope, sealed, state, proposed_by, confirmed_by, created, version, mac`

func rulingProof(r ruling.Ruling) proof { return proof{"ruling", r.ID, r.MAC, r.Who()} }

// VouchedRuling gives one version of a rule.
func (t *Tx) VouchedRuling(k *keyring.Keys, id string) (ruling.Ruling, error) {
	r, err := One[ruling.Ruling](t, `SELECT `+rulingColumns+` FROM ruling WHERE org = $1 AND id = $2`, id)
	return one(t, k, r, err, rulingProof)
}

// VouchedRulings gives the rules of a kind in a state, newest first; an empty kind or scope means all.
func (t *Tx) VouchedRulings(k *keyring.Keys, kind ruling.Kind, scope string, state ruling.State) ([]ruling.Ruling, error) {
	all, err := All[ruling.Ruling](t, `SELECT `+rulingColumns+` FROM ruling
		WHERE org = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR scope = $3) AND state = $4 ORDER BY created DESC, id`, string(kind), scope, string(state))
	return many(t, k, all, err, rulingProof)
}

// InsertRuling enters a version of a rule.
func (t *Tx) InsertRuling(r ruling.Ruling) error {
	_, err := t.Exec(`INSERT INTO ruling (`+rulingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.ID, r.Kind, r.Scope, r.Sealed, r.State, r.ProposedBy, r.ConfirmedBy, r.Created, r.Version, r.MAC)
	return err
}

// LockRulings keeps the rules for this transaction: of two who change them at once the second sees
// what the first has done.
func (t *Tx) LockRulings() error {
	_, err := t.Next("ruling")
	return err
}

// UpdateRuling stores a changed state, or the text sealed anew; Version is one more than the stored one.
func (t *Tx) UpdateRuling(r ruling.Ruling) error {
	return t.changed(`UPDATE ruling SET state = $3, confirmed_by = $4, sealed = $5, version = $6, mac = $7 WHERE org = $1 AND id = $2 AND version = $8`,
		r.ID, r.State, r.ConfirmedBy, r.Sealed, r.Version, r.MAC, r.Version-1)
}

// Rulings lists every version of every rule, for proving the log.
func (t *Tx) Rulings() ([]ruling.Ruling, error) {
	return All[ruling.Ruling](t, `SELECT `+rulingColumns+` FROM ruling WHERE org = $1`)
}
