package store

import (
	"varn/internal/domain/person"
	"varn/internal/kit/clock"
)

const personColumns = `org, id, address_tag, source_tag, sealed, state, public_key, key_version, confirmed_by, leave_until, version, created, changed, mac`

// Person gives one person, or NotFound.
func (t *Tx) Person(id string) (person.Person, error) {
	return One[person.Person](t, `SELECT `+personColumns+` FROM person WHERE org = $1 AND id = $2`, id)
}

// PersonByAddress finds a person by the tag of their normalised address, or NotFound.
func (t *Tx) PersonByAddress(tag string) (person.Person, error) {
	return One[person.Person](t, `SELECT `+personColumns+` FROM person WHERE org = $1 AND address_tag = $2`, tag)
}

// People lists every person of the organisation.
func (t *Tx) People() ([]person.Person, error) {
	return All[person.Person](t, `SELECT `+personColumns+` FROM person WHERE org = $1 ORDER BY created, id`)
}

// InsertPerson enters a person; Conflict when the address is taken.
func (t *Tx) InsertPerson(p person.Person) error {
	_, err := t.Exec(`INSERT INTO person (`+personColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		p.ID, p.AddressTag, p.SourceTag, p.Sealed, p.State, p.PublicKey, p.KeyVersion, p.ConfirmedBy, p.LeaveUntil, p.Version, p.Created, p.Changed, p.MAC)
	return err
}

// UpdatePerson stores a changed person; Version is one more than the stored one.
func (t *Tx) UpdatePerson(p person.Person) error {
	return t.changed(`UPDATE person SET address_tag = $3, source_tag = $4, sealed = $5, state = $6, public_key = $7, key_version = $8,
		confirmed_by = $9, leave_until = $10, version = $11, changed = $12, mac = $13 WHERE org = $1 AND id = $2 AND version = $14`,
		p.ID, p.AddressTag, p.SourceTag, p.Sealed, p.State, p.PublicKey, p.KeyVersion,
		p.ConfirmedBy, p.LeaveUntil, p.Version, p.Changed, p.MAC, p.Version-1)
}

const unlockerColumns = `org, person, id, kind, cred_tag, wrap, sealed, key_version, created, used, mac`

// Unlockers lists a person's unlockers, oldest first.
func (t *Tx) Unlockers(personID string) ([]person.Unlocker, error) {
	return All[person.Unlocker](t, `SELECT `+unlockerColumns+` FROM unlocker WHERE org = $1 AND person = $2 ORDER BY created, id`, personID)
}

// Escrowed gives the key version of each wrap to the recovery key, by the unlocker's id.
func (t *Tx) Escrowed() (map[string]int64, error) {
	type wrap struct {
		ID      string
		Version int64 `db:"key_version"`
	}
	out := map[string]int64{}
	err := Each(t, `SELECT id, key_version FROM unlocker WHERE org = $1 AND kind = 'escrow'`, nil, func(w *wrap) error {
		out[w.ID] = w.Version
		return nil
	})
	return out, err
}

// UnlockerByCredential finds a passkey by the tag of its credential id, or NotFound.
func (t *Tx) UnlockerByCredential(tag string) (person.Unlocker, error) {
	return One[person.Unlocker](t, `SELECT `+unlockerColumns+` FROM unlocker WHERE org = $1 AND cred_tag = $2`, tag)
}

// InsertUnlocker adds an unlocker.
func (t *Tx) InsertUnlocker(u person.Unlocker) error {
	_, err := t.Exec(`INSERT INTO unlocker (`+unlockerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		u.Person, u.ID, u.Kind, u.CredTag, u.Wrap, u.Sealed, u.KeyVersion, u.Created, u.Used, u.MAC)
	return err
}

// UpdateUnlocker stores a changed unlocker: a new wrap, a new signature counter, the time of use.
func (t *Tx) UpdateUnlocker(u person.Unlocker) error {
	return t.changed(`UPDATE unlocker SET wrap = $4, sealed = $5, key_version = $6, used = $7, mac = $8 WHERE org = $1 AND person = $2 AND id = $3`,
		u.Person, u.ID, u.Wrap, u.Sealed, u.KeyVersion, u.Used, u.MAC)
}

// DeleteUnlocker removes one unlocker.
func (t *Tx) DeleteUnlocker(personID, id string) error {
	_, err := t.Exec(`DELETE FROM unlocker WHERE org = $1 AND person = $2 AND id = $3`, personID, id)
	return err
}

// DeleteUnlockers removes every unlocker that a person could use themselves. The wraps to the
// recovery key stay: they are the last way to what nobody else can open.
func (t *Tx) DeleteUnlockers(personID string) error {
	_, err := t.Exec(`DELETE FROM unlocker WHERE org = $1 AND person = $2 AND kind <> 'escrow'`, personID)
	return err
}

const roleColumns = `org, authority, id, person, role, state, proposed_by, confirmed_by, from_at, until_at, version, mac`

// RolesOf lists a person's role grants; every one of the organisation when personID is empty.
func (t *Tx) RolesOf(personID string) ([]person.RoleGrant, error) {
	if personID == "" {
		return All[person.RoleGrant](t, `SELECT `+roleColumns+` FROM role_grant WHERE org = $1 ORDER BY id`)
	}
	return All[person.RoleGrant](t, `SELECT `+roleColumns+` FROM role_grant WHERE org = $1 AND person = $2 ORDER BY id`, personID)
}

// Role gives one role grant, or NotFound.
func (t *Tx) Role(id string) (person.RoleGrant, error) {
	return One[person.RoleGrant](t, `SELECT `+roleColumns+` FROM role_grant WHERE org = $1 AND id = $2`, id)
}

// InsertRole adds a role grant.
func (t *Tx) InsertRole(g person.RoleGrant) error {
	_, err := t.Exec(`INSERT INTO role_grant (`+roleColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		g.Authority, g.ID, g.Person, g.Role, g.State, g.ProposedBy, g.ConfirmedBy, g.From, g.Until, g.Version, g.MAC)
	return err
}

// UpdateRole stores a changed grant; Version is one more than the stored one.
func (t *Tx) UpdateRole(g person.RoleGrant) error {
	return t.changed(`UPDATE role_grant SET state = $3, confirmed_by = $4, from_at = $5, until_at = $6, version = $7, mac = $8
		WHERE org = $1 AND id = $2 AND version = $9`, g.ID, g.State, g.ConfirmedBy, g.From, g.Until, g.Version, g.MAC, g.Version-1)
}

// Invitation is an outstanding invitation to enrol; its id is the tag of the secret in the link.
type Invitation struct {
	ID      string      `db:"id"`
	Person  string      `db:"person"`
	Expires clock.Stamp `db:"expires"`
	Used    clock.Stamp `db:"used"`
	MAC     []byte      `db:"mac"`
}

// Invitation gives an invitation by the tag of its secret, or NotFound.
func (t *Tx) Invitation(id string) (Invitation, error) {
	return One[Invitation](t, `SELECT id, person, expires, used, mac FROM invitation WHERE org = $1 AND id = $2`, id)
}

// InsertInvitation replaces every outstanding invitation of the person.
func (t *Tx) InsertInvitation(v Invitation) error {
	if _, err := t.Exec(`DELETE FROM invitation WHERE org = $1 AND person = $2`, v.Person); err != nil {
		return err
	}
	_, err := t.Exec(`INSERT INTO invitation (org, id, person, expires, used, mac) VALUES ($1, $2, $3, $4, $5, $6)`, v.ID, v.Person, v.Expires, v.Used, v.MAC)
	return err
}

// UseInvitation marks an invitation as used; Conflict when it was used already.
func (t *Tx) UseInvitation(id string, at clock.Stamp) error {
	return t.changed(`UPDATE invitation SET used = $3 WHERE org = $1 AND id = $2 AND used = 0`, id, at)
}
