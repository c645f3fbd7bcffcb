package store

import (
	"context"

	"varn/internal/domain/job"
	"varn/internal/kit/fault"
)

// DeadLetters are the organisation's jobs that have failed for the last time, oldest first.
func (t *Tx) DeadLetters(limit int) ([]job.Job, error) {
	rows, err := All[jobRow](t, `SELECT `+jobColumns+` FROM job WHERE org = $1 AND state = 'dead' ORDER BY created, id LIMIT $2`, t.orgFirst(limit)...)
	if err != nil {
		return nil, err
	}
	return jobsOf(rows)
}

// RetryDead lets a dead job try again from the beginning.
func (t *Tx) RetryDead(id string) error {
	n, err := t.Exec(`UPDATE job SET state = 'waiting', attempts = 0, run_at = $2 WHERE org = $1 AND id = $3 AND state = 'dead'`, t.orgFirst(t.Now(), id)...)
	return oneRow(n, err)
}

// DiscardDead removes a dead job.
func (t *Tx) DiscardDead(id string) error {
	n, err := t.Exec(`DELETE FROM job WHERE org = $1 AND id = $2 AND state = 'dead'`, t.orgFirst(id)...)
	return oneRow(n, err)
}

// InstanceJobs runs fn on the jobs that belong to no organisation.
func (d *DB) InstanceJobs(ctx context.Context, fn func(*Tx) error) error {
	return d.engine.jobs(ctx, fn)
}

// orgFirst puts the organisation first where the layer does not: the instance's is empty.
func (t *Tx) orgFirst(args ...any) []any {
	if t.scoped {
		return args
	}
	return append([]any{""}, args...)
}

func oneRow(n int64, err error) error {
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	return err
}
