package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"reflect"

	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// conn is one connection as a transaction uses it.
type conn interface {
	exec(ctx context.Context, text string, args []driver.NamedValue) (int64, error)
	query(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error)
	// questions puts several at once and takes the answers in order; last ends what only reads.
	questions(ctx context.Context, list []asking, last bool, take func(int, driver.Rows) error) error
	// later runs a text at the latest with the next one, and tells then how many rows it touched.
	later(ctx context.Context, text string, args []driver.NamedValue, then func(rows int64) error) error
	// explain turns the engine's error into a fault that carries no value.
	explain(err error) error
}

// Tx is one transaction. The first database error dooms it: whatever the closure returns, it is
// rolled back, on both engines alike.
type Tx struct {
	db      *DB
	c       conn
	ctx     context.Context
	org     string
	scoped  bool
	writes  bool
	reading bool // inside Each: one connection can't serve a second statement meanwhile
	failed  error
	ended   bool // its last question has been put
	args    []driver.NamedValue
	after   []func()
	entries []pending
	vouched []audit.Row // what must be the newest logged when the transaction ends
}

// Org is the organisation the transaction is scoped to; empty in a System transaction.
func (t *Tx) Org() string { return t.org }

// Now is the store's clock.
func (t *Tx) Now() clock.Stamp { return t.db.Now() }

// After registers what is to be done once COMMIT has succeeded, and not otherwise. It runs in
// the goroutine that called Write, before Write returns.
func (t *Tx) After(fn func()) { t.after = append(t.after, fn) }

// Exec runs a text and tells how many rows it touched. In an Org transaction $1 is the
// organisation and the first argument is $2.
func (t *Tx) Exec(text string, args ...any) (int64, error) {
	if !t.writes {
		return 0, fault.Detailf("a read transaction does not write")
	}
	bound, err := t.bind(text, args)
	if err != nil {
		return 0, err
	}
	n, err := t.c.exec(t.ctx, text, bound)
	if err != nil {
		return 0, t.fail(err)
	}
	return n, nil
}

// later runs a text that nothing before the end depends on: on PostgreSQL it goes with the next
// statement or the COMMIT. An error, of the database or of then, dooms the transaction when it
// comes; nil lets any number of rows be touched.
func (t *Tx) later(then func(rows int64) error, text string, args ...any) error {
	if !t.writes {
		return fault.Detailf("a read transaction does not write")
	}
	bound, err := t.bind(text, args)
	if err != nil {
		return err
	}
	if err := t.c.later(t.ctx, text, bound, then); err != nil {
		return t.fail(err)
	}
	return nil
}

// All reads every row into T: a struct whose fields are found by the column's name (tag `db`, or
// the field's name in lower case), or one value.
func All[T any](t *Tx, text string, args ...any) ([]T, error) {
	var all []T
	err := Each(t, text, args, func(row *T) error {
		all = append(all, *row)
		return nil
	})
	return all, err
}

// One reads the only row; without one it is fault.NotFound.
func One[T any](t *Tx, text string, args ...any) (T, error) {
	var one T
	n := 0
	err := Each(t, text, args, func(row *T) error {
		one = *row
		n++
		return nil
	})
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "fault.not-found")
	}
	if err == nil && n > 1 {
		err = fault.Detailf("a text for one row gave %d", n)
	}
	return one, err
}

// Each reads row by row, for results too large to hold. The row is only valid inside visit,
// which can't use the transaction.
func Each[T any](t *Tx, text string, args []any, visit func(*T) error) error {
	bound, err := t.bind(text, args)
	if err != nil {
		return err
	}
	rows, err := t.c.query(t.ctx, text, bound)
	if err != nil {
		return t.fail(err)
	}
	defer func() { _ = rows.Close() }()
	return take(t, text, rows, 0, func(row *T, _ []driver.Value) error { return visit(row) })
}

// take walks through the rows of a text; the last columns, more of them, are not the type's.
func take[T any](t *Tx, text string, rows driver.Rows, more int, visit func(*T, []driver.Value) error) error {
	t.reading = true
	defer func() { t.reading = false }()
	columns := rows.Columns()
	own := len(columns) - more
	sh, err := t.db.shapes.of(reflect.TypeFor[T](), text, columns[:own])
	if err != nil {
		return err
	}
	values := make([]driver.Value, len(columns))
	var row T
	into := reflect.ValueOf(&row).Elem()
	for n := 1; ; n++ {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return t.fail(err)
		}
		if n&255 == 0 && t.ctx.Err() != nil {
			return t.ctx.Err()
		}
		into.SetZero()
		if err := sh.fill(into, values[:own]); err != nil {
			return err
		}
		if err := visit(&row, values[own:]); err != nil {
			return err
		}
	}
}

// fail remembers the first error of the database itself.
func (t *Tx) fail(err error) error {
	f := t.c.explain(err)
	if t.failed == nil {
		t.failed = f
	}
	return f
}

// outcome is what the closure's end means: an error of the database stands before any other.
func (t *Tx) outcome(returned error) error {
	if t.failed != nil && returned == nil {
		return t.failed
	}
	return returned
}

func (t *Tx) runAfter() {
	for _, fn := range t.after {
		fn()
	}
}
