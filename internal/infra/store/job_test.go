package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"varn/internal/domain/job"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

func enqueue(t *testing.T, org Org, jobs ...job.Job) {
	t.Helper()
	err := org.Write(t.Context(), func(tx *Tx) error {
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
}

func claim(t *testing.T, db *DB, owner string, n int) []job.Job {
	t.Helper()
	jobs, err := db.Claim(t.Context(), owner, n, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// movable opens a place on a clock that the test moves.
func movable(t *testing.T, p place) (*DB, *clock.Fixed) {
	t.Helper()
	c := clock.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	p.cfg.Clock = c
	return p.open(t), c
}

func TestAJobLivesAndDiesWithItsTransaction(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		undone := errors.New("undo")
		err := org.Write(t.Context(), func(tx *Tx) error {
			if err := tx.Enqueue(job.Job{Kind: "never"}); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		enqueue(t, org, job.Job{Kind: "notice.send", Args: map[string]string{"case": "abc"}})
		jobs := claim(t, db, "node1", 10)
		if len(jobs) != 1 || jobs[0].Kind != "notice.send" || jobs[0].Args["case"] != "abc" || jobs[0].Org != org.ID() || jobs[0].Attempts != 1 {
			t.Fatalf("%+v", jobs)
		}
		if err := db.Complete(t.Context(), jobs[0]); err != nil {
			t.Fatal(err)
		}
		if err := db.Complete(t.Context(), jobs[0]); !fault.Is(err, fault.Conflict) {
			t.Fatalf("done twice: %v", err)
		}
		err = org.Write(t.Context(), func(tx *Tx) error {
			return tx.Enqueue(job.Job{Kind: "k", Args: map[string]string{"text": "en hel berättelse"}})
		})
		if err == nil {
			t.Fatal("content was taken as an argument")
		}
	})
}

func TestTwoNodesNeverDoOneJobTwice(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		nodes := []*DB{p.open(t), p.open(t)}
		org := newOrg(nodes[0])
		const total = 500
		var jobs []job.Job
		for i := range total {
			jobs = append(jobs, job.Job{Kind: "count", Args: map[string]string{"n": fmt.Sprint(i)}})
		}
		enqueue(t, org, jobs...)
		var mu sync.Mutex
		done := map[string]int{}
		var all sync.WaitGroup
		for worker := range 6 {
			all.Go(func() {
				db := nodes[worker%2]
				for {
					claimed, err := db.Claim(t.Context(), fmt.Sprint("w", worker), 7, time.Minute)
					if err != nil {
						t.Error(err)
						return
					}
					if len(claimed) == 0 {
						mu.Lock()
						finished := len(done) == total
						mu.Unlock()
						if finished {
							return
						}
					}
					for _, j := range claimed {
						mu.Lock()
						done[j.Args["n"]]++
						mu.Unlock()
						if err := db.Complete(t.Context(), j); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		all.Wait()
		for n, times := range done {
			if times != 1 {
				t.Errorf("job %s done %d times", n, times)
			}
		}
		if states, err := nodes[0].JobStates(t.Context()); err != nil || len(states) != 0 {
			t.Errorf("left: %v %v", states, err)
		}
	})
}

func TestAJobOfADeadNodeIsRescued(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db, c := movable(t, p)
		org := newOrg(db)
		enqueue(t, org, job.Job{Kind: "k", MaxAttempts: 2})
		first := claim(t, db, "dies", 1)[0]
		if n, err := db.Rescue(t.Context()); n != 0 || err != nil {
			t.Fatalf("rescued too early: %d %v", n, err)
		}
		if err := db.Extend(t.Context(), first, 2*time.Minute); err != nil {
			t.Fatal(err)
		}
		c.Move(time.Minute + time.Second)
		if n, _ := db.Rescue(t.Context()); n != 0 {
			t.Fatal("an extended lease was not honoured")
		}
		c.Move(time.Minute)
		if n, err := db.Rescue(t.Context()); n != 1 || err != nil {
			t.Fatalf("%d %v", n, err)
		}
		again := claim(t, db, "lives", 1)[0]
		if again.ID != first.ID || again.Attempts != 2 || again.ErrorClass != "lease_expired" {
			t.Fatalf("%+v", again)
		}
		if err := db.Complete(t.Context(), first); !fault.Is(err, fault.Conflict) {
			t.Fatalf("the dead node completed it: %v", err)
		}
		c.Move(2 * time.Minute)
		if _, err := db.Rescue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if states, _ := db.JobStates(t.Context()); states["dead"] != 1 {
			t.Fatalf("%v", states)
		}
	})
}

func TestFailedJobsComeBackLaterAndThenDie(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		db, c := movable(t, p)
		org := newOrg(db)
		enqueue(t, org, job.Job{Kind: "k", MaxAttempts: 3, Unique: "one"})
		for try := 1; try <= 3; try++ {
			j := claim(t, db, "node", 1)[0]
			if err := db.Fail(t.Context(), j, "Adressen asha@example.se finns inte"); err != nil {
				t.Fatal(err)
			}
			if len(claim(t, db, "node", 1)) != 0 {
				t.Fatal("it came back at once")
			}
			c.Move(job.Pause(try, 1))
		}
		var dead []job.Job
		err := org.Read(t.Context(), func(tx *Tx) (err error) { dead, err = tx.DeadLetters(10); return err })
		if err != nil || len(dead) != 1 || dead[0].ErrorClass != "internal" {
			t.Fatalf("%v %+v", err, dead)
		}
		retry := func(tx *Tx) error { return tx.RetryDead(dead[0].ID) }
		discard := func(tx *Tx) error { return tx.DiscardDead(dead[0].ID) }
		other := newOrg(db)
		if err := errors.Join(other.Write(t.Context(), retry), other.Write(t.Context(), discard)); !fault.Is(err, fault.NotFound) {
			t.Errorf("by another organisation: %v", err)
		}
		if err := org.Write(t.Context(), retry); err != nil {
			t.Error(err)
		}
		if err := org.Write(t.Context(), discard); !fault.Is(err, fault.NotFound) {
			t.Errorf("discarded though it waits: %v", err)
		}
		j := claim(t, db, "node", 1)[0]
		for j.Attempts < j.MaxAttempts {
			if err := db.Fail(t.Context(), j, "smtp.refused"); err != nil {
				t.Fatal(err)
			}
			c.Move(job.Pause(j.Attempts, 1))
			j = claim(t, db, "node", 1)[0]
		}
		if err := errors.Join(db.Fail(t.Context(), j, "smtp.refused"), org.Write(t.Context(), discard)); err != nil {
			t.Error(err)
		}
	})
}

func TestAUniqueJobWaitsOnce(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org, other := newOrg(db), newOrg(db)
		one := job.Job{Kind: "index", Unique: "all"}
		enqueue(t, org, one, one)
		enqueue(t, org, one)
		enqueue(t, other, one)
		jobs := claim(t, db, "n", 10)
		if len(jobs) != 2 {
			t.Fatalf("%+v", jobs)
		}
		for _, j := range jobs {
			if err := db.Complete(t.Context(), j); err != nil {
				t.Fatal(err)
			}
		}
		enqueue(t, org, one)
		if len(claim(t, db, "n", 10)) != 1 {
			t.Fatal("the key was not free again")
		}
	})
}

func TestASchedulesPeriodMakesOneJob(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		c := clock.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
		p.cfg.Clock = c
		one, two := p.open(t), p.open(t)
		for range 3 {
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					if err := []*DB{one, two}[i%2].Schedule(t.Context(), job.Schedule{Kind: "backup", Every: time.Hour}); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			jobs := claim(t, one, "n", 10)
			if len(jobs) != 1 || jobs[0].Org != "" {
				t.Fatalf("%+v", jobs)
			}
			if err := one.Complete(t.Context(), jobs[0]); err != nil {
				t.Fatal(err)
			}
			c.Move(time.Hour)
		}
	})
}

func TestAnInstancesJobFromASystemTransaction(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		err := db.System(t.Context(), func(tx *Tx) error { return tx.Enqueue(job.Job{Kind: "setup", Unique: "once"}) })
		if err != nil {
			t.Fatal(err)
		}
		err = db.System(t.Context(), func(tx *Tx) error { return tx.Enqueue(job.Job{Kind: "setup", Unique: "once"}) })
		if err != nil {
			t.Fatal(err)
		}
		if jobs := claim(t, db, "n", 10); len(jobs) != 1 || jobs[0].Kind != "setup" {
			t.Fatalf("%+v", jobs)
		}
	})
}

func TestCompletionOutlivesShutdown(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		enqueue(t, newOrg(db), job.Job{Kind: "k"})
		j := claim(t, db, "n", 1)[0]
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.Complete(ctx, j); err != nil {
			t.Fatal(err)
		}
	})
}
