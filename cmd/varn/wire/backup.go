package wire

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"varn/internal/infra/blob"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/usecase/backup"
)

// BackupPlace opens where backups lie: a folder, or s3://BUCKET/PREFIX in the object storage of
// the section s3.
func (c Config) BackupPlace(ctx context.Context, where string) (blob.Place, error) {
	if where == "" {
		return nil, errors.New("backup: say where backups lie: give --to (or --from), or set backup to a folder or s3://BUCKET/PREFIX")
	}
	if bucket, ok := strings.CutPrefix(where, "s3://"); ok {
		return c.backupBucket(ctx, bucket)
	}
	dir, err := filepath.Abs(where)
	if err != nil {
		return nil, err
	}
	if keyplace.Inside(dir, c.Data) || keyplace.Inside(c.Data, dir) {
		return nil, fmt.Errorf("backup: %s and the data directory %s lie in one another; choose a folder on another disk", dir, c.Data)
	}
	return blob.OpenDisk(dir, 0)
}

// BackupSource is the same for reading: a folder that is not there is not made.
func (c Config) BackupSource(ctx context.Context, where string) (blob.Place, error) {
	if where != "" && !strings.HasPrefix(where, "s3://") {
		if _, err := os.Stat(where); err != nil {
			return nil, fmt.Errorf("backup: %w; give --from where the backups lie", err)
		}
	}
	return c.BackupPlace(ctx, where)
}

func (c Config) backupBucket(ctx context.Context, text string) (blob.Place, error) {
	bucket, prefix, _ := strings.Cut(text, "/")
	if prefix != "" && !strings.HasSuffix(prefix, "/") {
		prefix += "/"
	}
	if bucket == c.S3.Bucket && (strings.HasPrefix(prefix, c.S3.Prefix) || strings.HasPrefix(c.S3.Prefix, prefix)) {
		return nil, errors.New("backup: the bucket is the one that the attachments lie in; choose another bucket, on another storage if there is one")
	}
	return blob.OpenS3(ctx, blob.S3Config{Endpoint: c.S3.Endpoint, Bucket: bucket, Prefix: prefix, Region: c.S3.Region,
		AccessKey: c.S3.Access, SecretKey: c.S3.Secret, Plain: c.S3.Insecure})
}

// Backup is the desk that makes backups; where empty: at the configured place.
func (h *House) Backup(ctx context.Context, where string) (*backup.Desk, error) {
	if where == "" {
		where = h.Config.Backup
	}
	target, err := h.Config.BackupPlace(ctx, where)
	if err != nil {
		return nil, err
	}
	if dir, err := filepath.Abs(where); err == nil && !strings.HasPrefix(where, "s3://") &&
		(keyplace.Inside(h.Keys.Folder(), dir) || keyplace.Inside(dir, h.Keys.Folder())) {
		return nil, fmt.Errorf("backup: %s and the key place %s lie in one another; a backup beside its key protects nothing", dir, h.Keys.Folder())
	}
	d := h.Notes()
	d.Target = target
	return d, nil
}

// Notes is the same desk without a target: it reads and writes what is noted about backups.
func (h *House) Notes() *backup.Desk {
	return &backup.Desk{DB: h.DB, Ring: h.Ring, Keys: h.Keys, Blob: h.Blob, Clock: h.Clock}
}

// Keys opens the key place of an installation that exists; it makes nothing.
func (c Config) Keys() (*keyplace.Place, error) {
	return keyplace.Open(keyplace.Config{Data: c.Data, ServerKey: c.ServerKey, First: c.KeyPlace, Second: c.SecondKeys})
}

// Migrate brings the tables to what this program needs.
func Migrate(ctx context.Context, c Config) error {
	if _, err := os.Stat(c.Data); err != nil {
		return fmt.Errorf("data: %w; give --data or set data", err)
	}
	return store.Migrate(ctx, c.rows())
}
