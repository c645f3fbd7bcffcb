package backup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"varn/internal/infra/blob"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// manifestVersion leads every manifest.
const manifestVersion = 1

// Manifest says what a backup holds, and holds its keys: sealed to the recovery key and, apart,
// under the backup key. Who has neither learns from it when it was made and how large it is.
type Manifest struct {
	Version int         `json:"varn_backup"`
	Org     string      `json:"org"`
	Name    string      `json:"name"`
	Made    clock.Stamp `json:"made"`
	Founded clock.Stamp `json:"founded"`

	Recovery   []byte `json:"recovery"`    // public half of the recovery key
	ToRecovery []byte `json:"to_recovery"` // archive key and root, sealed to it
	ToBackup   []byte `json:"to_backup"`   // the same under the backup key
	Escrow     []byte `json:"escrow"`      // the root as the database holds it for the recovery key

	LogKey  string `json:"log_key"` // public: the log is verified by it
	Signing []byte `json:"signing"` // its private half, under the archive key

	Dump     int64 `json:"dump"`    // bytes stored
	ListSize int64 `json:"list"`    // bytes stored of the list of objects
	Objects  int64 `json:"objects"` // how many
	Bytes    int64 `json:"bytes"`   // of all objects together
	Missing  int64 `json:"missing"` // objects whose file was gone when the backup was made

	MAC []byte `json:"mac"` // over all of it, under the archive key
}

func (m Manifest) bound() seal.AD {
	return place(m.Org, m.Name, manifestPart).With(m.Version, int64(m.Made), int64(m.Founded), m.Recovery, m.ToRecovery, m.ToBackup, m.Escrow,
		m.LogKey, m.Signing, m.Dump, m.ListSize, m.Objects, m.Bytes, m.Missing)
}

func (m Manifest) encode() ([]byte, error) { return json.Marshal(m) }

// maxManifest bounds what is read as one.
const maxManifest = 1 << 20

// readManifest refuses whatever was not written exactly so. Whether it is authentic is known when
// its key is.
func readManifest(ctx context.Context, from blob.Place, name string) (Manifest, error) {
	var m Manifest
	raw := make([]byte, maxManifest)
	n, err := from.ReadAt(ctx, name+manifestPart, raw, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return m, err
	}
	if json.Unmarshal(raw[:n], &m) != nil || m.Version != manifestVersion || m.Name != name {
		return m, damaged(name, "its manifest can't be read; if a newer version of Värn made it, restore with that")
	}
	again, err := m.encode()
	if err != nil || !bytes.Equal(again, raw[:n]) {
		return m, damaged(name, "its manifest has been changed")
	}
	return m, nil
}

func damaged(name, how string) error {
	return fault.New(fault.Invalid, "backup.damaged", "backup "+name+": "+how)
}

// keySet is what the manifest keeps sealed.
type keySet struct {
	archive seal.Key
	root    seal.Key
}

func (k keySet) bytes() []byte { return append(k.archive.Bytes(), k.root.Bytes()...) }

func keySetFrom(raw []byte) (keySet, error) {
	if len(raw) != 2*seal.KeySize {
		return keySet{}, seal.ErrOpen
	}
	archive, err := seal.KeyFrom(raw[:seal.KeySize])
	if err != nil {
		return keySet{}, err
	}
	root, err := seal.KeyFrom(raw[seal.KeySize:])
	return keySet{archive, root}, err
}

func keysAD(org, name string) seal.AD { return place(org, name, "keys") }
