package store

import (
	"context"

	"varn/internal/domain/audit"
)

// Log appends an entry to the organisation's log, in this transaction.
func (t *Tx) Log(e audit.Entry) error { return nil }

type pending struct{}

func (t *Tx) flush() error { return nil }

type logbook struct{}

func (l *logbook) start(d *DB)                             {}
func (l *logbook) run(ctx context.Context)                 {}
func (l *logbook) checkpointAll(ctx context.Context) error { return nil }
func (l *logbook) committed(t *Tx)                         {}
func (l *logbook) mark(org string) int                     { return 0 }
func (l *logbook) restore(mark int)                        {}
func (l *logbook) forget()                                 {}

type drift struct{}

func (d *drift) start(ctx context.Context, db *DB) error { return nil }
func (d *drift) run(ctx context.Context, db *DB)         {}
