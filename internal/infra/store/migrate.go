package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	sqlitedriver "modernc.org/sqlite"

	"varn/internal/kit/fault"
)

// Migrate brings the tables to the state this program needs; it may be run at any time, and by
// several nodes at once.
func Migrate(ctx context.Context, cfg Config) error {
	cfg = cfg.withDefaults()
	if cfg.URL == "" {
		return migrateSQLite(ctx, cfg)
	}
	return migratePostgres(ctx, cfg)
}

func migrateSQLite(ctx context.Context, cfg Config) error {
	path, err := sqlitePath(cfg.Dir)
	if err != nil {
		return err
	}
	if err := createPrivate(path); err != nil {
		return fault.New(fault.Unavailable, "fault.unavailable", "the database file can't be made in the data directory")
	}
	connector, err := sqlitedriver.NewConnector(sqliteAddress(path, "rw", writerPragmas()))
	if err != nil {
		return explainSQLite(err)
	}
	pool := sql.OpenDB(connector)
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	return up(ctx, cfg, goose.DialectSQLite3, pool)
}

// createPrivate makes the file readable by its owner only; SQLite gives its journal the same mode.
func createPrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func migratePostgres(ctx context.Context, cfg Config) error {
	if cfg.OwnerURL == "" || cfg.WorkerURL == "" {
		return fault.New(fault.Unavailable, "fault.unavailable", "owner_url and worker_url are needed to migrate PostgreSQL")
	}
	pool, err := postgresPool(cfg.OwnerURL, 2)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.internal", err)
	}
	if err := up(ctx, cfg, goose.DialectPostgres, pool, goose.WithSessionLocker(locker)); err != nil {
		return err
	}
	return secure(ctx, pool, roleOf(cfg.URL), roleOf(cfg.WorkerURL))
}

func up(ctx context.Context, cfg Config, dialect goose.Dialect, pool *sql.DB, options ...goose.ProviderOption) error {
	engine := "sqlite"
	if dialect == goose.DialectPostgres {
		engine = "postgres"
	}
	texts, err := loadMigrations(engine, cfg.extra)
	if err != nil {
		return err
	}
	options = append(options, goose.WithDisableGlobalRegistry(true))
	provider, err := goose.NewProvider(dialect, pool, texts, options...)
	if err != nil {
		return explainMigration(err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return explainMigration(err)
	}
	return nil
}

// explainMigration keeps the text: migrations hold no values, and the operator needs it.
func explainMigration(err error) error {
	kind := fault.Internal
	var ce *pgconn.ConnectError
	var se *sqlitedriver.Error
	if errors.As(err, &ce) {
		return explainPostgres(err)
	}
	if errors.As(err, &se) {
		kind = fault.Of(explainSQLite(se)).Kind
	}
	return fault.New(kind, "fault."+kind.String(), "migration: "+strings.ReplaceAll(err.Error(), "\n", " "))
}

// checkSchema refuses tables that are older or newer than this program.
func (d *DB) checkSchema(ctx context.Context) error {
	newest, err := newestMigration(d.engine.name(), d.cfg.extra)
	if err != nil {
		return err
	}
	var at int64
	err = d.SystemRead(ctx, func(t *Tx) (err error) {
		at, err = One[int64](t, `SELECT CAST(coalesce(max(version_id), 0) AS BIGINT) FROM goose_db_version WHERE is_applied`)
		return err
	})
	switch {
	case fault.Is(err, fault.Internal):
		return fault.New(fault.Unavailable, "fault.unavailable", "the database has no tables yet: run varn migrate")
	case err != nil:
		return err
	case at < newest:
		return fault.New(fault.Unavailable, "fault.unavailable", "the database is older than this program: run varn migrate")
	case at > newest:
		return fault.New(fault.Unavailable, "fault.unavailable", "the database is newer than this program: install the newer program")
	}
	return nil
}
