package scenario

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"varn/internal/domain/function"
	"varn/internal/infra/store"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
)

// BenchmarkMessage seals messages at eight at a time, each in a case of its own: sign-in by
// token, access, sealing, log and commit, without HTTP.
func BenchmarkMessage(b *testing.B) {
	w := foundFor(b)
	var refs []string
	for i := range 8 {
		refs = append(refs, w.head.opens(fmt.Sprintf("Ärende %d", i), "text"))
	}
	token := w.head.program("").token
	var n atomic.Int64
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		ref := refs[int(n.Add(1))%len(refs)]
		for pb.Next() {
			s, err := w.house.SignIn.Resume(context.Background(), w.org, token)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := w.house.Cases.AddMessage(context.Background(), s, ref, "ett meddelande av vanlig längd"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSearch looks for a word that no title has, among titles that the member has opened
// before: each row of the shelf is sealed for itself, as an opening leaves it.
func BenchmarkSearch(b *testing.B) {
	for _, titles := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(titles), func(b *testing.B) {
			w := foundFor(b)
			w.fillShelf(titles)
			s := w.head.session()
			b.ResetTimer()
			for range b.N {
				got, err := w.house.Cases.ListCases(context.Background(), s, casework.Wanted{Query: "finns inte"})
				if err != nil || len(got.Lines) != 0 {
					b.Fatal(len(got.Lines), err)
				}
			}
		})
	}
}

// fillShelf lays titles on the head of security's shelf.
func (w *town) fillShelf(n int) {
	w.t.Helper()
	key := function.MemberKey(w.head.session().Key)
	for from := 0; from < n; from += 1000 {
		rows := make([]store.Shelved, 1000)
		for i := range rows {
			rows[i] = store.Shelved{Member: w.head.id, Case: ident.New(), Place: ident.New()}
			rows[i].Title = key.SealPadded(fmt.Appendf(nil, "Ärende om händelse nummer %d vid torget", from+i), rows[i].AD(w.org))
		}
		must(w.t, w.house.DB.Org(w.org).Write(context.Background(), func(tx *store.Tx) error {
			for _, r := range rows {
				if _, err := tx.Exec(`INSERT INTO shelf (org, member, case_id, place, title) VALUES ($1, $2, $3, $4, $5)`, r.Member, r.Case, r.Place, r.Title); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// foundFor founds a town for a benchmark.
func foundFor(b *testing.B) *town {
	b.Helper()
	return foundAt(b, time.Now())
}
