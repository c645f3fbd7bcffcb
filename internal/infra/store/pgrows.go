package store

import (
	"database/sql/driver"
	"io"

	"github.com/jackc/pgx/v5"

	"varn/internal/kit/fault"
)

// pgRows are the rows of one query, alone or the last of several that were sent together.
type pgRows struct {
	rows    pgx.Rows
	batch   pgx.BatchResults // nil: sent alone
	columns []string
	peeked  bool
	more    bool
}

// firstRow asks for the first row at once, since an error of the query comes with it.
func firstRow(rows pgx.Rows, batch pgx.BatchResults) (driver.Rows, error) {
	r := &pgRows{rows: rows, batch: batch, peeked: true, more: rows.Next()}
	if !r.more && rows.Err() != nil {
		_ = r.Close()
		return nil, rows.Err()
	}
	for _, f := range rows.FieldDescriptions() {
		r.columns = append(r.columns, f.Name)
	}
	return r, nil
}

func (r *pgRows) Columns() []string { return r.columns }

func (r *pgRows) Close() error {
	r.rows.Close()
	if r.batch != nil {
		return r.batch.Close()
	}
	return nil
}

func (r *pgRows) Next(dest []driver.Value) error {
	if !r.peeked {
		r.more = r.rows.Next()
	}
	r.peeked = false
	if !r.more {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	row, err := r.rows.Values()
	if err != nil {
		return err
	}
	for i, v := range row {
		switch n := v.(type) {
		case nil, int64, bool, string, []byte, float64:
			dest[i] = v
		case int32:
			dest[i] = int64(n)
		case int16:
			dest[i] = int64(n)
		default:
			return fault.Detailf("column %s has a type that the store does not read: %T", r.columns[i], v)
		}
	}
	return nil
}
