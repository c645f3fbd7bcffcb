package store

import (
	"database/sql"
	"strings"
	"testing"

	"varn/internal/domain/audit"
	"varn/internal/domain/job"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// as opens the test's PostgreSQL under one of its roles, past the store.
func as(t *testing.T, address string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func TestEveryTableOfOrganisationsStandsBehindTheWall(t *testing.T) {
	forPostgres(t, everyTableStandsBehindTheWall)
}

func everyTableStandsBehindTheWall(t *testing.T, p place) {
	rows, err := as(t, p.super).Query(`
		SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
			(SELECT count(*) FROM pg_policies p WHERE p.tablename = c.relname AND p.cmd = 'ALL' AND p.qual = p.with_check AND p.qual LIKE '%NULLIF(current_setting(''varn.org''%'),
			EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org' AND NOT a.attisdropped)
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	scoped := 0
	for rows.Next() {
		var name string
		var forced, org bool
		var policies int
		if err := rows.Scan(&name, &forced, &policies, &org); err != nil {
			t.Fatal(err)
		}
		switch {
		case org && (!forced || policies != 1):
			t.Errorf("table %s has no wall", name)
		case !org && !strings.Contains(" instance job_schedule audit_tree goose_db_version organisation ", " "+name+" "):
			t.Errorf("table %s has no org column", name)
		case org:
			scoped++
		}
	}
	if err := rows.Err(); err != nil || scoped < 8 {
		t.Fatal(err, scoped)
	}
}

func TestTheApplicationsRoleCanNotReachOverTheWall(t *testing.T) {
	forPostgres(t, applicationCanNotReachOver)
}

func applicationCanNotReachOver(t *testing.T, p place) {
	db := p.open(t)
	mine, theirs := newOrg(db), newOrg(db)
	if err := addThing(t.Context(), theirs, "a", 1); err != nil {
		t.Fatal(err)
	}
	err := mine.Write(t.Context(), func(tx *Tx) error { // texts that forget whom they serve
		if n, err := One[int64](tx, `SELECT count(*) FROM thing WHERE org <> $1`); err != nil || n != 0 {
			t.Errorf("read %d of theirs: %v", n, err)
		}
		if n, err := tx.Exec(`UPDATE thing SET amount = 0 WHERE org <> $1`); err != nil || n != 0 {
			t.Errorf("changed %d: %v", n, err)
		}
		n, err := tx.Exec(`DELETE FROM thing WHERE $1 <> ''`)
		if n != 0 {
			t.Errorf("deleted %d", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = mine.Write(t.Context(), func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO part (org, thing, id) VALUES ($2, $1, 'x')`, theirs.ID())
		return err
	})
	if err == nil {
		t.Error("a row was written for another organisation")
	}
	pool := as(t, p.cfg.URL)
	var n int
	if err := pool.QueryRow(`SELECT count(*) FROM thing`).Scan(&n); err != nil || n != 0 {
		t.Errorf("without an organisation: %d %v", n, err)
	}
	for _, text := range []string{`TRUNCATE thing`, `ALTER TABLE thing DISABLE ROW LEVEL SECURITY`, `DROP POLICY varn_org ON thing`,
		`SET SESSION AUTHORIZATION postgres`, `CREATE TABLE x (a TEXT)`, `DELETE FROM audit_entry`, `UPDATE audit_entry SET leaf = ''`, `DELETE FROM audit_checkpoint`, `DELETE FROM goose_db_version`} {
		if _, err := pool.Exec(text); err == nil {
			t.Errorf("the application may %s", text)
		}
	}
}

func TestTheWorkersRoleSeesJobsOnly(t *testing.T) { forPostgres(t, workerSeesJobsOnly) }

func workerSeesJobsOnly(t *testing.T, p place) {
	db := p.open(t)
	enqueue(t, newOrg(db), job.Job{Kind: "k"})
	pool := as(t, p.cfg.WorkerURL)
	var n int
	if err := pool.QueryRow(`SELECT count(*) FROM job`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d %v", n, err)
	}
	rows, err := as(t, p.super).Query(`SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname NOT IN ('job', 'job_schedule')`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		if err := pool.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err == nil {
			t.Errorf("the worker sees %s", table)
		}
	}
	app := as(t, p.cfg.URL)
	if err := app.QueryRow(`SELECT count(*) FROM job`).Scan(&n); err != nil || n != 0 {
		t.Errorf("the application sees %d jobs of others", n)
	}
}

func TestAStrongRoleIsRefused(t *testing.T) { forPostgres(t, strongRoleIsRefused) }

func strongRoleIsRefused(t *testing.T, p place) {
	for name, change := range map[string]func(*Config){
		"superuser as app":    func(c *Config) { c.URL = p.super },
		"superuser as worker": func(c *Config) { c.WorkerURL = p.super },
		"owner as app":        func(c *Config) { c.URL = c.OwnerURL },
	} {
		cfg := p.cfg
		change(&cfg)
		if db, err := Open(t.Context(), cfg); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "self-test") {
			t.Errorf("%s: %v %v", name, db, err)
		}
	}
	if _, err := as(t, p.super).Exec(`ALTER TABLE thing NO FORCE ROW LEVEL SECURITY`); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), p.cfg); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "thing") {
		t.Errorf("a table without a wall: %v", err)
	}
	if err := Migrate(t.Context(), p.cfg); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), p.cfg)
	if err != nil {
		t.Fatalf("migrating did not mend it: %v", err)
	}
	_ = db.Close()
}

// One organisation's log is as closed to another as its rows.
func TestLogsOfTwoOrganisationsStandApart(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		one, two := newOrg(db), db.Org(ident.New())
		fillLog(t, db, one, 3)
		fillLog(t, db, two, 2)
		err := two.Read(t.Context(), func(tx *Tx) error {
			all, err := LogAll(tx, 0, 100)
			if len(all) != 2 {
				t.Errorf("%d entries", len(all))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, org := range []Org{one, two} {
			if r := verify(t, db, org); !r.OK() || r.Org != org.ID() {
				t.Errorf("%+v", r)
			}
		}
		err = db.System(t.Context(), func(tx *Tx) error { return tx.Log(audit.Entry{Act: "x"}) })
		if err == nil {
			t.Error("an entry without an organisation")
		}
	})
}
