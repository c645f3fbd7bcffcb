package store

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
)

func TestAKeyIsKeptByTheDecisiveCommitAndByNoOther(t *testing.T) {
	forBoth(t, func(t *testing.T, db *DB) {
		org := newOrg(db)
		key, err := seal.NewOnce(seal.NewKey(), "asta /prov", ident.New())
		if err != nil {
			t.Fatal(err)
		}
		var done atomic.Int32
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				o := NewOnce(org.ID(), key, []byte("body"), clock.Of(time.Now().Add(time.Hour)))
				ctx := WithOnce(t.Context(), o)
				if err := org.Write(ctx, func(tx *Tx) error { _, err := tx.Next("n"); return err }); err != nil {
					t.Error(err)
				}
				if _, kept := o.Kept(); kept {
					t.Error("kept by a write that logs nothing")
				}
				Declare(ctx, "svar")
				switch err := org.Write(ctx, func(tx *Tx) error { return tx.Log(audit.Entry{Act: "prov"}) }); {
				case err == nil:
					done.Add(1)
				case !fault.Is(err, fault.Conflict) || fault.Of(err).Code != OnceTaken:
					t.Error(err)
				}
			})
		}
		all.Wait()
		var n int64
		err = org.Read(t.Context(), func(tx *Tx) (err error) {
			a, err := tx.Answer(key.ID(), tx.Now())
			if err != nil {
				return err
			}
			if got, err := key.Open(a.Answer); err != nil || string(got) != "svar" {
				t.Errorf("answer %q %v", got, err)
			}
			list, err := LogAll(tx, 0, 100)
			n = int64(len(list))
			return err
		})
		if err != nil || done.Load() != 1 || n != 1 {
			t.Fatalf("done %d, entries %d, %v", done.Load(), n, err)
		}
	})
}
