package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"varn/internal/kit/fault"
)

// hold keeps the writer busy until release is called, so that what comes meanwhile waits together.
func hold(t *testing.T, db *DB) (release func()) {
	t.Helper()
	started, free := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		if err := db.System(context.Background(), func(*Tx) error { close(started); <-free; return nil }); err != nil {
			t.Error(err)
		}
	})
	<-started
	return func() { close(free); done.Wait() }
}

// waitQueued waits until n writes stand in the queue.
func waitQueued(db *DB, n int) {
	for len(db.engine.(*sqlite).writer.queue) < n {
		runtime.Gosched()
	}
}

func TestABatchLosesOnlyWhatBrokeAConstraint(t *testing.T) {
	t.Parallel()
	db := placeOn(t, "sqlite").open(t)
	org := newOrg(db)
	release := hold(t, db)
	results := make([]error, 30)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			results[i] = org.Write(t.Context(), func(tx *Tx) error {
				if err := insertThing(tx, fmt.Sprintf("t%d", i), 1); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return insertThing(tx, fmt.Sprintf("t%d", i), 1) // its own key again
				case 2:
					return fault.New(fault.Denied, "x")
				}
				return nil
			})
		})
	}
	waitQueued(db, len(results))
	release()
	all.Wait()
	for i, err := range results {
		want := []error{nil, fault.New(fault.Conflict, ""), fault.New(fault.Denied, "")}[i%3]
		if (err == nil) != (want == nil) || (err != nil && fault.Of(err).Kind != fault.Of(want).Kind) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if n := countThings(t, org); n != 10 {
		t.Fatalf("%d rows", n)
	}
}

// A database error other than a constraint takes the whole batch, and nobody is told otherwise.
func TestAnIOErrorAbandonsTheBatch(t *testing.T) {
	t.Parallel()
	db := placeOn(t, "sqlite").open(t)
	org := newOrg(db)
	release := hold(t, db)
	results := make([]error, 9)
	ran := make([]bool, 9)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			results[i] = org.Write(t.Context(), func(tx *Tx) error {
				tx.After(func() { ran[i] = true })
				if err := insertThing(tx, fmt.Sprintf("t%d", i), 1); err != nil {
					return err
				}
				if i == 4 { // what a full disk does to SQLite: the transaction is rolled back under us
					_ = tx.c.(*sqliteConn).do("ROLLBACK")
					return tx.fail(fault.New(fault.Unavailable, "fault.unavailable", "the disk is full"))
				}
				return nil
			})
		})
	}
	waitQueued(db, len(results))
	release()
	all.Wait()
	for i, err := range results {
		if !fault.Is(err, fault.Unavailable) || ran[i] {
			t.Errorf("%d: %v, after ran: %v", i, err, ran[i])
		}
	}
	if n := countThings(t, org); n != 0 {
		t.Fatalf("%d rows stayed", n)
	}
	if err := addThing(t.Context(), org, "later", 1); err != nil {
		t.Fatalf("the writer did not recover: %v", err)
	}
}

func TestACallerThatGivesUpIsSkipped(t *testing.T) {
	t.Parallel()
	db := placeOn(t, "sqlite").open(t)
	org := newOrg(db)
	release := hold(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() {
		result <- org.Write(ctx, func(tx *Tx) error { t.Error("it ran"); return nil })
	}()
	waitQueued(db, 1)
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	release()
	if err := addThing(t.Context(), org, "a", 1); err != nil {
		t.Fatal(err)
	}
}

func TestAClosureThatEndsItsGoroutineEndsNothingElse(t *testing.T) {
	t.Parallel()
	db := placeOn(t, "sqlite").open(t)
	org := newOrg(db)
	err := org.Write(t.Context(), func(tx *Tx) error {
		_ = insertThing(tx, "a", 1)
		runtime.Goexit() // as t.Fatal does
		return nil
	})
	if err == nil {
		t.Fatal("it was acknowledged")
	}
	if err := addThing(t.Context(), org, "b", 1); err != nil {
		t.Fatal(err)
	}
	if n := countThings(t, org); n != 1 {
		t.Fatalf("%d rows", n)
	}
}

func TestCloseAnswersWhoWaits(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db, err := Open(t.Context(), p.cfg)
		if err != nil {
			t.Fatal(err)
		}
		org := newOrg(db)
		var all sync.WaitGroup
		acknowledged := make([]bool, 50)
		for i := range acknowledged {
			all.Go(func() { acknowledged[i] = addThing(context.Background(), org, fmt.Sprintf("t%d", i), 1) == nil })
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		all.Wait()
		want := int64(0)
		for _, ok := range acknowledged {
			if ok {
				want++
			}
		}
		if got := countThings(t, p.open(t).Org(org.ID())); got < want {
			t.Fatalf("%d acknowledged, %d there", want, got)
		}
	})
}

func TestTwoProcessesWriteInTurn(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		one, two := p.open(t), p.open(t)
		org := newOrg(one)
		var all sync.WaitGroup
		for i := range 40 {
			db := []*DB{one, two}[i%2]
			all.Go(func() {
				if err := addThing(t.Context(), db.Org(org.ID()), fmt.Sprintf("t%d", i), 1); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := countThings(t, org); n != 40 {
			t.Fatalf("%d rows", n)
		}
	})
}
