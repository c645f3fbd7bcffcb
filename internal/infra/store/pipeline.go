package store

import (
	"context"
	"database/sql/driver"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"varn/internal/kit/fault"
)

// postgresConn is one connection; pgx keeps its prepared statements. What nobody waits for, BEGIN
// among it, is sent together with the next statement, so that it costs no journey of its own.
type postgresConn struct {
	raw     *stdlib.Conn
	waiting []unsent
}

// unsent is a statement that goes with the next; then is told how many rows it touched.
type unsent struct {
	text string
	args []any
	then func(rows int64) error
}

func (c *postgresConn) transact(begin string, t *Tx, fn func(*Tx) error) error {
	c.waiting = []unsent{{text: begin}}
	if t.org != "" {
		c.waiting = append(c.waiting, unsent{text: `SELECT set_config('varn.org', $1, true)`, args: []any{t.org}})
	}
	untouched := len(c.waiting)
	err := t.outcome(contain(t, fn))
	if err == nil && t.writes {
		err = t.outcome(contain(t, (*Tx).flush))
	}
	if err == nil {
		if len(c.waiting) <= untouched && c.idle() {
			return nil // nothing was sent, or the last questions brought the COMMIT with them
		}
		err = c.commit()
	}
	if err != nil && !c.idle() {
		c.rollback()
	}
	return err
}

func (c *postgresConn) idle() bool { return c.raw.Conn().PgConn().TxStatus() == 'I' }

// commit outlives the caller's context: a COMMIT that is broken off leaves nobody the wiser.
func (c *postgresConn) commit() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if slices.ContainsFunc(c.waiting, func(u unsent) bool { return u.then != nil }) {
		if _, err := c.last(ctx, "SELECT 1", nil); err != nil { // what it tells must be heard before
			return explainPostgres(err)
		}
	}
	tag, err := c.last(ctx, "COMMIT", nil)
	if err != nil {
		return explainPostgres(err)
	}
	if tag.String() != "COMMIT" {
		return fault.Detailf("PostgreSQL did not commit")
	}
	return nil
}

func (c *postgresConn) rollback() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, _ = c.raw.Conn().PgConn().Exec(ctx, "ROLLBACK").ReadAll() // a connection that can't is not used again
}

// send sends what waits with further texts, and takes the answers to what waited.
func (c *postgresConn) send(ctx context.Context, texts ...unsent) (pgx.BatchResults, error) {
	batch := &pgx.Batch{}
	for _, u := range append(c.waiting, texts...) {
		batch.Queue(u.text, u.args...)
	}
	sent := c.waiting
	c.waiting = nil
	results := c.raw.Conn().SendBatch(ctx, batch)
	for _, u := range sent {
		tag, err := results.Exec()
		if err == nil && u.then != nil {
			err = u.then(tag.RowsAffected())
		}
		if err != nil {
			_ = results.Close() // the first error is the one to tell of
			return nil, err
		}
	}
	return results, nil
}

func (c *postgresConn) later(_ context.Context, text string, args []driver.NamedValue, then func(int64) error) error {
	c.waiting = append(c.waiting, unsent{text, values(args), then})
	return nil
}

func (c *postgresConn) exec(ctx context.Context, text string, args []driver.NamedValue) (int64, error) {
	if len(c.waiting) == 0 {
		tag, err := c.raw.Conn().Exec(ctx, text, values(args)...)
		return tag.RowsAffected(), err
	}
	tag, err := c.last(ctx, text, values(args))
	return tag.RowsAffected(), err
}

// last sends what waits with one more text, and takes every answer.
func (c *postgresConn) last(ctx context.Context, text string, args []any) (pgconn.CommandTag, error) {
	results, err := c.send(ctx, unsent{text: text, args: args})
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	tag, err := results.Exec()
	if e := results.Close(); err == nil {
		err = e
	}
	return tag, err
}

func (c *postgresConn) query(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if len(c.waiting) == 0 {
		rows, err := c.raw.Conn().Query(ctx, text, values(args)...)
		if err != nil {
			return nil, err
		}
		return firstRow(rows, nil)
	}
	results, err := c.send(ctx, unsent{text: text, args: values(args)})
	if err != nil {
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		_ = results.Close() // the query's own error is the one to tell of
		return nil, err
	}
	return firstRow(rows, results)
}

func (c *postgresConn) explain(err error) error { return explainPostgres(err) }

func values(args []driver.NamedValue) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a.Value
	}
	return out
}
