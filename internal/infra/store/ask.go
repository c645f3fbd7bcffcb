package store

import (
	"context"
	"database/sql/driver"
	"slices"

	"varn/internal/kit/fault"
)

// ask is one of several questions that are put to the database together: on PostgreSQL they are
// one journey.
type ask struct {
	text string
	args []any
	take func(t *Tx, rows driver.Rows) error
}

// asking is a question with its arguments bound.
type asking struct {
	text string
	args []driver.NamedValue
}

// askRows asks for rows that need no check.
func askRows[T any](into *[]T, text string, args ...any) ask {
	return ask{text, args, func(t *Tx, rows driver.Rows) error {
		*into = nil
		return take(t, text, rows, 0, func(row *T, _ []driver.Value) error {
			*into = append(*into, *row)
			return nil
		})
	}}
}

// ask takes the answers in their order.
func (t *Tx) ask(asks ...ask) error { return t.put(asks, false) }

// askLast ends a transaction that only reads with these questions: nothing can be asked after.
func (t *Tx) askLast(asks ...ask) error {
	if t.writes {
		return fault.Detailf("a write does not end with a question")
	}
	err := t.put(asks, true)
	t.ended = true
	return err
}

func (t *Tx) put(asks []ask, last bool) error {
	list := make([]asking, len(asks))
	for i, a := range asks {
		bound, err := t.bind(a.text, a.args)
		if err != nil {
			return err
		}
		list[i] = asking{a.text, slices.Clone(bound)}
	}
	var refused error
	err := t.c.questions(t.ctx, list, last, func(i int, rows driver.Rows) error {
		refused = asks[i].take(t, rows)
		return refused
	})
	if err != nil && refused == nil {
		return t.fail(err)
	}
	return err
}

func (c *sqliteConn) questions(ctx context.Context, list []asking, _ bool, take func(int, driver.Rows) error) error {
	for i, a := range list {
		rows, err := c.query(ctx, a.text, a.args)
		if err != nil {
			return err
		}
		err = take(i, rows)
		if e := rows.Close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *postgresConn) questions(ctx context.Context, list []asking, last bool, take func(int, driver.Rows) error) error {
	texts := make([]unsent, 0, len(list)+1)
	for _, a := range list {
		texts = append(texts, unsent{text: a.text, args: values(a.args)})
	}
	if last {
		texts = append(texts, unsent{text: "COMMIT"})
	}
	results, err := c.send(ctx, texts...)
	if err != nil {
		return err
	}
	for i := range list {
		got, err := results.Query()
		if err == nil {
			var rows driver.Rows
			if rows, err = firstRow(got, nil); err == nil {
				err = take(i, rows)
				_ = rows.Close()
			}
		}
		if err != nil {
			_ = results.Close() // the first error is the one to tell of
			return err
		}
	}
	return results.Close()
}
