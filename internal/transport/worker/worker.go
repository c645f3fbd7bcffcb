// Package worker does the jobs and schedules that are due, on any number of nodes.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"varn/internal/domain/job"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

// Queue is where jobs wait; the store is one.
type Queue interface {
	Claim(ctx context.Context, owner string, n int, lease time.Duration) ([]job.Job, error)
	Extend(ctx context.Context, j job.Job, lease time.Duration) error
	Complete(ctx context.Context, j job.Job) error
	Fail(ctx context.Context, j job.Job, class string) error
	Rescue(ctx context.Context) (int64, error)
	Schedule(ctx context.Context, s job.Schedule) error
}

// Handler does one kind of job. A job may come again after it was done (a node that dies between
// doing and noting), so a handler must bear to be called twice.
type Handler func(ctx context.Context, j job.Job) error

// Worker does jobs until it is told to stop.
type Worker struct {
	Queue     Queue
	Handlers  map[string]Handler
	Schedules []job.Schedule
	// Refresh, if there is one, is called at every look: it learns what other nodes have done.
	Refresh  func() error
	Log      *slog.Logger
	Parallel int           // jobs at once; zero: 4
	Lease    time.Duration // zero: one minute; long jobs are extended while they run
	Poll     time.Duration // zero: one second

	wake chan struct{}
	once sync.Once
}

// Wake makes the worker look at once; call it after a transaction that enqueued.
func (w *Worker) Wake() {
	w.prepare()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *Worker) prepare() {
	w.once.Do(func() {
		w.wake = make(chan struct{}, 1)
		if w.Parallel == 0 {
			w.Parallel = 4
		}
		if w.Lease == 0 {
			w.Lease = time.Minute
		}
		if w.Poll == 0 {
			w.Poll = time.Second
		}
		if w.Log == nil {
			w.Log = slog.New(slog.DiscardHandler)
		}
	})
}

// Run works until ctx ends, lets the jobs under way finish, and returns. A job is given the
// context of the run, so that a long one can stop early; it then comes again.
func (w *Worker) Run(ctx context.Context) {
	w.prepare()
	owner := ident.New()
	places := make(chan struct{}, w.Parallel)
	var running sync.WaitGroup
	defer running.Wait()
	tick := time.NewTicker(w.Poll)
	defer tick.Stop()
	w.upkeep(ctx)
	for ctx.Err() == nil {
		select {
		case <-tick.C: // busy or not
			w.upkeep(ctx)
		default:
		}
		if w.start(ctx, owner, places, &running) {
			continue // there may be more
		}
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-tick.C:
			w.upkeep(ctx)
		}
	}
}

// start claims as many jobs as there are free places; it tells whether it got all it asked for.
func (w *Worker) start(ctx context.Context, owner string, places chan struct{}, running *sync.WaitGroup) bool {
	select {
	case places <- struct{}{}: // waits until at least one is free
	case <-ctx.Done():
		return false
	}
	free := 1
	for free < w.Parallel {
		select {
		case places <- struct{}{}:
			free++
			continue
		default:
		}
		break
	}
	jobs, err := w.Queue.Claim(ctx, owner, free, w.Lease)
	if err != nil && ctx.Err() == nil {
		w.Log.Error("jobs could not be claimed", "cause", err.Error())
	}
	for range free - len(jobs) {
		<-places
	}
	for _, j := range jobs {
		running.Go(func() {
			defer func() { <-places }()
			w.do(ctx, j)
		})
	}
	return len(jobs) == free
}

// do runs one job and notes its end. Of an error only the class is kept.
func (w *Worker) do(ctx context.Context, j job.Job) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go w.extend(ctx, j)
	err := w.call(ctx, j)
	if err == nil {
		err = w.Queue.Complete(ctx, j)
	} else {
		w.Log.Warn("a job failed", "kind", j.Kind, "id", j.ID, "attempt", j.Attempts, "class", class(err))
		err = w.Queue.Fail(ctx, j, class(err))
	}
	if err != nil {
		w.Log.Error("the end of a job could not be noted", "kind", j.Kind, "id", j.ID, "class", class(err))
	}
}

// extend keeps the lease of a job that runs long.
func (w *Worker) extend(ctx context.Context, j job.Job) {
	tick := time.NewTicker(w.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if w.Queue.Extend(ctx, j, w.Lease) != nil {
				return
			}
		}
	}
}

// call runs the handler; a panic is a failure like another, and its text is not kept.
func (w *Worker) call(ctx context.Context, j job.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errPanic
			if e, ok := p.(runtime.Error); ok {
				w.Log.Error("a job panicked", "kind", j.Kind, "id", j.ID, "cause", e.Error())
			}
		}
	}()
	handler, ok := w.Handlers[j.Kind]
	if !ok {
		return errUnknown
	}
	return handler(ctx, j)
}

var (
	errPanic   = errors.New("a handler panicked")
	errUnknown = errors.New("no handler for the kind")
)

// class is the little that is kept of an error: its code, which holds no content.
func class(err error) string {
	var f *fault.Error
	switch {
	case errors.Is(err, errPanic):
		return "panic"
	case errors.Is(err, errUnknown):
		return "unknown_kind"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		return "too_slow"
	case errors.As(err, &f):
		return f.Code
	}
	return "internal"
}

// upkeep learns of other nodes, gives back what dead nodes held and enqueues what the schedules ask for.
func (w *Worker) upkeep(ctx context.Context) {
	if w.Refresh != nil {
		if err := w.Refresh(); err != nil && ctx.Err() == nil {
			w.Log.Error("what other nodes did could not be read", "class", class(err))
		}
	}
	if n, err := w.Queue.Rescue(ctx); err != nil && ctx.Err() == nil {
		w.Log.Error("jobs could not be rescued", "cause", err.Error())
	} else if n > 0 {
		w.Log.Warn("jobs were rescued", "count", n)
	}
	for _, s := range w.Schedules {
		if err := w.Queue.Schedule(ctx, s); err != nil && ctx.Err() == nil {
			w.Log.Error("a schedule could not be kept", "kind", s.Kind, "cause", err.Error())
		}
	}
}
