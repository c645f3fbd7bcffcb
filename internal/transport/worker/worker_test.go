package worker

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"varn/internal/domain/job"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

func open(t *testing.T) *store.DB {
	t.Helper()
	cfg := store.Config{Dir: t.TempDir()}
	if err := store.Migrate(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	return handle(t, cfg)
}

func handle(t *testing.T, cfg store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func enqueue(t *testing.T, db *store.DB, jobs ...job.Job) store.Org {
	t.Helper()
	org := db.Org(ident.New())
	err := org.Write(t.Context(), func(tx *store.Tx) error {
		for _, j := range jobs {
			if err := tx.Enqueue(j); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return org
}

// start runs a worker and gives what stops it and waits.
func start(t *testing.T, w *Worker) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { w.Run(ctx) })
	stop = func() { cancel(); done.Wait() }
	t.Cleanup(stop)
	return stop
}

func TestTwoWorkersDoEachJobOnce(t *testing.T) {
	t.Parallel()
	cfg := store.Config{Dir: t.TempDir()}
	if err := store.Migrate(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	nodes := []*store.DB{handle(t, cfg), handle(t, cfg)}
	var jobs []job.Job
	for i := range 200 {
		jobs = append(jobs, job.Job{Kind: "count", Args: map[string]string{"n": fmt.Sprint(i)}})
	}
	enqueue(t, nodes[0], jobs...)
	var times [200]atomic.Int64
	var left sync.WaitGroup
	left.Add(len(jobs))
	for _, db := range nodes {
		start(t, &Worker{Queue: db, Poll: 5 * time.Millisecond, Handlers: map[string]Handler{"count": func(_ context.Context, j job.Job) error {
			var n int
			_, err := fmt.Sscan(j.Args["n"], &n)
			if times[n].Add(1) == 1 {
				left.Done()
			}
			return err
		}}})
	}
	left.Wait()
	for n := range times {
		if got := times[n].Load(); got != 1 {
			t.Errorf("job %d done %d times", n, got)
		}
	}
}

func TestFailuresKeepTheirClassOnly(t *testing.T) {
	t.Parallel()
	db := open(t)
	org := enqueue(t, db, job.Job{Kind: "faulty", MaxAttempts: 1}, job.Job{Kind: "panics", MaxAttempts: 1}, job.Job{Kind: "other", MaxAttempts: 1}, job.Job{Kind: "plain", MaxAttempts: 1})
	stop := start(t, &Worker{Queue: db, Parallel: 1, Handlers: map[string]Handler{
		"faulty": func(context.Context, job.Job) error {
			return fault.New(fault.Unavailable, "mail.refused", "asha@example.se")
		},
		"panics": func(context.Context, job.Job) error { panic("en hemlighet") },
		"plain":  func(context.Context, job.Job) error { return fmt.Errorf("till asha@example.se") },
	}})
	var dead []job.Job
	until(t, "the fourth dead letter", func() bool {
		err := org.Read(t.Context(), func(tx *store.Tx) (err error) { dead, err = tx.DeadLetters(10); return err })
		if err != nil {
			t.Fatal(err)
		}
		return len(dead) >= 4
	})
	stop()
	want := map[string]string{"faulty": "mail.refused", "panics": "panic", "other": "unknown_kind", "plain": "internal"}
	for _, j := range dead {
		if j.ErrorClass != want[j.Kind] {
			t.Errorf("%s: %q", j.Kind, j.ErrorClass)
		}
	}
}

func TestStoppingLetsJobsFinish(t *testing.T) {
	t.Parallel()
	db := open(t)
	enqueue(t, db, job.Job{Kind: "slow"})
	begun, finish := make(chan struct{}), make(chan struct{})
	w := &Worker{Queue: db, Handlers: map[string]Handler{"slow": func(context.Context, job.Job) error { close(begun); <-finish; return nil }}}
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { w.Run(ctx) })
	<-begun
	cancel()
	close(finish)
	done.Wait()
	if states, err := db.JobStates(t.Context()); err != nil || len(states) != 0 {
		t.Fatalf("%v %v", states, err)
	}
}

func TestAScheduleIsKeptAndAWakeIsHeard(t *testing.T) {
	t.Parallel()
	db := open(t)
	did := make(chan string, 10)
	w := &Worker{Queue: db, Poll: time.Hour, Schedules: []job.Schedule{{Kind: "backup", Every: 24 * time.Hour}},
		Handlers: map[string]Handler{
			"backup": func(_ context.Context, j job.Job) error { did <- j.Kind; return nil },
			"notice": func(_ context.Context, j job.Job) error { did <- j.Kind; return nil },
		}}
	start(t, w)
	if got := <-did; got != "backup" {
		t.Fatal(got)
	}
	enqueue(t, db, job.Job{Kind: "notice"})
	w.Wake()
	if got := <-did; got != "notice" {
		t.Fatal(got)
	}
}

// TestALongJobKeepsItsLease: its leases end by a clock that only the test moves, so that a slow
// machine does not end one.
func TestALongJobKeepsItsLease(t *testing.T) {
	t.Parallel()
	at := clock.At(time.Now())
	cfg := store.Config{Dir: t.TempDir(), Clock: at}
	if err := store.Migrate(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	db := handle(t, cfg)
	enqueue(t, db, job.Job{Kind: "long"})
	const lease = 30 * time.Millisecond
	extended := make(chan struct{})
	var runs atomic.Int64
	q := &watched{DB: db, extended: extended}
	start(t, &Worker{Queue: q, Lease: lease, Poll: 10 * time.Millisecond, Handlers: map[string]Handler{"long": func(ctx context.Context, _ job.Job) error {
		runs.Add(1)
		for range 5 {
			select {
			case <-extended:
				at.Move(lease / 2)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	}}})
	until(t, "the job's end", func() bool {
		states, err := db.JobStates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(states) == 0
	})
	if n := runs.Load(); n != 1 {
		t.Fatalf("it ran %d times", n)
	}
}

// until waits for what a worker does; its limit only ends a test that would hang.
func until(t *testing.T, what string, there func() bool) {
	t.Helper()
	for limit := time.Now().Add(2 * time.Minute); !there(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("%s did not come", what)
		}
	}
}

// watched tells of each extension.
type watched struct {
	*store.DB
	extended chan struct{}
}

func (w *watched) Extend(ctx context.Context, j job.Job, lease time.Duration) error {
	err := w.DB.Extend(ctx, j, lease)
	select {
	case w.extended <- struct{}{}:
	case <-ctx.Done():
	}
	return err
}
