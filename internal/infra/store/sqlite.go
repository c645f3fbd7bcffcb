package store

import (
	"context"
	"database/sql/driver"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	sqlitedriver "modernc.org/sqlite"

	"varn/internal/kit/fault"
)

// sqlite is the embedded engine: one connection writes, a pool of read-only ones reads.
type sqlite struct {
	db      *DB
	path    string
	writer  *writer
	readers readerPool
}

// writerPragmas stand in the address because they belong to each connection. secure_delete and
// an in-memory temp_store keep deleted and sorted rows off the disk.
func writerPragmas() []string {
	return []string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
		"secure_delete(ON)", "temp_store(MEMORY)", "cache_size(-8000)", "journal_size_limit(67108864)", "trusted_schema(OFF)"}
}

func readerPragmas() []string {
	return []string{"busy_timeout(10000)", "query_only(ON)", "temp_store(MEMORY)", "cache_size(-2000)", "trusted_schema(OFF)"}
}

func sqliteAddress(path, mode string, pragmas []string) string {
	q := url.Values{"mode": {mode}, "_pragma": pragmas}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

func sqlitePath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fault.Wrap(fault.Unavailable, "fault.unavailable", err)
	}
	return filepath.Join(abs, "varn.db"), nil
}

func openSQLite(ctx context.Context, d *DB) (*sqlite, error) {
	path, err := sqlitePath(d.cfg.Dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fault.New(fault.Unavailable, "fault.unavailable", "no database in the data directory: run varn init")
	}
	s := &sqlite{db: d, path: path}
	s.readers = readerPool{address: sqliteAddress(path, "ro", readerPragmas()), places: make(chan struct{}, max(8, 2*runtime.NumCPU()))}
	if s.writer, err = newWriter(ctx, s); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *sqlite) name() string { return "sqlite" }

func (s *sqlite) close() error {
	s.writer.end()
	s.readers.close()
	return s.writer.c.close() // last: only a connection that writes can fold the journal in
}

func (s *sqlite) jobs(ctx context.Context, fn func(*Tx) error) error { return s.write(ctx, "", fn) }

// sqliteConn is one connection with its prepared statements.
type sqliteConn struct {
	raw        driver.Conn
	statements map[string]driver.Stmt
}

// maxStatements bounds what expanded IN lists may leave behind.
const maxStatements = 512

func connectSQLite(ctx context.Context, address string) (*sqliteConn, error) {
	connector, err := sqlitedriver.NewConnector(address)
	if err != nil {
		return nil, explainSQLite(err)
	}
	raw, err := connector.Connect(ctx)
	if err != nil {
		return nil, explainSQLite(err)
	}
	return &sqliteConn{raw: raw, statements: map[string]driver.Stmt{}}, nil
}

func (c *sqliteConn) prepare(text string) (driver.Stmt, error) {
	if s, ok := c.statements[text]; ok {
		return s, nil
	}
	if len(c.statements) >= maxStatements {
		c.forget()
	}
	s, err := c.raw.Prepare(text)
	if err != nil {
		return nil, &prepareError{err}
	}
	c.statements[text] = s
	return s, nil
}

func (c *sqliteConn) forget() {
	for _, s := range c.statements {
		_ = s.Close()
	}
	clear(c.statements)
}

// exec leaves the context aside: watching it costs a goroutine a statement, and what the writer
// has begun for one it must not break off for the others of the batch.
func (c *sqliteConn) exec(_ context.Context, text string, args []driver.NamedValue) (int64, error) {
	s, err := c.prepare(text)
	if err != nil {
		return 0, err
	}
	r, err := s.(driver.StmtExecContext).ExecContext(context.Background(), args)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c *sqliteConn) query(_ context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.prepare(text)
	if err != nil {
		return nil, err
	}
	return s.(driver.StmtQueryContext).QueryContext(context.Background(), args)
}

func (c *sqliteConn) later(ctx context.Context, text string, args []driver.NamedValue, then func(int64) error) error {
	n, err := c.exec(ctx, text, args)
	if err != nil || then == nil {
		return err
	}
	if err := then(n); err != nil {
		return rowFailure{fault.Of(err)} // it concerns this closure only
	}
	return nil
}

func (c *sqliteConn) explain(err error) error { return explainSQLite(err) }

func (c *sqliteConn) do(text string) error {
	_, err := c.exec(context.Background(), text, nil)
	return err
}

func (c *sqliteConn) close() error {
	c.forget()
	return c.raw.Close()
}

func (s *sqlite) read(ctx context.Context, org string, fn func(*Tx) error) error {
	c, err := s.readers.take(ctx)
	if err != nil {
		return err
	}
	usable := false
	defer func() { s.readers.give(c, usable) }()
	if err := c.do("BEGIN"); err != nil {
		return explainSQLite(err)
	}
	t := &Tx{db: s.db, c: c, ctx: ctx, org: org, scoped: org != ""}
	err = t.outcome(contain(t, fn))
	if e := c.do("COMMIT"); e == nil && t.failed == nil {
		usable = true
	}
	return err
}

func errClosed() error {
	return fault.New(fault.Unavailable, "fault.unavailable", "the database is closed")
}

// number asks for one integer.
func (c *sqliteConn) number(text string) (int64, error) {
	rows, err := c.query(context.Background(), text, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	var v [1]driver.Value
	if err := rows.Next(v[:]); err != nil {
		return 0, err
	}
	n, _ := v[0].(int64)
	return n, nil
}
