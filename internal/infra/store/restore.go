package store

import (
	"context"

	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// The writings in this file are a restore's alone.

// Empty tells whether nobody has put anything into the database yet.
func (d *DB) Empty(ctx context.Context) (empty bool, err error) {
	err = d.SystemRead(ctx, func(t *Tx) error {
		n, err := One[int64](t, `SELECT (SELECT count(*) FROM organisation) + (SELECT count(*) FROM audit_tree)`)
		empty = n == 0
		return err
	})
	return empty, err
}

// PutEpochNode takes a node of the tree of erasable keys as a key place has it.
func (t *Tx) PutEpochNode(id string, wrap seal.Box) error {
	_, err := t.Exec(`INSERT INTO epoch_node (org, id, wrap) VALUES ($1, $2, $3) ON CONFLICT (org, id) DO UPDATE SET wrap = excluded.wrap`, id, wrap)
	return err
}

// SetEpoch says which root in the key places the nodes open under.
func (t *Tx) SetEpoch(generation int64) error {
	_, err := t.Exec(`INSERT INTO epoch (org, generation, holder, lease) VALUES ($1, $2, '', 0)
		ON CONFLICT (org) DO UPDATE SET generation = excluded.generation, holder = '', lease = 0`, generation)
	return err
}

// FellEpoch gives the tree up: what was sealed under its leaves never opens again, and the next
// leaf grows on a new one.
func (t *Tx) FellEpoch() error {
	for _, text := range []string{`DELETE FROM epoch_node WHERE org = $1`, `DELETE FROM epoch WHERE org = $1`, `DELETE FROM epoch_doomed WHERE org = $1`} {
		if _, err := t.Exec(text); err != nil {
			return err
		}
	}
	return nil
}

// Clear takes back what a restore that failed has written to a PostgreSQL database that was empty
// before. The owner does it: the application may remove nothing from the log.
func Clear(ctx context.Context, cfg Config) error {
	if cfg.URL == "" || cfg.OwnerURL == "" {
		return fault.Detailf("nothing to clear but a PostgreSQL database, as its owner")
	}
	pool, err := postgresPool(cfg.OwnerURL, 1)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return explainPostgres(err)
	}
	defer func() { _ = tx.Rollback() }()
	tables, err := tableNames(ctx, tx)
	if err != nil {
		return err
	}
	for table := range tables {
		if table == "goose_db_version" {
			continue
		}
		if _, err := tx.ExecContext(ctx, `TRUNCATE TABLE "`+table+`"`); err != nil {
			return explainPostgres(err)
		}
	}
	if err := tx.Commit(); err != nil {
		return explainPostgres(err)
	}
	return nil
}
