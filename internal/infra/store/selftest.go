package store

import "context"

func (s *sqlite) selfTest(ctx context.Context) ([]string, error)   { return nil, nil }
func (p *postgres) selfTest(ctx context.Context) ([]string, error) { return nil, nil }
func (d *DB) checkSchema(ctx context.Context) error                { return nil }
