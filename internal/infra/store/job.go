package store

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"varn/internal/domain/job"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// A job waits, is leased by one node, and is then gone; after too many tries it is dead.
const (
	jobWaiting = "waiting"
	jobLeased  = "leased"
	jobDead    = "dead"
)

// Enqueue writes a job in this transaction: it exists if and only if the transaction commits.
// One whose unique key is taken is left out without an error.
func (t *Tx) Enqueue(j job.Job) error {
	if t.scoped {
		if j.Org != "" && j.Org != t.org {
			return fault.Detailf("a job for another organisation")
		}
		j.Org = t.org
	}
	if err := j.Check(); err != nil {
		return err
	}
	args, err := json.Marshal(j.Args)
	if err != nil {
		return fault.Detailf("job %s: the arguments can't be written", j.Kind)
	}
	if j.ID == "" {
		j.ID = ident.New()
	}
	if j.MaxAttempts == 0 {
		j.MaxAttempts = job.DefaultAttempts
	}
	if j.RunAt == 0 {
		j.RunAt = t.Now()
	}
	var unique *string
	if j.Unique != "" {
		unique = &j.Unique
	}
	values := []any{j.ID, j.Kind, string(args), j.RunAt, j.MaxAttempts, jobWaiting, unique, t.Now()}
	if !t.scoped {
		values = append([]any{j.Org}, values...)
	}
	_, err = t.Exec(`INSERT INTO job (org, id, kind, args, run_at, attempts, max_attempts, state, lease_until, lease_owner, unique_key, error_class, created)
		VALUES ($1, $2, $3, $4, $5, 0, $6, $7, 0, '', $8, '', $9) ON CONFLICT DO NOTHING`, values...)
	return err
}

const jobColumns = `org, id, kind, args, run_at, attempts, max_attempts, unique_key, lease_owner, error_class, created`

type jobRow struct {
	Org, ID, Kind, Args string
	RunAt               clock.Stamp `db:"run_at"`
	Attempts            int
	MaxAttempts         int     `db:"max_attempts"`
	Unique              *string `db:"unique_key"`
	Owner               string  `db:"lease_owner"`
	ErrorClass          string  `db:"error_class"`
	Created             clock.Stamp
}

func (r jobRow) job() (job.Job, error) {
	j := job.Job{Org: r.Org, ID: r.ID, Kind: r.Kind, RunAt: r.RunAt, Attempts: r.Attempts, MaxAttempts: r.MaxAttempts,
		Owner: r.Owner, ErrorClass: r.ErrorClass, Created: r.Created}
	if r.Unique != nil {
		j.Unique = *r.Unique
	}
	if json.Unmarshal([]byte(r.Args), &j.Args) != nil {
		return j, fault.Detailf("job %s: its arguments can't be read", r.ID)
	}
	return j, nil
}

func jobsOf(rows []jobRow) ([]job.Job, error) {
	jobs := make([]job.Job, 0, len(rows))
	for _, r := range rows {
		j, err := r.job()
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

// skipLocked lets two nodes claim beside each other; SQLite has one writer and no such words.
func (d *DB) skipLocked() string {
	if d.Engine() == "postgres" {
		return ` FOR UPDATE SKIP LOCKED`
	}
	return ``
}

// Claim leases at most n due jobs to owner. A job is leased to one at a time, and again when the
// lease has run out: handlers must bear that.
func (d *DB) Claim(ctx context.Context, owner string, n int, lease time.Duration) ([]job.Job, error) {
	now := d.Now()
	if due, err := d.anyDue(ctx, now); err != nil || !due {
		return nil, err
	}
	var rows []jobRow
	err := d.engine.jobs(ctx, func(t *Tx) (err error) {
		rows, err = All[jobRow](t, `UPDATE job SET state = $1, lease_owner = $2, lease_until = $3, attempts = attempts + 1
			WHERE id IN (SELECT id FROM job WHERE state = $4 AND run_at <= $5 ORDER BY run_at LIMIT $6`+d.skipLocked()+`)
			RETURNING `+jobColumns, jobLeased, owner, now.Add(lease), jobWaiting, now, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return jobsOf(rows)
}

// anyDue keeps an idle SQLite from writing at every look.
func (d *DB) anyDue(ctx context.Context, now clock.Stamp) (bool, error) {
	if d.Engine() == "postgres" {
		return true, nil
	}
	var due []int64
	err := d.SystemRead(ctx, func(t *Tx) (err error) {
		due, err = All[int64](t, `SELECT 1 FROM job WHERE state = $1 AND run_at <= $2 LIMIT 1`, jobWaiting, now)
		return err
	})
	return len(due) > 0, err
}

// leased runs a text on a job that its owner still holds; fault.Conflict if the lease was lost.
// It outlives the caller's context: what has been done must be noted at shutdown too.
func (d *DB) leased(ctx context.Context, j job.Job, text string, args ...any) error {
	return d.engine.jobs(context.WithoutCancel(ctx), func(t *Tx) error {
		n, err := t.Exec(text+` WHERE id = $1 AND lease_owner = $2 AND attempts = $3 AND state = 'leased'`,
			append([]any{j.ID, j.Owner, j.Attempts}, args...)...)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.conflict", "the job's lease was lost")
		}
		return err
	})
}

// Complete notes that a claimed job is done.
func (d *DB) Complete(ctx context.Context, j job.Job) error {
	return d.leased(ctx, j, `DELETE FROM job`)
}

// Extend prolongs the lease of a job that takes long.
func (d *DB) Extend(ctx context.Context, j job.Job, lease time.Duration) error {
	return d.leased(ctx, j, `UPDATE job SET lease_until = $4`, d.Now().Add(lease))
}

// Fail notes that a try failed: the job comes back after a pause, or is dead after its last try.
// Only the class of the error is kept.
func (d *DB) Fail(ctx context.Context, j job.Job, class string) error {
	if j.Attempts >= j.MaxAttempts {
		return d.leased(ctx, j, `UPDATE job SET state = $4, unique_key = NULL, lease_owner = '', lease_until = 0, error_class = $5`, jobDead, job.Class(class))
	}
	again := d.Now().Add(job.Pause(j.Attempts, rand.Float64()))
	return d.leased(ctx, j, `UPDATE job SET state = $4, run_at = $6, lease_owner = '', lease_until = 0, error_class = $5`, jobWaiting, job.Class(class), again)
}

// Rescue gives back the jobs whose lease has run out: their node died, or was too slow.
func (d *DB) Rescue(ctx context.Context) (int64, error) {
	var n int64
	err := d.engine.jobs(ctx, func(t *Tx) (err error) {
		n, err = t.Exec(`UPDATE job SET lease_owner = '', lease_until = 0, error_class = 'lease_expired',
			state = CASE WHEN attempts >= max_attempts THEN 'dead' ELSE 'waiting' END,
			unique_key = CASE WHEN attempts >= max_attempts THEN NULL ELSE unique_key END
			WHERE state = $1 AND lease_until < $2`, jobLeased, t.Now())
		return err
	})
	return n, err
}

// Schedule enqueues the schedule's job if no node has done so in this period.
func (d *DB) Schedule(ctx context.Context, s job.Schedule) error {
	return d.engine.jobs(ctx, func(t *Tx) error {
		period := s.Period(t.Now())
		n, err := t.Exec(`INSERT INTO job_schedule (id, last) VALUES ($1, $2)
			ON CONFLICT (id) DO UPDATE SET last = excluded.last WHERE job_schedule.last < excluded.last`, s.ID(), period)
		if err != nil || n == 0 {
			return err
		}
		return t.Enqueue(job.Job{Org: s.Org, Kind: s.Kind, Unique: "scheduled"})
	})
}

// JobStates counts the jobs of every organisation by state, for metrics.
func (d *DB) JobStates(ctx context.Context) (map[string]int64, error) {
	states := map[string]int64{}
	err := d.engine.jobs(ctx, func(t *Tx) error {
		return Each(t, `SELECT state, count(*) AS n FROM job GROUP BY state`, nil, func(r *struct {
			State string
			N     int64
		}) error {
			states[r.State] = r.N
			return nil
		})
	})
	return states, err
}
