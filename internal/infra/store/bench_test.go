package store

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/kit/seal"
)

// benchEntry is an entry as an opened case leaves it.
func benchEntry() audit.Entry {
	return audit.Entry{Actor: strings.Repeat("a", 32), Act: "case.open", Authority: "0123456789abcdefghjkmnpqrs", Case: "0123456789abcdefghjkmnpqrs"}
}

func benchAppend(b *testing.B, engine string, writers int) {
	db := placeOn(b, engine).open(b)
	org := newOrg(db)
	appendOne := func() {
		if err := org.Write(b.Context(), func(tx *Tx) error { return tx.Log(benchEntry()) }); err != nil {
			b.Error(err)
		}
	}
	appendOne()
	b.ReportAllocs()
	b.ResetTimer()
	before := processorTime()
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				appendOne()
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	b.ReportMetric(float64((processorTime()-before).Microseconds())/float64(b.N), "cpu-µs/entry")
}

// processorTime is what a busy machine can't blur.
func processorTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkAppend1 is one durable entry a transaction, one writer: to be compared with
// sqlitebench (rows 1).
func BenchmarkAppend1(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) { benchAppend(b, engine, 1) })
	}
}

// BenchmarkAppend32 is 32 writers, each waiting until its entry is durable and (on SQLite)
// sequenced: to be compared with tesserabench.
func BenchmarkAppend32(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) { benchAppend(b, engine, 32) })
	}
}

// BenchmarkScan reads 100,000 rows into structs.
func BenchmarkScan(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db := placeOn(b, engine).open(b)
			org := newOrg(db)
			for part := range 20 {
				err := org.Write(b.Context(), func(tx *Tx) error {
					for i := range 5000 {
						if err := insertThing(tx, fmt.Sprintf("t%d-%d", part, i), int64(i)); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ResetTimer()
			for range b.N {
				err := org.Read(b.Context(), func(tx *Tx) error {
					all, err := All[thing](tx, `SELECT * FROM thing WHERE org = $1`)
					if len(all) != 100000 {
						b.Error(len(all))
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPoint reads one row in its own transaction.
func BenchmarkPoint(b *testing.B) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			db := placeOn(b, engine).open(b)
			org := newOrg(db)
			if err := addThing(b.Context(), org, "a", 1); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			for range b.N {
				err := org.Read(b.Context(), func(tx *Tx) error {
					_, err := One[thing](tx, `SELECT * FROM thing WHERE org = $1 AND id = $2`, "a")
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVerify replays a log of 20,000 entries.
func BenchmarkVerify(b *testing.B) {
	db := placeOn(b, "sqlite").open(b)
	org := newOrg(db)
	for range 20 {
		err := org.Write(b.Context(), func(tx *Tx) error {
			for range 1000 {
				if err := tx.Log(benchEntry()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	start := time.Now()
	for range b.N {
		if r, err := db.Verify(b.Context(), org.ID(), Comparison{}); err != nil || !r.OK() {
			b.Fatal(err, r.Findings)
		}
	}
	b.ReportMetric(float64(20000*b.N)/time.Since(start).Seconds(), "entries/s")
}

// BenchmarkLikenesses looks for 64 tokens, four of which are kept, among very many: the look-up alone, without the
// opening of the case, the telling and the log that the whole act has (BenchmarkSameHand in scenario).
func BenchmarkLikenesses(b *testing.B) {
	for _, many := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			db := placeOn(b, "sqlite").open(b)
			org := newOrg(db)
			asked := make([]string, 64)
			for i := range asked {
				asked[i] = fmt.Sprintf("%032d", i)
			}
			if err := org.Write(b.Context(), func(tx *Tx) error {
				for _, id := range asked[:4] {
					if _, err := tx.InsertLikeness(Likeness{Authority: "a", ID: id, Owner: "o", Pointer: seal.NewBox(make([]byte, 100))}); err != nil {
						return err
					}
				}
				_, err := tx.Exec(`INSERT INTO likeness (org, authority, id, owner, pointer, until_at)
					WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($2 AS BIGINT))
					SELECT $1, 'a', lower(hex(randomblob(16))), lower(hex(randomblob(16))), randomblob(100), 0 FROM n`, many)
				return err
			}); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			for range b.N {
				if err := org.Read(b.Context(), func(tx *Tx) error {
					found, err := tx.Likenesses(asked, 1)
					if err == nil && len(found) != 4 {
						err = fmt.Errorf("%d found", len(found))
					}
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
