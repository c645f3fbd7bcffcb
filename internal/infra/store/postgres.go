package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"net/url"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"varn/internal/kit/fault"
)

// postgres is the engine for several nodes. Row-level security stands behind every statement:
// each transaction sets its organisation, and the application's role can't pass it by.
type postgres struct {
	db     *DB
	app    *sql.DB // database/sql serves as the pool only
	worker *sql.DB

	sequencing sync.Mutex // guards the live trees
}

// How many connections a node holds at most.
const (
	appConnections    = 24
	workerConnections = 4
)

// maxTries bounds how often a transaction is run again after a deadlock.
const maxTries = 6

func openPostgres(ctx context.Context, d *DB) (*postgres, error) {
	if d.cfg.WorkerURL == "" {
		return nil, fault.New(fault.Unavailable, "fault.unavailable", "worker_url: PostgreSQL needs the role that sees jobs only")
	}
	p := &postgres{db: d}
	var err error
	if p.app, err = postgresPool(d.cfg.URL, appConnections); err != nil {
		return nil, err
	}
	if p.worker, err = postgresPool(d.cfg.WorkerURL, workerConnections); err != nil {
		return nil, err
	}
	for _, pool := range []*sql.DB{p.app, p.worker} {
		if err := pool.PingContext(ctx); err != nil {
			_ = p.close()
			return nil, explainPostgres(err)
		}
	}
	return p, nil
}

func postgresPool(address string, connections int) (*sql.DB, error) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil { // its text would repeat the password
		return nil, fault.New(fault.Unavailable, "fault.unavailable", "the address of PostgreSQL can't be read")
	}
	cfg.RuntimeParams["application_name"] = "varn"
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	pool.SetConnMaxLifetime(time.Hour)
	return pool, nil
}

// roleOf is the user that an address signs in as.
func roleOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		return u.User.Username()
	}
	if cfg, err := pgconn.ParseConfig(address); err == nil {
		return cfg.User
	}
	return ""
}

func (p *postgres) name() string { return "postgres" }

func (p *postgres) close() error { return errors.Join(p.app.Close(), p.worker.Close()) }

// write uses READ COMMITTED: what decides is read with the write itself (version columns,
// unique keys, FOR UPDATE), and the log's chains are locked rows.
func (p *postgres) write(ctx context.Context, org string, fn func(*Tx) error) error {
	return p.retry(ctx, p.app, "BEGIN", org, fn)
}

// read sees one state throughout, as a SQLite reader does; a read-only one is never refused.
func (p *postgres) read(ctx context.Context, org string, fn func(*Tx) error) error {
	return p.retry(ctx, p.app, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", org, fn)
}

func (p *postgres) jobs(ctx context.Context, fn func(*Tx) error) error {
	return p.retry(ctx, p.worker, "BEGIN", "", fn)
}

func (p *postgres) retry(ctx context.Context, pool *sql.DB, begin, org string, fn func(*Tx) error) error {
	for try := 1; ; try++ {
		t := &Tx{db: p.db, ctx: ctx, org: org, scoped: org != "", writes: begin == "BEGIN"}
		err := p.once(pool, begin, t, fn)
		if err == nil {
			if len(t.entries) > 0 {
				p.db.log.nudge(org)
			}
			t.runAfter()
			return nil
		}
		var again retryFailure
		if !errors.As(err, &again) {
			return err
		}
		if try == maxTries {
			return fault.New(fault.Conflict, "fault.conflict", again.cause.Detail)
		}
		select {
		case <-time.After(time.Duration(rand.Int64N(int64(try) * int64(10*time.Millisecond)))):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *postgres) once(pool *sql.DB, begin string, t *Tx, fn func(*Tx) error) error {
	sc, err := pool.Conn(t.ctx)
	if err != nil {
		return explainPostgres(err)
	}
	defer func() { _ = sc.Close() }()
	var outcome error
	err = sc.Raw(func(dc any) error {
		c := &postgresConn{raw: dc.(*stdlib.Conn)}
		t.c = c
		outcome = c.transact(begin, t, fn)
		if c.raw.Conn().PgConn().TxStatus() != 'I' {
			return driver.ErrBadConn // never to be used again
		}
		return nil
	})
	if outcome == nil && err != nil {
		return explainPostgres(err)
	}
	return outcome
}
