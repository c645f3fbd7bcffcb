package wire

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"varn/internal/infra/blob"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/durable"
	"varn/internal/usecase/backup"
)

// Restore brings an installation back from a backup, into a place where nothing is.
type Restore struct {
	Config Config // Data is the new data directory
	From   blob.Place
	With   backup.Openers
	Name   string // the newest when empty
	// LoseErasable goes on where no key place holds the roots that cases and attachments open under.
	LoseErasable bool
	// LogKey is the log's public key as it was kept elsewhere; empty: there is none to compare with.
	LogKey string
	Clock  clock.Clock

	// proving restores rows alone, into a place that is removed again.
	proving bool
}

// Run restores everything or leaves nothing behind.
func (r Restore) Run(ctx context.Context) ([]backup.Manifest, error) {
	if err := r.vacant(); err != nil {
		return nil, err
	}
	archives, err := backup.Choose(ctx, r.From, r.Name, r.With)
	if err != nil {
		return nil, err
	}
	for _, a := range archives {
		if _, err := a.SignedBy(r.LogKey); err != nil {
			return nil, err
		}
	}
	lists := make([][]backup.Object, len(archives))
	for i, a := range archives { // before anything is written
		if lists[i], err = a.Check(ctx); err != nil {
			return nil, err
		}
	}
	parent := filepath.Dir(r.Config.Data)
	if err := durable.Dir(parent); err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp(parent, ".varn-restore-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp) // gone already when all went well
	if err := r.into(ctx, temp, archives, lists); err != nil {
		return nil, err
	}
	var out []backup.Manifest
	for _, a := range archives {
		out = append(out, a.Manifest)
	}
	return out, nil
}

// vacant refuses a data directory in which something lies, and keys inside it.
func (r Restore) vacant() error {
	entries, err := os.ReadDir(r.Config.Data)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("data: %s is not empty; give --data a new folder, or move the old one away first (varn restore --accept takes an older database that was put back)", r.Config.Data)
	}
	for name, path := range map[string]string{"server_key": r.Config.ServerKey, "key_place": r.Config.KeyPlace, "second_key_place": r.Config.SecondKeys} {
		if path != "" && keyplace.Inside(path, r.Config.Data) {
			return fmt.Errorf("%s: %s lies in the new data directory; choose a place outside it", name, path)
		}
	}
	return nil
}

// into restores into a folder beside the data directory, and puts it in its place at the end.
func (r Restore) into(ctx context.Context, temp string, archives []*backup.Archive, lists [][]backup.Object) (err error) {
	signing, err := oneSigningKey(archives)
	if err != nil {
		return err
	}
	c := r.Config
	c.Data = temp
	keys, undo, err := keyplace.Restore(keyplace.Config{Data: temp, ServerKey: c.ServerKey, First: c.KeyPlace, Second: c.SecondKeys}, signing)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			undo()
		}
	}()
	rows := c.rows()
	if err := store.Migrate(ctx, rows); err != nil {
		return err
	}
	rows.Clock, rows.Signer, rows.Verifier, rows.SaveCheckpoint = r.Clock, keys.Signer(), keys.Verifier(), keys.SetCheckpoint
	db, err := store.Open(ctx, rows)
	if err != nil {
		return err
	}
	empty, err := db.Empty(ctx)
	if err == nil && !empty {
		err = errors.New("database: it is not empty; restore into a new one (CREATE DATABASE), or into SQLite by leaving database out")
	}
	if err != nil {
		return errors.Join(err, db.Close())
	}
	err = errors.Join(r.fill(ctx, c, db, keys, archives, lists), db.Close())
	if err == nil {
		err = r.settle(temp)
	}
	if err != nil && rows.URL != "" {
		err = errors.Join(err, store.Clear(context.WithoutCancel(ctx), rows))
	}
	return err
}

// oneSigningKey is the key of the log, the same for every organisation of an installation.
func oneSigningKey(archives []*backup.Archive) ([]byte, error) {
	var signing []byte
	for _, a := range archives {
		one, err := a.SigningKey()
		if err != nil {
			return nil, err
		}
		if signing != nil && string(one) != string(signing) {
			return nil, errors.New("the backups there are of several installations; choose one with --name")
		}
		signing = one
	}
	return signing, nil
}

func (r Restore) fill(ctx context.Context, c Config, db *store.DB, keys *keyplace.Place, archives []*backup.Archive, lists [][]backup.Object) error {
	var blobs blob.Place
	if !r.proving { // a proof reads the attachments where they lie
		var err error
		if blobs, err = openBlobs(ctx, c); err != nil {
			return err
		}
	}
	for i, a := range archives {
		if err := a.Load(ctx, db); err != nil {
			return err
		}
		if err := backup.Regrow(ctx, db, keys, a.Org, r.LoseErasable || r.proving); err != nil {
			return err
		}
		if err := a.Copy(ctx, lists[i], blobs); err != nil {
			return err
		}
		if err := a.Serve(ctx, db, keys); err != nil {
			return err
		}
	}
	return nil
}

// settle puts the restored folder in the place of the data directory.
func (r Restore) settle(temp string) error {
	if err := os.Remove(r.Config.Data); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Rename(temp, r.Config.Data); err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(r.Config.Data))
}

// AcceptOlder logs, on the live data directory, that an older database was put back on purpose.
// It gives the organisations whose database was older.
func AcceptOlder(ctx context.Context, c Config, at clock.Clock) ([]string, error) {
	keys, err := c.Keys()
	if err != nil {
		return nil, err
	}
	rows := c.rows()
	rows.Clock, rows.Signer, rows.Verifier, rows.SaveCheckpoint = at, keys.Signer(), keys.Verifier(), keys.SetCheckpoint
	db, err := store.Open(ctx, rows)
	if err != nil {
		return nil, err
	}
	accepted, err := acceptOlder(ctx, db, keys)
	return accepted, errors.Join(err, db.Close())
}

func acceptOlder(ctx context.Context, db *store.DB, keys *keyplace.Place) (accepted []string, err error) {
	orgs, err := organisations(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, org := range orgs {
		held, err := keys.Checkpoint(org)
		if err != nil {
			return accepted, err
		}
		if held == nil {
			continue
		}
		var older *store.Older
		if err := db.VerifyCheckpoint(ctx, org, held); !errors.As(err, &older) {
			if err != nil {
				return accepted, err
			}
			continue
		}
		if err := backup.Regrow(ctx, db, keys, org, false); err != nil {
			return accepted, err
		}
		if err := backup.Accept(ctx, db, keys, org); err != nil {
			return accepted, err
		}
		accepted = append(accepted, org)
	}
	return accepted, nil
}

func organisations(ctx context.Context, db *store.DB) (orgs []string, err error) {
	err = db.SystemRead(ctx, func(tx *store.Tx) error {
		all, err := tx.Organisations()
		orgs = nil
		for _, o := range all {
			orgs = append(orgs, o.ID)
		}
		return err
	})
	return orgs, err
}
