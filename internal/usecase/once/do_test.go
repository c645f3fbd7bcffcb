package once

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

type town struct {
	*Desk
	org   string
	clock *clock.Fixed
}

func open(t *testing.T) *town {
	t.Helper()
	at := clock.At(time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC))
	c := store.Config{Dir: t.TempDir(), Clock: at}
	if err := store.Migrate(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w := &town{Desk: &Desk{DB: db, Ring: keyring.New(), Clock: at}, org: ident.New(), clock: at}
	w.Ring.Add(w.org, seal.NewKey(), seal.NewCourier(at))
	return w
}

// act is a use case: it counts, then does its decisive write.
func (w *town) act(ctx context.Context, answer string, declare bool) ([]byte, error) {
	if err := w.DB.Org(w.org).Write(ctx, func(tx *store.Tx) error { _, err := tx.Next("count"); return err }); err != nil {
		return nil, err
	}
	if declare {
		store.Declare(ctx, answer)
	}
	return []byte(answer), w.DB.Org(w.org).Write(ctx, func(tx *store.Tx) error {
		return tx.Log(audit.Entry{Act: "prov"})
	})
}

func (w *town) entries(t *testing.T) int {
	t.Helper()
	var all []store.Logged
	if err := w.DB.Org(w.org).Read(t.Context(), func(tx *store.Tx) (err error) {
		all, err = store.LogAll(tx, 0, 1000)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func TestAWriteSentTwiceIsDoneOnceAndAnsweredAlike(t *testing.T) {
	t.Parallel()
	w := open(t)
	for _, declare := range []bool{true, false} {
		ask := Ask{Org: w.org, Scope: "asta /prov", Key: ident.New(), Body: []byte("a=1")}
		before := w.entries(t)
		for i := range 3 {
			got, replayed, err := w.Do(t.Context(), ask, func(ctx context.Context) ([]byte, error) { return w.act(ctx, "svar", declare) })
			if err != nil || string(got) != "svar" || replayed != (i > 0) {
				t.Fatalf("%d: %q %v %v", i, got, replayed, err)
			}
		}
		closed := errors.New("closed meanwhile")
		got, replayed, err := w.Do(t.Context(), ask, func(context.Context) ([]byte, error) { return nil, closed })
		if err != nil || string(got) != "svar" || !replayed {
			t.Fatalf("where it can't be done any more: %q %v %v", got, replayed, err)
		}
		other := ask
		other.Body = []byte("a=2")
		if _, _, err := w.Do(t.Context(), other, func(ctx context.Context) ([]byte, error) { return w.act(ctx, "annat", declare) }); fault.Of(err).Code != "once.body" {
			t.Fatalf("another body: %v", err)
		}
		if n := w.entries(t) - before; n != 1 {
			t.Fatalf("%d entries", n)
		}
		other = ask
		other.Scope = "bo /prov"
		if _, replayed, err := w.Do(t.Context(), other, func(context.Context) ([]byte, error) { return nil, nil }); err != nil || replayed {
			t.Fatalf("another sender: %v %v", replayed, err)
		}
	}
}

func TestOfManyAtTheSameTimeOneIsDone(t *testing.T) {
	t.Parallel()
	w := open(t)
	ask := Ask{Org: w.org, Scope: "s", Key: ident.New(), Body: []byte("x")}
	var all sync.WaitGroup
	var fresh atomic.Int32
	for range 12 {
		all.Go(func() {
			got, replayed, err := w.Do(t.Context(), ask, func(ctx context.Context) ([]byte, error) { return w.act(ctx, "svar", true) })
			if err != nil || string(got) != "svar" {
				t.Errorf("%q %v", got, err)
			}
			if !replayed {
				fresh.Add(1)
			}
		})
	}
	all.Wait()
	if fresh.Load() != 1 || w.entries(t) != 1 {
		t.Fatalf("done %d times, %d entries", fresh.Load(), w.entries(t))
	}
}

func TestAFailureKeepsNothingAndAKeyComesBackAfterADay(t *testing.T) {
	t.Parallel()
	w := open(t)
	ask := Ask{Org: w.org, Scope: "s", Key: ident.New(), Body: []byte("x")}
	odd := errors.New("odd")
	if _, _, err := w.Do(t.Context(), ask, func(context.Context) ([]byte, error) { return nil, odd }); !errors.Is(err, odd) {
		t.Fatal(err)
	}
	for range 2 {
		if _, replayed, err := w.Do(t.Context(), ask, func(ctx context.Context) ([]byte, error) { return w.act(ctx, "svar", true) }); err != nil || replayed {
			t.Fatal(replayed, err)
		}
		w.clock.Move(25 * time.Hour)
	}
	ask.Key = "kort"
	if _, _, err := w.Do(t.Context(), ask, nil); fault.Of(err).Code != "once.key" {
		t.Fatal(err)
	}
	ask.Key = ""
	for range 2 {
		if _, replayed, err := w.Do(t.Context(), ask, func(ctx context.Context) ([]byte, error) { return w.act(ctx, "svar", false) }); err != nil || replayed {
			t.Fatal(replayed, err)
		}
	}
}
