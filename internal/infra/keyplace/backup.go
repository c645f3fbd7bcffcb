package keyplace

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"varn/internal/kit/durable"
	"varn/internal/kit/seal"
)

const backupKeyFile = "backup-key"

// BackupKey is what every backup is sealed under besides the recovery key; it is made when it is
// first asked for, and fresh then. It never lies in the data directory or in a backup.
func (p *Place) BackupKey() (key seal.Key, fresh bool, err error) {
	path := p.BackupKeyFile()
	key, err = ReadKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, false, err
	}
	key = seal.NewKey()
	err = durable.Create(path, fmt.Appendf(nil, "%x\n", key.Bytes()))
	if errors.Is(err, fs.ErrExist) { // another node was faster
		key, err = ReadKey(path)
		return key, false, err
	}
	if err != nil {
		return seal.Key{}, false, fmt.Errorf("key_place: %s cannot be written: %w", path, err)
	}
	return key, true, nil
}

// BackupKeyFile is where it lies.
func (p *Place) BackupKeyFile() string { return filepath.Join(p.first, backupKeyFile) }

// ReadKey reads a key file that only its owner may read.
func ReadKey(path string) (seal.Key, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return seal.Key{}, err
	}
	if err := private("backup_key", path, 0o077, "600"); err != nil {
		return seal.Key{}, err
	}
	key, err := parseKey(raw)
	if err != nil {
		return seal.Key{}, fmt.Errorf("backup_key: %s does not hold 32 bytes or 64 hex digits", path)
	}
	return key, nil
}

// SigningKey is the log's signing key as it lies here, for a backup that seals it.
func (p *Place) SigningKey() ([]byte, error) {
	raw, err := os.ReadFile(filepath.Join(p.first, signingKeyFile))
	return bytes.TrimSpace(raw), err
}

// Restore opens the key place of an installation that is being restored: the signing key is the
// backup's, and a server key is made where there is none. Undo takes back what it has made.
func Restore(c Config, signing []byte) (p *Place, undo func(), err error) {
	undo = func() {}
	c.Create = true
	where, err := locate(c)
	if err != nil {
		return nil, undo, err
	}
	path := filepath.Join(where.first, signingKeyFile)
	var made []string
	for _, f := range []string{where.first, path, where.server} {
		if _, err := os.Lstat(f); errors.Is(err, fs.ErrNotExist) {
			made = append(made, f)
		}
	}
	undo = func() {
		for _, f := range made {
			_ = os.RemoveAll(f) // a folder only if it was not there before
		}
	}
	if err = plantSigning(path, signing); err == nil {
		p, err = Open(c)
	}
	if err != nil {
		undo()
		return nil, func() {}, err
	}
	return p, undo, nil
}

func plantSigning(path string, signing []byte) error {
	have, err := os.ReadFile(path)
	switch {
	case err == nil && strings.TrimSpace(string(have)) == string(signing):
		return nil
	case err == nil:
		return fmt.Errorf("key_place: %s belongs to another log than the backup's; choose another key place, or move the file away if that log is given up", path)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("key_place: %s cannot be read: %w", path, err)
	}
	if err := durable.Dir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("key_place: %w", err)
	}
	return durable.Create(path, append(bytes.Clone(signing), '\n'))
}

// Inside tells whether a path lies in a folder, also one that only leads there.
func Inside(path, dir string) bool { return within(path, dir) }
