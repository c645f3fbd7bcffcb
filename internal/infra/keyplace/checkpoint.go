package keyplace

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"varn/internal/kit/durable"
)

// Checkpoint is the newest signed checkpoint of an organisation's log, or nil if there is none yet.
// An older database is known by it.
func (p *Place) Checkpoint(org string) ([]byte, error) {
	path, err := p.checkpointFile(org)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

// SetCheckpoint puts a newer one in its place, on the disk when it returns.
func (p *Place) SetCheckpoint(org string, signed []byte) error {
	path, err := p.checkpointFile(org)
	if err != nil {
		return err
	}
	return durable.Replace(path, signed)
}

func (p *Place) checkpointFile(org string) (string, error) {
	if err := plainName(org); err != nil {
		return "", err
	}
	return filepath.Join(p.first, "checkpoint-"+org), nil
}

// plainName lets nothing into a path that could lead out of the folder.
func plainName(s string) error {
	if s == "" || len(s) > 64 {
		return fmt.Errorf("keyplace: a name of %d characters", len(s))
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return fmt.Errorf("keyplace: %q in a name", r)
		}
	}
	return nil
}
