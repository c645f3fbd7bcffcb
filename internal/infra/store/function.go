package store

import (
	"varn/internal/domain/function"
)

const functionColumns = `org, authority, id, kind, unit, sealed, public_key, key_version, version, created, mac`

// Function gives one function, or NotFound.
func (t *Tx) Function(id string) (function.Function, error) {
	return One[function.Function](t, `SELECT `+functionColumns+` FROM function WHERE org = $1 AND id = $2`, id)
}

// Functions lists the organisation's functions in the order they were entered.
func (t *Tx) Functions() ([]function.Function, error) {
	return All[function.Function](t, `SELECT `+functionColumns+` FROM function WHERE org = $1 ORDER BY created, id`)
}

// InsertFunction enters a function.
func (t *Tx) InsertFunction(f function.Function) error {
	_, err := t.Exec(`INSERT INTO function (`+functionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		f.Authority, f.ID, f.Kind, f.Unit, f.Sealed, f.PublicKey, f.KeyVersion, f.Version, f.Created, f.MAC)
	return err
}

// UpdateFunction stores a changed function; Version is one more than the stored one.
func (t *Tx) UpdateFunction(f function.Function) error {
	return t.changed(`UPDATE function SET sealed = $3, public_key = $4, key_version = $5, version = $6, mac = $7
		WHERE org = $1 AND id = $2 AND version = $8`, f.ID, f.Sealed, f.PublicKey, f.KeyVersion, f.Version, f.MAC, f.Version-1)
}

const holderColumns = `org, function, id, person, state, deputy_for, standby, from_at, until_at, key_version, wrap_kind, wrap, proposed_by, confirmed_by, version, mac`

// Holders lists a function's seats, ended ones included.
func (t *Tx) Holders(functionID string) ([]function.Holder, error) {
	return All[function.Holder](t, `SELECT `+holderColumns+` FROM holder WHERE org = $1 AND function = $2 ORDER BY id`, functionID)
}

// HoldersOf lists a person's seats; every seat of the organisation when personID is empty.
func (t *Tx) HoldersOf(personID string) ([]function.Holder, error) {
	if personID == "" {
		return All[function.Holder](t, `SELECT `+holderColumns+` FROM holder WHERE org = $1 ORDER BY id`)
	}
	return All[function.Holder](t, `SELECT `+holderColumns+` FROM holder WHERE org = $1 AND person = $2 ORDER BY id`, personID)
}

// Holder gives one seat, or NotFound.
func (t *Tx) Holder(id string) (function.Holder, error) {
	return One[function.Holder](t, `SELECT `+holderColumns+` FROM holder WHERE org = $1 AND id = $2`, id)
}

// InsertHolder adds a seat.
func (t *Tx) InsertHolder(h function.Holder) error {
	_, err := t.Exec(`INSERT INTO holder (`+holderColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		h.Function, h.ID, h.Person, h.State, h.DeputyFor, h.Standby, h.From, h.Until, h.KeyVersion, h.WrapKind, h.Wrap, h.ProposedBy, h.ConfirmedBy, h.Version, h.MAC)
	return err
}

// UpdateHolder stores a changed seat; Version is one more than the stored one.
func (t *Tx) UpdateHolder(h function.Holder) error {
	return t.changed(`UPDATE holder SET state = $3, standby = $4, from_at = $5, until_at = $6, key_version = $7, wrap_kind = $8, wrap = $9,
		confirmed_by = $10, version = $11, mac = $12 WHERE org = $1 AND id = $2 AND version = $13`,
		h.ID, h.State, h.Standby, h.From, h.Until, h.KeyVersion, h.WrapKind, h.Wrap, h.ConfirmedBy, h.Version, h.MAC, h.Version-1)
}

// RewrapHolder replaces a seat's wrap by one under the holder's own key: the same secret, so
// that the seat's version stands.
func (t *Tx) RewrapHolder(h function.Holder) error {
	_, err := t.Exec(`UPDATE holder SET wrap_kind = $3, wrap = $4 WHERE org = $1 AND id = $2 AND version = $5`, h.ID, h.WrapKind, h.Wrap, h.Version)
	return err
}
