// Package store keeps Värn's rows in SQLite or PostgreSQL behind one SQL text, one transaction
// at a time, each scoped to one organisation.
package store

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// Config says where the rows lie. Without URL they lie in the SQLite file Dir/varn.db.
type Config struct {
	Dir string // data directory of the embedded database

	URL       string // PostgreSQL, as the application role
	OwnerURL  string // PostgreSQL, as the owner of the tables: only Migrate uses it
	WorkerURL string // PostgreSQL, as the role that sees jobs only

	Clock clock.Clock  // nil: the machine's
	Log   *slog.Logger // nil: silent; gets no content and no values

	// Signer signs the log's checkpoints, after COMMIT. Without it none are made.
	Signer note.Signer
	// Verifier is the public half of Signer; Witnesses may sign the same checkpoints.
	Verifier  note.Verifier
	Witnesses []note.Verifier
	// SaveCheckpoint keeps an organisation's newest checkpoint outside the database.
	SaveCheckpoint func(org string, checkpoint []byte) error
	// HeldCheckpoint gives back what SaveCheckpoint kept, nil where there is none. With it Open
	// and the first entry refuse, with *Older, a database that does not continue it. A restore
	// opens without it and calls AcceptRestore.
	HeldCheckpoint func(org string) ([]byte, error)

	extra fs.FS // further migrations, for the store's own suite
}

func (c Config) withDefaults() Config {
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// engine is the seam between the two databases: all that differs lies behind it.
type engine interface {
	write(ctx context.Context, org string, fn func(*Tx) error) error
	read(ctx context.Context, org string, fn func(*Tx) error) error
	// jobs runs fn where the rows of every organisation's jobs are seen, and nothing else.
	jobs(ctx context.Context, fn func(*Tx) error) error
	// selfTest refuses a database that would not keep the promises; warnings are the operator's.
	selfTest(ctx context.Context) (warnings []fault.Warning, err error)
	// append gives what the transaction has logged its places, as its last act.
	append(t *Tx) error
	// sequence brings waiting entries of some organisations into the tree; sweep those of all.
	sequence(ctx context.Context, orgs map[string]bool)
	sweep(ctx context.Context)
	adopt(ctx context.Context, org string) error
	close() error
	name() string
	// catalogue is the text that lists every table's columns.
	catalogue() string
}

// DB is an open database. All methods may be called from several goroutines.
type DB struct {
	cfg    Config
	engine engine
	shapes shapes
	log    logbook
	drift  drift

	// Warnings are what the self-test found that is unwise but not dangerous.
	Warnings []fault.Warning

	stop    context.CancelFunc
	chores  sync.WaitGroup
	closing sync.Once
}

// Open opens a migrated database and tests it; it refuses one that would not keep the promises.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	cfg = cfg.withDefaults()
	d := &DB{cfg: cfg}
	d.log.prepare(d)
	var err error
	if cfg.URL == "" {
		d.engine, err = openSQLite(ctx, d)
	} else {
		d.engine, err = openPostgres(ctx, d)
	}
	if err != nil {
		return nil, err
	}
	if err := d.start(ctx); err != nil {
		_ = d.engine.close()
		return nil, err
	}
	return d, nil
}

func (d *DB) start(ctx context.Context) error {
	if err := d.checkSchema(ctx); err != nil {
		return err
	}
	var err error
	if d.Warnings, err = d.engine.selfTest(ctx); err != nil {
		return err
	}
	if err := d.verifyHeld(ctx); err != nil {
		return err
	}
	if err := d.drift.start(ctx, d); err != nil {
		return err
	}
	var background context.Context
	background, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	d.chores.Go(func() { d.drift.run(background, d) })
	d.chores.Go(func() { d.log.run(background) })
	return nil
}

// Close signs the last checkpoints and lets go of the database; a second call does nothing.
func (d *DB) Close() error {
	var err error
	d.closing.Do(func() {
		d.stop()
		d.chores.Wait()
		err = errors.Join(d.log.finish(), d.engine.close())
	})
	return err
}

// Engine is "sqlite" or "postgres".
func (d *DB) Engine() string { return d.engine.name() }

// Now is the store's clock.
func (d *DB) Now() clock.Stamp { return clock.Of(d.cfg.Clock.Now()) }

// Org scopes everything done through it to one organisation.
func (d *DB) Org(id string) Org { return Org{db: d, id: id} }

// Org is one organisation's view: no statement made through it can name another's rows.
type Org struct {
	db *DB
	id string
}

// ID is the organisation.
func (o Org) ID() string { return o.id }

// Read runs fn on one consistent state of the database.
func (o Org) Read(ctx context.Context, fn func(*Tx) error) error {
	if !safeOrg(o.id) {
		return fault.New(fault.NotFound, "fault.not-found", "not an organisation's id")
	}
	return o.db.engine.read(ctx, o.id, vouching(fn))
}

// Write runs fn in one transaction and returns nil only when its COMMIT is durable.
// fn may be run more than once (after a deadlock), so it must only set what it captures.
// It must not open another transaction: that would wait for itself.
func (o Org) Write(ctx context.Context, fn func(*Tx) error) error {
	if !safeOrg(o.id) {
		return fault.New(fault.NotFound, "fault.not-found", "not an organisation's id")
	}
	return o.db.engine.write(ctx, o.id, o.once(ctx, vouching(fn)))
}

// System writes the few tables that belong to no organisation; $1 is an ordinary argument.
func (d *DB) System(ctx context.Context, fn func(*Tx) error) error {
	return d.engine.write(ctx, "", fn)
}

// SystemRead reads the few tables that belong to no organisation.
func (d *DB) SystemRead(ctx context.Context, fn func(*Tx) error) error {
	return d.engine.read(ctx, "", fn)
}

// safeOrg guards the one place where an id stands inside a text: it has no quote to offer.
func safeOrg(id string) bool {
	if len(id) != ident.Length {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
