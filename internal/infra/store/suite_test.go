package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"sync"
	"testing"
	"testing/fstest"

	"golang.org/x/mod/sumdb/note"

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
type place struct {
	cfg   Config
	super string // PostgreSQL as its superuser
	signs *signing
}

// signing is the log's key, and the newest checkpoint kept outside the database.
type signing struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (s *signing) save(org string, signed []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[org] = signed
	return nil
}

func (s *signing) newest(org string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[org]
}

func placeOn(t testing.TB, engine string) place {
	t.Helper()
	cfg := Config{Clock: clock.System{}, extra: suiteTables}
	cfg.Signer, cfg.Verifier = newKey(t, "varn.example.se")
	signs := &signing{kept: map[string][]byte{}}
	cfg.SaveCheckpoint = signs.save
	cfg.HeldCheckpoint = func(org string) ([]byte, error) { return signs.newest(org), nil }
	if engine == "sqlite" {
		cfg.Dir = t.TempDir()
		if err := Migrate(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		return place{cfg: cfg, signs: signs}
	}
	d := source.New(t)
	cfg.URL, cfg.OwnerURL, cfg.WorkerURL = d.URL, d.OwnerURL, d.WorkerURL
	return place{cfg: cfg, super: d.SuperURL, signs: signs}
}

// unheld is the place as a restore opens it, or an attacker who has the key's folder too.
func (p place) unheld() place {
	p.cfg.HeldCheckpoint = nil
	return p
}

func newKey(t testing.TB, name string) (note.Signer, note.Verifier) {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

// attack runs statements as somebody with full write access to the database.
func (p place) attack(t *testing.T, texts ...string) {
	t.Helper()
	var pool *sql.DB
	var err error
	if p.super == "" {
		pool, err = sql.Open("sqlite", p.cfg.Dir+"/varn.db")
	} else {
		pool, err = sql.Open("pgx", p.super)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	for _, text := range texts {
		r, err := pool.ExecContext(t.Context(), text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if n, _ := r.RowsAffected(); n == 0 {
			t.Fatalf("the attack touched nothing: %s", text)
		}
	}
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
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, placeOn(t, engine))
		})
	}
}

// engines leaves the server out of the short run.
func engines() []string {
	if testing.Short() {
		return []string{"sqlite"}
	}
	return []string{"sqlite", "postgres"}
}

// forPostgres is for what only the server has.
func forPostgres(t *testing.T, test func(*testing.T, place)) {
	t.Helper()
	t.Parallel()
	if !testing.Short() {
		test(t, placeOn(t, "postgres"))
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
