package store

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"varn/internal/kit/fault"
)

func TestMigratingAgainChangesNothing(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db := p.open(t)
		org := newOrg(db)
		if err := addThing(t.Context(), org, "a", 1); err != nil {
			t.Fatal(err)
		}
		if err := Migrate(t.Context(), p.cfg); err != nil {
			t.Fatal(err)
		}
		if countThings(t, org) != 1 {
			t.Fatal("rows went")
		}
	})
}

func TestTablesOfAnotherAgeAreRefused(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		newer := p.cfg
		newer.extra = fstest.MapFS{"9001_more.sql": {Data: []byte("CREATE TABLE more (id TEXT PRIMARY KEY);")}}
		if _, err := Open(t.Context(), newer); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "varn migrate") {
			t.Errorf("older tables: %v", err)
		}
		older := p.cfg
		older.extra = nil
		if _, err := Open(t.Context(), older); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "newer") {
			t.Errorf("newer tables: %v", err)
		}
	})
}

func TestNoDatabaseIsSaidPlainly(t *testing.T) {
	t.Parallel()
	if _, err := Open(t.Context(), Config{Dir: t.TempDir()}); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "varn init") {
		t.Error(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/varn.db", []byte(strings.Repeat("this is no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Config{Dir: dir}); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
	if _, err := Open(t.Context(), Config{URL: "postgres://u:hemligt@127.0.0.1:1/x", WorkerURL: "postgres://w@127.0.0.1:1/x"}); !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "hemligt") {
		t.Error(err)
	}
}

func TestTheDatabaseIsItsOwnersOnly(t *testing.T) {
	t.Parallel()
	p := placeOn(t, "sqlite")
	db := p.open(t)
	if err := addThing(t.Context(), newOrg(db), "a", 1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"varn.db", "varn.db-wal", "varn.db-shm"} {
		if st, err := os.Stat(p.cfg.Dir + "/" + name); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, st.Mode(), err)
		}
	}
}

func TestTypeChecksAreDerived(t *testing.T) {
	t.Parallel()
	got, err := joinMigration("-- a comment, with (a comma\n-- clustered\nCREATE TABLE x (\n a TEXT NOT NULL DEFAULT 'x(,', -- why, (\n b BIGINT,\n c BYTEA,\n d BOOLEAN NOT NULL,\n PRIMARY KEY (a, b)\n);\nALTER TABLE y ADD COLUMN e BIGINT NOT NULL DEFAULT 0;", "", "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CHECK (typeof(a) IN ('text', 'null'))", "CHECK (typeof(b) IN ('integer', 'null'))", "CHECK (typeof(c) IN ('blob', 'null'))",
		"CHECK (d IN (0, 1))", "PRIMARY KEY (a, b)) WITHOUT ROWID;", "DEFAULT 0 CHECK (typeof(e) IN ('integer', 'null'));"} {
		if !strings.Contains(strings.ReplaceAll(got, "\n)", ")"), want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, bad := range []string{"CREATE TABLE x (a INTEGER);", "CREATE TABLE x (a TIMESTAMP);", "CREATE TABLE x (a TEXT", "ALTER TABLE x ADD COLUMN a VARCHAR(3);"} {
		if _, err := joinMigration(bad, "", "sqlite"); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
