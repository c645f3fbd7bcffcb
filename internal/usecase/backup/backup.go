// Package backup makes backups that open with the recovery sheets or the backup key alone, and
// brings an installation back from one.
package backup

import (
	"varn/internal/infra/blob"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Desk makes the backups of a running installation.
type Desk struct {
	DB     *store.DB
	Ring   *keyring.Ring
	Keys   *keyplace.Place
	Blob   blob.Place // what is backed up
	Target blob.Place // where to: never the data directory
	Clock  clock.Clock
	// Fast leaves the pauses out that keep a backup from holding up those who work meanwhile.
	Fast bool
}

// The parts of a backup are blobs in the target: NAME-dump, NAME-objects and, last, NAME-manifest.
// Without its manifest a backup does not exist. The sealed attachments lie beside them under their
// own names, shared by every backup that holds them.
const (
	dumpPart     = "-dump"
	objectsPart  = "-objects"
	manifestPart = "-manifest"
)

// place binds a part to its backup.
func place(org, name, part string) seal.AD { return seal.Bind("varn backup", org, name, part) }

func stream(key seal.Key, org, name, part string) seal.Stream {
	return seal.NewStream(key.Derive("varn backup stream", part), place(org, name, part))
}
