package store

import (
	"embed"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"testing/fstest"

	"varn/internal/kit/fault"
)

//go:embed migrations/*.sql
var embedded embed.FS

// loadMigrations joins NNNN_name.sql with NNNN_name.<engine>.sql, if there is one, and derives
// for SQLite the type checks that PostgreSQL makes by itself.
func loadMigrations(engine string, extra fs.FS) (fs.FS, error) {
	texts := fstest.MapFS{}
	own, err := fs.Sub(embedded, "migrations")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, "fault.internal", err)
	}
	for _, from := range []fs.FS{own, extra} {
		if from == nil {
			continue
		}
		if err := loadFrom(texts, from, engine); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

func loadFrom(texts fstest.MapFS, from fs.FS, engine string) error {
	names, err := fs.Glob(from, "*.sql")
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.internal", err)
	}
	for _, name := range names {
		stem := strings.TrimSuffix(name, ".sql")
		if path.Ext(stem) != "" {
			continue // belongs to one engine, and to the text it stands beside
		}
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return fault.Wrap(fault.Internal, "fault.internal", err)
		}
		more, _ := fs.ReadFile(from, stem+"."+engine+".sql")
		made, err := joinMigration(string(text), string(more), engine)
		if err != nil {
			return fault.Detailf("%s: %v", name, err)
		}
		texts[name] = &fstest.MapFile{Data: []byte(made)}
	}
	return nil
}

func joinMigration(text, more, engine string) (string, error) {
	before, down, reversible := strings.Cut(text, "-- +goose Down")
	if !strings.Contains(before, "-- +goose Up") {
		before = "-- +goose Up\n" + before
	}
	before += "\n" + more + "\n"
	if engine == "sqlite" {
		var err error
		if before, err = checkTypes(before); err != nil {
			return "", err
		}
	}
	if reversible {
		before += "\n-- +goose Down" + down
	}
	return before, nil
}

func newestMigration(engine string, extra fs.FS) (int64, error) {
	texts, err := loadMigrations(engine, extra)
	if err != nil {
		return 0, err
	}
	names, err := fs.Glob(texts, "*.sql")
	if err != nil {
		return 0, fault.Wrap(fault.Internal, "fault.internal", err)
	}
	var newest int64
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fault.Detailf("%s has no number", name)
		}
		newest = max(newest, n)
	}
	return newest, nil
}
