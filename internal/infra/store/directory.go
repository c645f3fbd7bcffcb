package store

import (
	"strconv"

	"varn/internal/domain/directory"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

const directoryColumns = `org, id, kind, authority, of_id, in_id, person, slug_tag, source_tag, ended, sealed, version, created, changed, mac`

// directoryCounter counts every change of the directory: what was rendered of an older one is stale.
const directoryCounter = "directory"

func directoryProof(e directory.Entry) proof { return proof{"directory", e.ID, e.MAC, e.Who()} }

// VouchedDirectory gives every entry of the register, oldest first.
func (t *Tx) VouchedDirectory(k *keyring.Keys) ([]directory.Entry, error) {
	all, err := t.Directory()
	return many(t, k, all, err, directoryProof)
}

// Directory lists every entry, for proving the log.
func (t *Tx) Directory() ([]directory.Entry, error) {
	return All[directory.Entry](t, `SELECT `+directoryColumns+` FROM directory WHERE org = $1 ORDER BY created, id`)
}

// VouchedEntry gives one entry of a kind, or NotFound.
func (t *Tx) VouchedEntry(k *keyring.Keys, kind directory.Kind, id string) (directory.Entry, error) {
	e, err := One[directory.Entry](t, `SELECT `+directoryColumns+` FROM directory WHERE org = $1 AND kind = $2 AND id = $3`, kind, id)
	return one(t, k, e, err, directoryProof)
}

// InsertEntry enters an entry; Conflict when its public address is taken.
func (t *Tx) InsertEntry(e directory.Entry) error {
	if _, err := t.Exec(`INSERT INTO directory (`+directoryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		e.ID, e.Kind, e.Authority, e.Of, e.In, e.Person, e.Slug, e.Source, e.Ended, e.Sealed, e.Version, e.Created, e.Changed, e.MAC); err != nil {
		return err
	}
	return t.directoryChanged()
}

// UpdateEntry stores a changed entry; Version is one more than the stored one.
func (t *Tx) UpdateEntry(e directory.Entry) error {
	if err := t.changed(`UPDATE directory SET person = $3, slug_tag = $4, source_tag = $5, ended = $6, sealed = $7, version = $8, changed = $9, mac = $10
		WHERE org = $1 AND id = $2 AND version = $11`,
		e.ID, e.Person, e.Slug, e.Source, e.Ended, e.Sealed, e.Version, e.Changed, e.MAC, e.Version-1); err != nil {
		return err
	}
	return t.directoryChanged()
}

func (t *Tx) directoryChanged() error {
	_, err := t.Next(directoryCounter)
	return err
}

// TouchDirectory says that what is rendered of the directory is stale, though no entry has changed.
func (t *Tx) TouchDirectory() error { return t.directoryChanged() }

// DirectoryCount is how often the directory has changed.
func (t *Tx) DirectoryCount() (int64, error) {
	n, err := One[int64](t, `SELECT value FROM counter WHERE org = $1 AND name = $2`, directoryCounter)
	if fault.Is(err, fault.NotFound) {
		return -1, nil
	}
	return n, err
}

// EntryIDs lists every entry, after an id and in their order.
func (t *Tx) EntryIDs(after string, limit int) ([]string, error) {
	return All[string](t, `SELECT id FROM directory WHERE org = $1 AND id > $2 ORDER BY id LIMIT `+strconv.Itoa(limit), after)
}

// EntryByID gives an entry of any kind, or NotFound.
func (t *Tx) EntryByID(k *keyring.Keys, id string) (directory.Entry, error) {
	e, err := One[directory.Entry](t, `SELECT `+directoryColumns+` FROM directory WHERE org = $1 AND id = $2`, id)
	return one(t, k, e, err, directoryProof)
}

// Picture gives one size of a portrait, sealed, or NotFound.
func (t *Tx) Picture(id string, size directory.Size) (seal.Box, error) {
	return One[seal.Box](t, `SELECT sealed FROM portrait WHERE org = $1 AND id = $2 AND size = $3`, id, size)
}

// InsertPicture keeps one size of a portrait.
func (t *Tx) InsertPicture(id string, size directory.Size, b seal.Box) error {
	_, err := t.Exec(`INSERT INTO portrait (org, id, size, sealed) VALUES ($1, $2, $3, $4)`, id, size, b)
	return err
}

// DeletePictures takes a portrait's pictures away.
func (t *Tx) DeletePictures(id string) error {
	_, err := t.Exec(`DELETE FROM portrait WHERE org = $1 AND id = $2`, id)
	return err
}

// PortraitBoxes are the sealed pictures of one size; what they hold is of the entry with their id.
func PortraitBoxes(size directory.Size) Boxes {
	s := string(size)
	return Boxes{"portrait", `SELECT id, size AS part, 0 AS version, sealed FROM portrait WHERE org = $1 AND size = '` + s + `' AND id > $2 ORDER BY id LIMIT `,
		`UPDATE portrait SET sealed = $4 WHERE org = $1 AND size = '` + s + `' AND id = $2 AND sealed = $3`}
}
