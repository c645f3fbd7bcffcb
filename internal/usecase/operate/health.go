package operate

import (
	"context"
	"time"

	"golang.org/x/sys/unix"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Health is how the installation is: facts about the machine, never about people or cases.
type Health struct {
	Engine string
	// Warnings are what the database and the key places have to say.
	DatabaseWarnings []fault.Warning
	KeyWarnings      []fault.Warning
	// Behind is how many entries of the log are durable but not yet in the tree, and for how long.
	Behind    int64
	BehindFor time.Duration
	Doubt     store.Doubt
	Free      int64 // bytes on the data directory's disk
	Size      int64
	Waiting   int64 // jobs
	Dead      int64
	Backup    BackupNote
	Proven    BackupNote
	Mail      bool // mail settings exist
}

// BackupNote is what a backup leaves behind; the zero value: never.
type BackupNote struct {
	When    clock.Stamp `json:"when"`
	Bytes   int64       `json:"bytes"`
	Objects int64       `json:"objects"`
	Missing int64       `json:"missing"`
}

// Health looks at the installation now.
func (d *Desk) Health(ctx context.Context, s *access.Session) (Health, error) {
	h := Health{Engine: d.DB.Engine(), DatabaseWarnings: d.DB.Warnings, Doubt: d.DB.TimeDoubt()}
	k, err := d.keys(s)
	if err != nil {
		return Health{}, err
	}
	if d.Keys != nil {
		h.KeyWarnings = d.Keys.Warnings()
	}
	if h.Behind, h.BehindFor, err = d.DB.Org(k.Org).Lag(ctx); err != nil {
		return h, err
	}
	h.Free, h.Size = room(d.Data)
	err = d.healthRows(ctx, k, &h)
	return h, err
}

func (d *Desk) healthRows(ctx context.Context, k *keyring.Keys, h *Health) error {
	states, err := d.DB.JobStates(ctx)
	if err != nil {
		return err
	}
	h.Waiting, h.Dead = states["waiting"]+states["leased"], states["dead"]
	return d.read(ctx, k, func(tx *store.Tx) error {
		if _, err := setting(tx, k, "backup.last", &h.Backup); err != nil {
			return err
		}
		if _, err := setting(tx, k, "backup.proven", &h.Proven); err != nil {
			return err
		}
		var v kept
		version, err := setting(tx, k, mailSetting, &v)
		h.Mail = version > 0
		return err
	})
}

// room is what is left and what there is on a folder's disk; zero when it can't be told.
func room(dir string) (free, size int64) {
	var s unix.Statfs_t
	if unix.Statfs(dir, &s) != nil {
		return 0, 0
	}
	return int64(s.Bavail) * int64(s.Bsize), int64(s.Blocks) * int64(s.Bsize)
}

// ConfirmTime is the administrator's word that the clock is right; destruction may go on.
func (d *Desk) ConfirmTime(ctx context.Context, s *access.Session) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if err := d.write(ctx, k, func(tx *store.Tx) error { return record(tx, k, s.Person, "time.confirm") }); err != nil {
		return err
	}
	return d.DB.ConfirmTime(ctx)
}
