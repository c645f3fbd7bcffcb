package store

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Draft is what was written between the steps of a form, under 256 bits that only the form
// carries.
type Draft struct {
	ID      string      `db:"id"`    // tag of the secret
	Visit   string      `db:"visit"` // tag of the session it was written in, to erase it on leaving
	Wrap    seal.Box    `db:"wrap"`
	Epoch   int64       `db:"epoch"`
	Sealed  seal.Box    `db:"sealed"`
	Version int64       `db:"version"`
	Expires clock.Stamp `db:"expires"`
}

const draftColumns = `id, visit, wrap, epoch, sealed, version, expires`

// Draft gives a draft that has not expired, or NotFound.
func (t *Tx) Draft(id string, at clock.Stamp) (Draft, error) {
	return One[Draft](t, `SELECT `+draftColumns+` FROM draft WHERE org = $1 AND id = $2 AND expires > $3`, id, at)
}

// PutDraft stores a draft whose Version is one more than the stored one; Conflict otherwise.
func (t *Tx) PutDraft(d Draft) error {
	if d.Version == 1 {
		_, err := t.Exec(`INSERT INTO draft (org, `+draftColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			d.ID, d.Visit, d.Wrap, d.Epoch, d.Sealed, d.Version, d.Expires)
		return err
	}
	return t.changed(`UPDATE draft SET sealed = $3, version = $4 WHERE org = $1 AND id = $2 AND version = $5`, d.ID, d.Sealed, d.Version, d.Version-1)
}

// ExpiredDrafts lists drafts whose time is out, at most so many.
func (t *Tx) ExpiredDrafts(at clock.Stamp, limit int) ([]Draft, error) {
	return All[Draft](t, `SELECT `+draftColumns+` FROM draft WHERE org = $1 AND expires <= $2 ORDER BY expires, id LIMIT $3`, at, limit)
}

// DraftsOf lists the drafts that were written in a session.
func (t *Tx) DraftsOf(visit string) ([]Draft, error) {
	return All[Draft](t, `SELECT `+draftColumns+` FROM draft WHERE org = $1 AND visit = $2 ORDER BY id`, visit)
}

// DropDraft removes a draft with its uploads and dooms their keys.
func (t *Tx) DropDraft(d Draft) error {
	n, err := t.Exec(`DELETE FROM draft WHERE org = $1 AND id = $2`, d.ID)
	if err != nil || n == 0 {
		return err
	}
	uploads, err := t.UploadsOf(d.ID)
	if err != nil {
		return err
	}
	for _, u := range uploads {
		if err := t.DropUpload(u); err != nil {
			return err
		}
	}
	return t.Doom(d.Epoch, "")
}
