package store

import (
	"context"
	"os"
	"testing"
	"testing/fstest"

	"varn/internal/infra/pgtest"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
)

// The store's suite runs on both engines: SQLite in a folder of the test's own, PostgreSQL in a
// database of its own on a real server.

var source = pgtest.Source{Fill: func(d pgtest.Database) error {
	return Migrate(context.Background(), Config{URL: d.URL, OwnerURL: d.OwnerURL, WorkerURL: d.WorkerURL, extra: suiteTables})
}}

var suiteTables = fstest.MapFS{"9000_suite.sql": {Data: []byte(`
CREATE TABLE thing (
    org     TEXT NOT NULL,
    id      TEXT NOT NULL,
    amount  BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    open    BOOLEAN NOT NULL,
    note    TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (org, id)
);
CREATE TABLE part (
    org   TEXT NOT NULL,
    thing TEXT NOT NULL,
    id    TEXT NOT NULL,
    PRIMARY KEY (org, id),
    FOREIGN KEY (org, thing) REFERENCES thing (org, id)
);
`)}}

func TestMain(m *testing.M) { os.Exit(source.Main(m)) }

// place is where one test's rows lie; several handles may be opened on it.
type place struct{ cfg Config }

func placeOn(t testing.TB, engine string) place {
	t.Helper()
	cfg := Config{Clock: clock.System{}, extra: suiteTables}
	if engine == "sqlite" {
		cfg.Dir = t.TempDir()
		if err := Migrate(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		return place{cfg}
	}
	d := source.New(t)
	cfg.URL, cfg.OwnerURL, cfg.WorkerURL = d.URL, d.OwnerURL, d.WorkerURL
	return place{cfg}
}

func (p place) open(t testing.TB) *DB {
	t.Helper()
	db, err := Open(t.Context(), p.cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func forBoth(t *testing.T, test func(*testing.T, *DB)) {
	t.Helper()
	forBothPlaces(t, func(t *testing.T, p place) { test(t, p.open(t)) })
}

func forBothPlaces(t *testing.T, test func(*testing.T, place)) {
	t.Helper()
	t.Parallel()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, placeOn(t, engine))
		})
	}
}

type thing struct {
	Org     string
	ID      string
	Amount  int64
	Body    []byte
	IsOpen  bool `db:"open"`
	Note    *string
	Version int
}

func addThing(ctx context.Context, o Org, id string, amount int64) error {
	return o.Write(ctx, func(t *Tx) error { return insertThing(t, id, amount) })
}

func insertThing(t *Tx, id string, amount int64) error {
	_, err := t.Exec(`INSERT INTO thing (org, id, amount, body, open, note, version) VALUES ($1, $2, $3, $4, $5, $6, 1)`,
		id, amount, []byte{0, 1, 255}, amount%2 == 0, nil)
	return err
}

func countThings(t *testing.T, o Org) int64 {
	t.Helper()
	var n int64
	err := o.Read(t.Context(), func(tx *Tx) (err error) {
		n, err = One[int64](tx, `SELECT count(*) FROM thing WHERE org = $1`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func newOrg(db *DB) Org { return db.Org(ident.New()) }
