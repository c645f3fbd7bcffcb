package store

import (
	"varn/internal/domain/listed"
)

const listedColumns = `org, id, person, sealed, created`

// ListedRows gives everybody on the list, the oldest first.
func (t *Tx) ListedRows() ([]listed.Row, error) {
	return All[listed.Row](t, `SELECT `+listedColumns+` FROM listed WHERE org = $1 ORDER BY created, id`)
}

// ListedEdition is another text whenever the list is another.
func (t *Tx) ListedEdition() (string, error) {
	return One[string](t, `SELECT CAST(COUNT(*) AS TEXT) || '.' || CAST(COALESCE(MAX(created), 0) AS TEXT) || '.' || COALESCE(MAX(id), '') FROM listed WHERE org = $1`)
}

// ListedOf gives what somebody has on the list by their own wish.
func (t *Tx) ListedOf(personID string) ([]listed.Row, error) {
	return All[listed.Row](t, `SELECT `+listedColumns+` FROM listed WHERE org = $1 AND person = $2 AND person <> ''`, personID)
}

// InsertListed puts somebody on the list.
func (t *Tx) InsertListed(r listed.Row) error {
	_, err := t.Exec(`INSERT INTO listed (`+listedColumns+`) VALUES ($1, $2, $3, $4, $5)`, r.ID, r.Person, r.Sealed, r.Created)
	return err
}

// DeleteListed takes one row off the list that nobody asked for themselves; Conflict when there is none.
func (t *Tx) DeleteListed(id string) error {
	return t.changed(`DELETE FROM listed WHERE org = $1 AND id = $2 AND person = ''`, id)
}

// DeleteListedOf takes off the list what somebody put on it themselves.
func (t *Tx) DeleteListedOf(personID string) error {
	_, err := t.Exec(`DELETE FROM listed WHERE org = $1 AND person = $2 AND person <> ''`, personID)
	return err
}

// ListedBoxes are the bodies of the list; part is who asked.
func ListedBoxes() Boxes {
	return Boxes{"listed", `SELECT id, person AS part, 0 AS version, sealed FROM listed WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE listed SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// OwnExposure gives what somebody looks for of themselves; NotFound when they have nothing.
func (t *Tx) OwnExposure(personID string) (listed.OwnRow, error) {
	return One[listed.OwnRow](t, `SELECT org, person, box, changed, version FROM own_exposure WHERE org = $1 AND person = $2`, personID)
}

// PutOwnExposure stores it; Version is one more than the stored one, or 1. Conflict when another has been there.
func (t *Tx) PutOwnExposure(r listed.OwnRow) error {
	return t.changed(`INSERT INTO own_exposure (org, person, box, changed, version) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org, person) DO UPDATE SET box = excluded.box, changed = excluded.changed, version = excluded.version WHERE own_exposure.version = $6`,
		r.Person, r.Box, r.Changed, r.Version, r.Version-1)
}

const searchColumns = `org, person, id, state, asked, ended, sealed, wrap, box`

// OwnSearch gives somebody's newest search of their own, or NotFound.
func (t *Tx) OwnSearch(personID string) (listed.SearchRow, error) {
	return One[listed.SearchRow](t, `SELECT `+searchColumns+` FROM own_search WHERE org = $1 AND person = $2`, personID)
}

// PutOwnSearch stores a search in the place of an older one.
func (t *Tx) PutOwnSearch(r listed.SearchRow) error {
	_, err := t.Exec(`INSERT INTO own_search (`+searchColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (org, person) DO UPDATE SET id = excluded.id, state = excluded.state, asked = excluded.asked, ended = excluded.ended, sealed = excluded.sealed, wrap = excluded.wrap, box = excluded.box`,
		r.Person, r.ID, r.State, r.Asked, r.Ended, r.Sealed, r.Wrap, r.Box)
	return err
}

// EndOwnSearch stores what a search gave: Conflict when another has been asked for since.
func (t *Tx) EndOwnSearch(r listed.SearchRow) error {
	return t.changed(`UPDATE own_search SET state = $4, ended = $5, sealed = $6, wrap = $7, box = $8 WHERE org = $1 AND person = $2 AND id = $3`,
		r.Person, r.ID, r.State, r.Ended, r.Sealed, r.Wrap, r.Box)
}

// DeleteOwn takes away what somebody looks for of themselves, and what was found.
func (t *Tx) DeleteOwn(personID string) error {
	for _, text := range []string{`DELETE FROM own_exposure WHERE org = $1 AND person = $2`, `DELETE FROM own_search WHERE org = $1 AND person = $2`} {
		if _, err := t.Exec(text, personID); err != nil {
			return err
		}
	}
	return t.DeleteListedOf(personID)
}

// SearchBoxes are the tokens of searches that wait.
func SearchBoxes() Boxes {
	return Boxes{"own_search", `SELECT person AS id, '' AS part, 0 AS version, sealed FROM own_search WHERE org = $1 AND person > $2 AND state = 'waiting' ORDER BY person LIMIT `,
		`UPDATE own_search SET sealed = $4 WHERE org = $1 AND person = $2 AND sealed = $3`}
}
