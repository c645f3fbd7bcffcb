package wire

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"varn/internal/domain/audit"
	"varn/internal/infra/blob"
	"varn/internal/kit/clock"
	"varn/internal/usecase/backup"
	"varn/internal/usecase/inspect"
)

// Proof is what came of restoring a backup and walking it.
type Proof struct {
	Backup backup.Manifest `json:"-"`
	Name   string          `json:"name"`
	Org    string          `json:"org"`
	Made   string          `json:"made"`
	LogKey string          `json:"log_key"`
	// Compared is where the log key came from that the backup's was compared with; empty: none.
	Compared string         `json:"log_key_compared_with"`
	Log      audit.Report   `json:"log"`
	Walk     inspect.Walked `json:"walk"`
}

// OK tells that nothing is wrong.
func (p Proof) OK() bool { return p.Log.OK() && len(p.Walk.Wrong) == 0 && p.Backup.Missing == 0 }

// LogKey is the log's public key, kept elsewhere than in the backup, and where that is.
type LogKey struct{ Key, From string }

// Proving is what a proof of a backup takes.
type Proving struct {
	From   blob.Place
	Name   string // the newest when empty
	With   backup.Openers
	LogKey LogKey // zero: the backup's own is taken
	Clock  clock.Clock
}

// Run restores a backup into an empty place with keys of its own, walks it, and removes it
// again. The rows go to SQLite, whatever they came from; the attachments are read where they lie.
func (v Proving) Run(ctx context.Context) (proofs []Proof, err error) {
	dir, err := os.MkdirTemp("", "varn-proof-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c := Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	made, err := Restore{Config: c, From: v.From, With: v.With, Name: v.Name, LogKey: v.LogKey.Key, Clock: v.Clock, proving: true}.Run(ctx)
	if err != nil {
		return nil, err
	}
	h, err := Open(ctx, c, Options{Clock: v.Clock}) // opens every root
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	for _, m := range made {
		p := Proof{Backup: m, Name: m.Name, Org: m.Org, Made: m.Made.Time().UTC().Format("2006-01-02 15:04:05 UTC"),
			LogKey: m.LogKey, Compared: v.LogKey.From}
		if p.Log, err = h.Inspect.Verify(ctx, m.Org); err != nil {
			return nil, err
		}
		if p.Walk, err = h.Inspect.Walk(ctx, m.Org, v.From); err != nil {
			return nil, err
		}
		proofs = append(proofs, p)
	}
	return proofs, nil
}

// NoteProven notes in the installation that its backups were proven, where the installation is at
// hand. A proof made on another machine is noted nowhere.
func NoteProven(ctx context.Context, c Config, proofs []Proof) error {
	if _, err := c.Keys(); err != nil {
		return nil
	}
	h, err := Open(ctx, c, Options{Beside: true})
	if err != nil {
		return nil // what is wrong with it is not the proof's to say
	}
	for _, p := range proofs {
		if _, e := h.Ring.Org(p.Org); e == nil && p.OK() {
			err = errors.Join(err, h.Notes().NoteProven(ctx, p.Backup))
		}
	}
	return errors.Join(err, h.Close())
}
