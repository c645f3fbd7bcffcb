package store

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Likeness is a token of something that a case may have in common with others.
type Likeness struct {
	Org       string      `db:"org"`
	Authority string      `db:"authority"`
	ID        string      `db:"id"`    // the token
	Owner     string      `db:"owner"` // the case, under a tag of its own
	Pointer   seal.Box    `db:"pointer"`
	Until     clock.Stamp `db:"until_at"`
}

// Likenesses gives those of the tokens that are kept and may still be found.
func (t *Tx) Likenesses(ids []string, now clock.Stamp) ([]Likeness, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := among([]any{now}, ids)
	return All[Likeness](t, `SELECT org, authority, id, owner, pointer, until_at FROM likeness
		WHERE org = $1 AND (until_at = 0 OR until_at > $2) AND id `+in, args...)
}

// InsertLikeness keeps a token; false when there is one already.
func (t *Tx) InsertLikeness(l Likeness) (bool, error) {
	n, err := t.Exec(`INSERT INTO likeness (org, authority, id, owner, pointer, until_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org, id) DO NOTHING`, l.Authority, l.ID, l.Owner, l.Pointer, l.Until)
	return n > 0, err
}

// EraseLikenessOf forgets what a case had in common with others.
func (t *Tx) EraseLikenessOf(owner, caseID string) error {
	if _, err := t.Exec(`DELETE FROM likeness WHERE org = $1 AND owner = $2`, owner); err != nil {
		return err
	}
	_, err := t.Exec(`DELETE FROM likeness_told WHERE org = $1 AND case_id = $2`, caseID)
	return err
}

// EraseLikenessIn forgets it of every case of an authority.
func (t *Tx) EraseLikenessIn(authority string) error {
	_, err := t.Exec(`DELETE FROM likeness WHERE org = $1 AND authority = $2`, authority)
	return err
}

// ExpireLikeness forgets the wordings whose time is out.
func (t *Tx) ExpireLikeness(now clock.Stamp) error {
	_, err := t.Exec(`DELETE FROM likeness WHERE org = $1 AND until_at > 0 AND until_at <= $2`, now)
	return err
}

// TellLikeness notes that a case's circle has been told of another, under a tag; false when it had
// been before.
func (t *Tx) TellLikeness(caseID, asker string) (bool, error) {
	n, err := t.Exec(`INSERT INTO likeness_told (org, case_id, asker) VALUES ($1, $2, $3) ON CONFLICT (org, case_id, asker) DO NOTHING`, caseID, asker)
	return n > 0, err
}

// HasTold tells whether a case's circle has been told of another.
func (t *Tx) HasTold(caseID, asker string) (bool, error) {
	all, err := All[string](t, `SELECT asker FROM likeness_told WHERE org = $1 AND case_id = $2 AND asker = $3`, caseID, asker)
	return len(all) > 0, err
}
