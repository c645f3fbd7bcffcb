package store

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Upload is an upload under way. The secret in its address wraps the object's key.
type Upload struct {
	ID        string      `db:"id"` // tag of the address's secret
	Object    string      `db:"object"`
	Owner     string      `db:"owner"` // tag of the draft it belongs to, else of the session
	Epoch     int64       `db:"epoch"`
	Wrap      seal.Box    `db:"wrap"`
	Sealed    seal.Box    `db:"sealed"` // name and type, under the address's secret
	Tail      seal.Box    `db:"tail"`   // what came after the last whole chunk
	HashState seal.Box    `db:"hash_state"`
	Length    int64       `db:"length"` // -1: not yet known
	Received  int64       `db:"received"`
	State     UploadState `db:"state"`
	Writer    string      `db:"writer"` // who holds the lease
	Lease     clock.Stamp `db:"lease"`
	Expires   clock.Stamp `db:"expires"`
	Guest     bool        `db:"guest"` // sent without an account
}

// UploadState tells whether everything has come.
type UploadState string

// The states of an upload.
const (
	UploadOpen     UploadState = "open"
	UploadComplete UploadState = "complete"
)

const uploadColumns = `id, object, owner, epoch, wrap, sealed, tail, hash_state, length, received, state, writer, lease, expires, guest`

// Upload gives an upload by the tag of its secret, or NotFound when there is none or its time is out.
func (t *Tx) Upload(id string, at clock.Stamp) (Upload, error) {
	return One[Upload](t, `SELECT `+uploadColumns+` FROM upload WHERE org = $1 AND id = $2 AND expires > $3`, id, at)
}

// OwnUpload makes an upload a draft's; one that is gone stays so.
func (t *Tx) OwnUpload(id, owner string) error {
	_, err := t.Exec(`UPDATE upload SET owner = $3 WHERE org = $1 AND id = $2`, id, owner)
	return err
}

// UploadsOf lists the uploads of a draft, or those of a session that no draft has.
func (t *Tx) UploadsOf(owner string) ([]Upload, error) {
	return All[Upload](t, `SELECT `+uploadColumns+` FROM upload WHERE org = $1 AND owner = $2 ORDER BY id`, owner)
}

// ExpiredUploads lists uploads whose time is out, at most so many.
func (t *Tx) ExpiredUploads(at clock.Stamp, limit int) ([]Upload, error) {
	return All[Upload](t, `SELECT `+uploadColumns+` FROM upload WHERE org = $1 AND expires <= $2 AND lease <= $2 ORDER BY expires, id LIMIT $3`, at, limit)
}

// InsertUpload begins an upload.
func (t *Tx) InsertUpload(u Upload) error {
	_, err := t.Exec(`INSERT INTO upload (org, `+uploadColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		u.ID, u.Object, u.Owner, u.Epoch, u.Wrap, u.Sealed, u.Tail, u.HashState, u.Length, u.Received, u.State, u.Writer, u.Lease, u.Expires, u.Guest)
	return err
}

// LeaseUpload takes an upload that has received so many bytes for one writer until a moment;
// false when another writer holds it or it has changed.
func (t *Tx) LeaseUpload(u Upload, writer string, now, until clock.Stamp) (bool, error) {
	n, err := t.Exec(`UPDATE upload SET writer = $3, lease = $4 WHERE org = $1 AND id = $2 AND (lease <= $5 OR writer = $3)
		AND received = $6 AND length = $7 AND state = $8`, u.ID, writer, until, now, u.Received, u.Length, u.State)
	return n == 1, err
}

// AdvanceUpload stores how far the writer that holds the lease has come: Conflict when it has
// passed to another.
func (t *Tx) AdvanceUpload(u Upload) error {
	return t.changed(`UPDATE upload SET tail = $3, hash_state = $4, length = $5, received = $6, state = $7, lease = $8
		WHERE org = $1 AND id = $2 AND writer = $9`, u.ID, u.Tail, u.HashState, u.Length, u.Received, u.State, u.Lease, u.Writer)
}

// TakeUpload removes an upload that is complete, since its object has passed to a case. Conflict
// when somebody else was first.
func (t *Tx) TakeUpload(id string) error {
	return t.changed(`DELETE FROM upload WHERE org = $1 AND id = $2 AND state = $3`, id, UploadComplete)
}

// DropUpload forgets an upload and dooms its key and blob; nothing happens if it is gone already.
func (t *Tx) DropUpload(u Upload) error {
	n, err := t.Exec(`DELETE FROM upload WHERE org = $1 AND id = $2`, u.ID)
	if err != nil || n == 0 {
		return err
	}
	return t.Doom(u.Epoch, u.Object)
}

// FreeUploads lets go of every lease: for a start where no other process can be writing.
func (t *Tx) FreeUploads() error {
	_, err := t.Exec(`UPDATE upload SET lease = 0 WHERE org = $1 AND lease > 0`)
	return err
}

// GuestPending is how many bytes wait, sent without an account, in uploads and in reports that
// nobody has accepted.
func (t *Tx) GuestPending() (int64, error) {
	return One[int64](t, `SELECT CAST(COALESCE((SELECT SUM(CASE WHEN length > received THEN length ELSE received END) FROM upload WHERE org = $1 AND guest), 0)
		+ COALESCE((SELECT SUM(o.size) FROM object o JOIN casefile c ON c.org = o.org AND c.id = o.case_id WHERE o.org = $1 AND o.guest AND c.state = 'new'), 0) AS BIGINT)`)
}
