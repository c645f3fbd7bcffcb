package store

import "context"

type drift struct{}

func (d *drift) start(ctx context.Context, db *DB) error { return nil }
func (d *drift) run(ctx context.Context, db *DB)         {}
