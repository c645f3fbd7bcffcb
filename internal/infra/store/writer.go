package store

import (
	"context"
	"sync"
	"sync/atomic"

	"varn/internal/kit/fault"
)

// maxBatch bounds how much one failed COMMIT can take with it, and how long the first waits.
const maxBatch = 256

// writer is the one goroutine that writes to SQLite. It commits what waits together: each
// closure in a savepoint, nobody answered before COMMIT has succeeded.
type writer struct {
	s       *sqlite
	c       *sqliteConn
	queue   chan *request
	closing chan struct{}
	ended   chan struct{}
	once    sync.Once
	version int64 // PRAGMA data_version when this connection last held the lock
}

// A request waits in the queue until exactly one side takes it: the writer, or a caller that
// gives up.
type request struct {
	ctx   context.Context
	tx    *Tx
	fn    func(*Tx) error
	taken atomic.Bool
	done  chan error
	err   error
}

func newWriter(ctx context.Context, s *sqlite) (*writer, error) {
	w := &writer{s: s, queue: make(chan *request, maxBatch), closing: make(chan struct{}), ended: make(chan struct{})}
	var err error
	if w.c, err = connectSQLite(ctx, sqliteAddress(s.path, "rw", writerPragmas())); err != nil {
		return nil, err
	}
	go w.loop()
	return w, nil
}

func (s *sqlite) write(ctx context.Context, org string, fn func(*Tx) error) error {
	t := &Tx{db: s.db, ctx: ctx, org: org, scoped: org != "", writes: true}
	r := &request{ctx: ctx, tx: t, fn: fn, done: make(chan error, 1)}
	if err := s.writer.submit(r); err != nil {
		return err
	}
	t.runAfter()
	return nil
}

// submit returns the outcome: after COMMIT, or before the closure has started.
func (w *writer) submit(r *request) error {
	select {
	case <-w.closing:
		return errClosed()
	default:
	}
	select {
	case w.queue <- r:
	case <-r.ctx.Done():
		return r.ctx.Err()
	case <-w.closing:
		return errClosed()
	}
	select {
	case err := <-r.done:
		return err
	case <-r.ctx.Done():
	case <-w.ended:
	}
	if r.taken.CompareAndSwap(false, true) {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		return errClosed()
	}
	return <-r.done // it has started: the truth is worth the wait
}

// end runs what waits and takes nothing more.
func (w *writer) end() {
	w.once.Do(func() { close(w.closing) })
	<-w.ended
}

func (w *writer) loop() {
	batch := make([]*request, 0, maxBatch)
	clean := false
	defer func() {
		if !clean { // a closure ended this goroutine (runtime.Goexit, as a failing test does)
			w.answer(batch, fault.Detailf("a closure ended the writer"))
			w.reconnect()
			go w.loop()
			return
		}
		close(w.ended)
	}()
	for {
		batch = batch[:0]
		select {
		case r := <-w.queue:
			batch = w.gather(append(batch, r))
		case <-w.closing:
			if batch = w.gather(batch); len(batch) == 0 {
				clean = true
				return
			}
		}
		w.commit(batch)
	}
}

// gather takes what waits now; what comes later waits for the next COMMIT.
func (w *writer) gather(batch []*request) []*request {
	for len(batch) < maxBatch {
		select {
		case r := <-w.queue:
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// commit runs a batch in one transaction and answers everybody in it.
func (w *writer) commit(batch []*request) {
	live := batch[:0]
	for _, r := range batch {
		if !r.taken.CompareAndSwap(false, true) {
			continue // its caller has given up
		}
		if err := r.ctx.Err(); err != nil {
			r.done <- err
			continue
		}
		live = append(live, r)
	}
	if len(live) == 0 {
		return
	}
	if err := w.begin(); err != nil {
		w.abandon(live, err)
		return
	}
	for _, r := range live {
		if err := w.run(r, len(live) > 1); err != nil {
			w.abandon(live, err)
			return
		}
	}
	if err := w.c.do("COMMIT"); err != nil {
		w.abandon(live, err)
		return
	}
	w.s.db.log.publish()
	for _, r := range live {
		r.done <- r.err
	}
}

func (w *writer) begin() error {
	if err := w.c.do("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	version, err := w.c.number("PRAGMA data_version")
	if err != nil {
		return err
	}
	if version != w.version { // another process has written: what is remembered may be old
		w.version = version
		w.s.db.log.forget()
	}
	return nil
}

// run gives an error only when the whole batch must go: any error of the database but a
// constraint. A full disk has rolled everything back by then, and what came after the next
// savepoint would commit alone.
func (w *writer) run(r *request, several bool) error {
	t := r.tx
	t.c = w.c
	if several {
		if err := w.c.do("SAVEPOINT one"); err != nil {
			return err
		}
	}
	err := contain(t, r.fn)
	if err = t.outcome(err); err == nil {
		err = t.outcome(contain(t, (*Tx).flush))
	}
	r.err = err
	if err == nil {
		if several {
			return w.c.do("RELEASE one")
		}
		return nil
	}
	if t.failed != nil && !ownFailure(t.failed) {
		return t.failed
	}
	if !several { // an empty transaction commits at no cost
		if err := w.c.do("ROLLBACK"); err != nil {
			return err
		}
		return w.c.do("BEGIN")
	}
	if err := w.c.do("ROLLBACK TO one"); err != nil {
		return err
	}
	return w.c.do("RELEASE one")
}

// abandon answers a whole batch with the failure. The connection is made anew: after an I/O
// error nothing of it is to be trusted.
func (w *writer) abandon(live []*request, cause error) {
	err := explainSQLite(cause)
	w.s.db.cfg.Log.Error("a batch was abandoned", "writes", len(live), "cause", err.Error())
	w.reconnect()
	for _, r := range live {
		if r.err == nil || r.tx.failed == nil {
			r.err = err
		}
		r.done <- r.err
	}
}

func (w *writer) answer(batch []*request, err error) {
	for _, r := range batch {
		select {
		case r.done <- err:
		default:
		}
	}
}

func (w *writer) reconnect() {
	_ = w.c.do("ROLLBACK")
	w.s.db.log.forget()
	fresh, err := connectSQLite(context.Background(), sqliteAddress(w.s.path, "rw", writerPragmas()))
	if err != nil {
		w.s.db.cfg.Log.Error("the writer could not reconnect", "cause", err.Error())
		return // the old connection answers the next batch with its error, and we try again then
	}
	_ = w.c.close()
	w.c = fresh
	w.version = 0
}
