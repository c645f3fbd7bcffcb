package store

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"varn/internal/kit/fault"
)

type bound struct{ A, B, C string }

// testBinding asks what some drivers get wrong: whether $2 is the second argument wherever it stands.
func testBinding(t *Tx) error {
	got, err := One[bound](t, `SELECT CAST($2 AS TEXT) AS a, CAST($1 AS TEXT) AS b, CAST($2 AS TEXT) AS c`, "one", "two")
	if err != nil {
		return err
	}
	if got != (bound{"two", "one", "two"}) {
		return refused("the driver binds $2,$1,$2 in the wrong order")
	}
	return nil
}

func refused(why string) error {
	return fault.New(fault.Unavailable, "fault.unavailable", "self-test of the database: "+why)
}

// errUndo ends a transaction that was only a question.
var errUndo = errors.New("undo")

func (s *sqlite) selfTest(ctx context.Context) ([]fault.Warning, error) {
	err := s.write(ctx, "", func(t *Tx) error {
		if err := testBinding(t); err != nil {
			return err
		}
		version, err := One[string](t, `SELECT sqlite_version()`)
		if err != nil {
			return err
		}
		if !versionAtLeast(version, []int{3, 51, 3}) {
			return refused("SQLite " + version + " may corrupt its journal; 3.51.3 or newer is needed")
		}
		return testPragmas(t)
	})
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, "", func(t *Tx) error {
		if _, err := t.Exec(`INSERT INTO instance (name, value) VALUES ($1, $2)`, "selftest", "a text"); err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil, refused("a text went into a BIGINT column")
	}
	if !ownFailure(err) {
		return nil, err
	}
	return nil, nil
}

func testPragmas(t *Tx) error {
	for _, want := range []struct {
		pragma string
		value  int64
	}{{"secure_delete", 1}, {"synchronous", 2}, {"foreign_keys", 1}} {
		got, err := One[int64](t, `PRAGMA `+want.pragma)
		if err != nil {
			return err
		}
		if got != want.value {
			return refused("PRAGMA " + want.pragma + " is " + strconv.FormatInt(got, 10))
		}
	}
	mode, err := One[string](t, `PRAGMA journal_mode`)
	if err == nil && mode != "wal" {
		err = refused("PRAGMA journal_mode is " + mode)
	}
	return err
}

func versionAtLeast(version string, floor []int) bool {
	var got []int
	for part := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return false
		}
		got = append(got, n)
	}
	return slices.Compare(got, floor) >= 0
}

func (p *postgres) selfTest(ctx context.Context) ([]fault.Warning, error) {
	var warnings []fault.Warning
	err := p.read(ctx, "", func(t *Tx) (err error) {
		if err := testBinding(t); err != nil {
			return err
		}
		if err := testRole(t); err != nil {
			return err
		}
		if err := testWall(t); err != nil {
			return err
		}
		warnings, err = testSettings(t)
		return err
	})
	if err == nil {
		err = p.jobs(ctx, testRole)
	}
	return warnings, err
}

// testRole refuses a role that row-level security would let pass.
func testRole(t *Tx) error {
	strong, err := One[bool](t, `
		SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
			SELECT 1 FROM pg_class c
			WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND pg_has_role(r.oid, c.relowner, 'MEMBER'))
		FROM pg_roles r WHERE r.rolname = current_user`)
	if err == nil && strong {
		err = refused("the role of url or worker_url is a superuser, owns the tables or passes row-level security by")
	}
	return err
}

// testWall refuses a database with a table of organisations' rows that row-level security does
// not cover.
func testWall(t *Tx) error {
	open, err := All[string](t, `
		SELECT c.relname::text FROM pg_class c
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
		AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'org' AND NOT a.attisdropped)
		AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))`)
	if err == nil && len(open) > 0 {
		err = refused("no row-level security on " + strings.Join(open, ", ") + ": run varn migrate")
	}
	return err
}

func testSettings(t *Tx) (warnings []fault.Warning, err error) {
	version, err := One[string](t, `SELECT current_setting('server_version_num')`)
	if err != nil {
		return nil, err
	}
	if n, _ := strconv.Atoi(version); n < 150000 {
		return nil, refused("PostgreSQL 15 or newer is needed")
	}
	for _, s := range []struct {
		name, unwanted, warning string
	}{
		{"synchronous_commit", "off", ""},
		{"log_error_verbosity", "default", "warning.database-log"},
		{"log_error_verbosity", "verbose", "warning.database-log"},
		{"fsync", "off", "warning.database-fsync"},
	} {
		got, err := One[string](t, `SELECT current_setting($1)`, s.name)
		if err != nil {
			return nil, err
		}
		if got != s.unwanted {
			continue
		}
		if s.warning == "" {
			return nil, refused("synchronous_commit is off: what is acknowledged could be lost")
		}
		warnings = append(warnings, fault.Warning{Code: s.warning})
	}
	return warnings, nil
}
