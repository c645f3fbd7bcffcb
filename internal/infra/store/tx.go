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
	t.reading = true
	defer func() {
		t.reading = false
		_ = rows.Close()
	}()
	columns := rows.Columns()
	sh, err := t.db.shapes.of(reflect.TypeFor[T](), text, columns)
	if err != nil {
		return err
	}
	return walk(t, rows, sh, visit)
}

func walk[T any](t *Tx, rows driver.Rows, sh *shape, visit func(*T) error) error {
	values := make([]driver.Value, len(sh.columns))
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
		if err := sh.fill(into, values); err != nil {
			return err
		}
		if err := visit(&row); err != nil {
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
