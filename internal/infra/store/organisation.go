package store

import (
	"varn/internal/domain/organisation"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Organisations lists every organisation on this database; only for a System transaction.
func (t *Tx) Organisations() ([]organisation.Organisation, error) {
	return All[organisation.Organisation](t, `SELECT id, root, escrow, created FROM organisation ORDER BY created`)
}

// InsertOrganisation founds an organisation; only for a System transaction.
func (t *Tx) InsertOrganisation(o organisation.Organisation) error {
	_, err := t.Exec(`INSERT INTO organisation (id, root, escrow, created) VALUES ($1, $2, $3, $4)`, o.ID, o.Root, o.Escrow, o.Created)
	return err
}

// FoundOrganisation enters the transaction's own organisation, together with what it begins with.
func (t *Tx) FoundOrganisation(o organisation.Organisation) error {
	_, err := t.Exec(`INSERT INTO organisation (id, root, escrow, created) VALUES ($1, $2, $3, $4)`, o.Root, o.Escrow, o.Created)
	return err
}

// ClaimFirst refuses with Conflict to be anything but the first organisation of the database: of
// two that are founded at the same moment the later waits here for the earlier, and is refused.
func (t *Tx) ClaimFirst() error {
	if _, err := t.Exec(`INSERT INTO instance (name, value) SELECT 'founded', CAST($2 AS BIGINT) WHERE $1 <> ''`, t.Now()); err != nil {
		return err
	}
	others, err := One[int64](t, `SELECT count(*) FROM organisation WHERE id <> $1`)
	if err == nil && others > 0 {
		err = fault.New(fault.Conflict, "fault.conflict")
	}
	return err
}

// SetEscrow stores the organisation's root sealed to its recovery key, in the transaction that
// stores that key: neither is ever there without the other.
func (t *Tx) SetEscrow(escrow seal.Box) error {
	return t.changed(`UPDATE organisation SET escrow = $2 WHERE id = $1`, escrow)
}

// SetRoot stores a root wrapped under another server key; only for a System transaction.
func (t *Tx) SetRoot(o organisation.Organisation) error {
	_, err := t.Exec(`UPDATE organisation SET root = $2 WHERE id = $1`, o.ID, o.Root)
	return err
}

// Setting gives a sealed setting, or NotFound.
func (t *Tx) Setting(name string) (organisation.Setting, error) {
	return One[organisation.Setting](t, `SELECT org, name, sealed, version, changed FROM setting WHERE org = $1 AND name = $2`, name)
}

// Settings lists every setting.
func (t *Tx) Settings() ([]organisation.Setting, error) {
	return All[organisation.Setting](t, `SELECT org, name, sealed, version, changed FROM setting WHERE org = $1 ORDER BY name`)
}

// PutSetting stores a setting whose Version is one more than the stored one; Conflict when
// somebody else was first.
func (t *Tx) PutSetting(s organisation.Setting) error {
	if s.Version == 1 {
		_, err := t.Exec(`INSERT INTO setting (org, name, sealed, version, changed) VALUES ($1, $2, $3, $4, $5)`,
			s.Name, s.Sealed, s.Version, s.Changed)
		return err
	}
	return t.changed(`UPDATE setting SET sealed = $3, version = $4, changed = $5 WHERE org = $1 AND name = $2 AND version = $6`,
		s.Name, s.Sealed, s.Version, s.Changed, s.Version-1)
}

// Authority gives one authority, or NotFound.
func (t *Tx) Authority(id string) (organisation.Authority, error) {
	return One[organisation.Authority](t, `SELECT org, id, sealed, version, created FROM authority WHERE org = $1 AND id = $2`, id)
}

// Authorities lists the organisation's authorities in the order they were entered.
func (t *Tx) Authorities() ([]organisation.Authority, error) {
	return All[organisation.Authority](t, `SELECT org, id, sealed, version, created FROM authority WHERE org = $1 ORDER BY created, id`)
}

// InsertAuthority enters an authority.
func (t *Tx) InsertAuthority(a organisation.Authority) error {
	_, err := t.Exec(`INSERT INTO authority (org, id, sealed, version, created) VALUES ($1, $2, $3, $4, $5)`, a.ID, a.Sealed, a.Version, a.Created)
	return err
}

// UpdateAuthority renames an authority; Version is one more than the stored one.
func (t *Tx) UpdateAuthority(a organisation.Authority) error {
	return t.changed(`UPDATE authority SET sealed = $3, version = $4 WHERE org = $1 AND id = $2 AND version = $5`, a.ID, a.Sealed, a.Version, a.Version-1)
}

// Units lists the organisation's units.
func (t *Tx) Units() ([]organisation.Unit, error) {
	return All[organisation.Unit](t, `SELECT org, authority, id, sealed, version, created FROM unit WHERE org = $1 ORDER BY authority, created, id`)
}

// InsertUnit enters a unit.
func (t *Tx) InsertUnit(u organisation.Unit) error {
	_, err := t.Exec(`INSERT INTO unit (org, authority, id, sealed, version, created) VALUES ($1, $2, $3, $4, $5, $6)`,
		u.Authority, u.ID, u.Sealed, u.Version, u.Created)
	return err
}

// UpdateUnit renames a unit; Version is one more than the stored one.
func (t *Tx) UpdateUnit(u organisation.Unit) error {
	return t.changed(`UPDATE unit SET sealed = $4, version = $5 WHERE org = $1 AND authority = $2 AND id = $3 AND version = $6`,
		u.Authority, u.ID, u.Sealed, u.Version, u.Version-1)
}

// changed runs an update that must hit one row; none means that somebody else was first.
func (t *Tx) changed(q string, args ...any) error {
	n, err := t.Exec(q, args...)
	if err != nil {
		return err
	}
	return oneChanged(n)
}

func oneChanged(rows int64) error {
	if rows != 1 {
		return fault.New(fault.Conflict, "fault.changed")
	}
	return nil
}
