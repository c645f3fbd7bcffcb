package store

import "varn/internal/kit/clock"

// Object is an attachment's sealed chunks on the blob place. Its key lies in the case's item,
// sealed under the leaf Epoch of the erasure tree as well.
type Object struct {
	ID      string      `db:"id"`
	Case    string      `db:"case_id"`
	Item    string      `db:"item"`
	Size    int64       `db:"size"`
	Epoch   int64       `db:"epoch"`
	Created clock.Stamp `db:"created"`
	Erased  clock.Stamp `db:"erased"`
	Guest   bool        `db:"guest"` // sent without an account
}

const objectColumns = `id, case_id, item, size, epoch, created, erased, guest`

// Object gives one object, or NotFound.
func (t *Tx) Object(id string) (Object, error) {
	return One[Object](t, `SELECT `+objectColumns+` FROM object WHERE org = $1 AND id = $2`, id)
}

// Objects lists every object that is not erased.
func (t *Tx) Objects() ([]Object, error) {
	return All[Object](t, `SELECT `+objectColumns+` FROM object WHERE org = $1 AND erased = 0 ORDER BY id`)
}

// InsertObject enters an object.
func (t *Tx) InsertObject(o Object) error {
	_, err := t.Exec(`INSERT INTO object (org, `+objectColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		o.ID, o.Case, o.Item, o.Size, o.Epoch, o.Created, o.Erased, o.Guest)
	return err
}
