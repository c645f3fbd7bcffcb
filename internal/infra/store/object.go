package store

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

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
}

const objectColumns = `id, case_id, item, size, epoch, created, erased`

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
	_, err := t.Exec(`INSERT INTO object (org, `+objectColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		o.ID, o.Case, o.Item, o.Size, o.Epoch, o.Created, o.Erased)
	return err
}

// Upload is an upload under way. The secret in its address wraps the object's key.
type Upload struct {
	ID        string      `db:"id"` // tag of the address's secret
	Object    string      `db:"object"`
	Owner     string      `db:"owner"` // case id, or the tag of a draft
	Epoch     int64       `db:"epoch"`
	Wrap      seal.Box    `db:"wrap"`
	Sealed    seal.Box    `db:"sealed"` // name and type, under the address's secret
	HashState seal.Box    `db:"hash_state"`
	Length    int64       `db:"length"` // -1: not yet known
	Received  int64       `db:"received"`
	State     string      `db:"state"` // open, complete
	Lease     clock.Stamp `db:"lease"`
	Expires   clock.Stamp `db:"expires"`
}

const uploadColumns = `id, object, owner, epoch, wrap, sealed, hash_state, length, received, state, lease, expires`

// Upload gives an upload by the tag of its secret, or NotFound.
func (t *Tx) Upload(id string) (Upload, error) {
	return One[Upload](t, `SELECT `+uploadColumns+` FROM upload WHERE org = $1 AND id = $2`, id)
}

// Uploads lists uploads of an owner.
func (t *Tx) Uploads(owner string) ([]Upload, error) {
	return All[Upload](t, `SELECT `+uploadColumns+` FROM upload WHERE org = $1 AND owner = $2 ORDER BY id`, owner)
}

// ExpiredUploads lists uploads whose time is out, with their objects.
func (t *Tx) ExpiredUploads(at clock.Stamp) ([]Upload, error) {
	return All[Upload](t, `SELECT `+uploadColumns+` FROM upload WHERE org = $1 AND expires < $2`, at)
}

// InsertUpload begins an upload.
func (t *Tx) InsertUpload(u Upload) error {
	_, err := t.Exec(`INSERT INTO upload (org, `+uploadColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		u.ID, u.Object, u.Owner, u.Epoch, u.Wrap, u.Sealed, u.HashState, u.Length, u.Received, u.State, u.Lease, u.Expires)
	return err
}

// LeaseUpload takes an upload for one writer until a moment; Conflict while another holds it.
func (t *Tx) LeaseUpload(id string, now, until clock.Stamp) error {
	return t.changed(`UPDATE upload SET lease = $3 WHERE org = $1 AND id = $2 AND lease < $4`, id, until, now)
}

// AdvanceUpload stores how far an upload has come, and lets go of the lease.
func (t *Tx) AdvanceUpload(u Upload) error {
	return t.changed(`UPDATE upload SET hash_state = $3, length = $4, received = $5, state = $6, lease = $7 WHERE org = $1 AND id = $2`,
		u.ID, u.HashState, u.Length, u.Received, u.State, u.Lease)
}

// DeleteUpload forgets an upload.
func (t *Tx) DeleteUpload(id string) error {
	_, err := t.Exec(`DELETE FROM upload WHERE org = $1 AND id = $2`, id)
	return err
}

// Draft is what was written between the steps of a form, under 256 bits that only the form
// carries.
type Draft struct {
	ID      string      `db:"id"`
	Wrap    seal.Box    `db:"wrap"`
	Epoch   int64       `db:"epoch"`
	Sealed  seal.Box    `db:"sealed"`
	Version int64       `db:"version"`
	Expires clock.Stamp `db:"expires"`
}

// Draft gives a draft that has not expired, or NotFound.
func (t *Tx) Draft(id string, at clock.Stamp) (Draft, error) {
	return One[Draft](t, `SELECT id, wrap, epoch, sealed, version, expires FROM draft WHERE org = $1 AND id = $2 AND expires > $3`, id, at)
}

// PutDraft stores a draft whose Version is one more than the stored one.
func (t *Tx) PutDraft(d Draft) error {
	if d.Version == 1 {
		_, err := t.Exec(`INSERT INTO draft (org, id, wrap, epoch, sealed, version, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			d.ID, d.Wrap, d.Epoch, d.Sealed, d.Version, d.Expires)
		return err
	}
	return t.changed(`UPDATE draft SET sealed = $3, version = $4 WHERE org = $1 AND id = $2 AND version = $5`, d.ID, d.Sealed, d.Version, d.Version-1)
}

// ExpiredDrafts lists drafts whose time is out.
func (t *Tx) ExpiredDrafts(at clock.Stamp) ([]Draft, error) {
	return All[Draft](t, `SELECT id, wrap, epoch, sealed, version, expires FROM draft WHERE org = $1 AND expires < $2`, at)
}

// DeleteDraft removes a draft's row; what erases it for good is its epoch key.
func (t *Tx) DeleteDraft(id string) error {
	_, err := t.Exec(`DELETE FROM draft WHERE org = $1 AND id = $2`, id)
	return err
}

// EpochNode gives the wrapped key of a node of the epoch tree, or NotFound.
func (t *Tx) EpochNode(id string) (seal.Box, error) {
	return One[seal.Box](t, `SELECT wrap FROM epoch_node WHERE org = $1 AND id = $2`, id)
}

// PutEpochNode stores the wrapped key of a node.
func (t *Tx) PutEpochNode(id string, wrap seal.Box) error {
	_, err := t.Exec(`INSERT INTO epoch_node (org, id, wrap) VALUES ($1, $2, $3) ON CONFLICT (org, id) DO UPDATE SET wrap = excluded.wrap`, id, wrap)
	return err
}

// Next gives the next number of a counter, from zero.
func (t *Tx) Next(counter string) (int64, error) {
	return One[int64](t, `INSERT INTO counter (org, name, value) VALUES ($1, $2, 0)
		ON CONFLICT (org, name) DO UPDATE SET value = counter.value + 1 RETURNING value`, counter)
}
