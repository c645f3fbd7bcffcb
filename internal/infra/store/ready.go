package store

import "context"

// Ready tells whether the database answers.
func (d *DB) Ready(ctx context.Context) error {
	return d.SystemRead(ctx, func(tx *Tx) error {
		_, err := One[int64](tx, `SELECT COUNT(*) FROM organisation`)
		return err
	})
}
