package scenario

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

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

// BenchmarkSearch looks for a word in the sealed titles of many cases: copies of one case, whose
// rows were sealed once.
func BenchmarkSearch(b *testing.B) {
	for _, cases := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(cases), func(b *testing.B) {
			w := foundFor(b)
			for i := range cases {
				w.head.opens(fmt.Sprintf("Ärende nummer %d", i), "text")
			}
			s := w.head.session()
			look := func() {
				got, err := w.house.Cases.ListCases(context.Background(), s, casework.Wanted{Query: "nummer 7 "})
				if err != nil || len(got.Lines) != 0 {
					b.Fatal(len(got.Lines), err)
				}
			}
			look() // the first opening re-wraps
			b.ResetTimer()
			for range b.N {
				look()
			}
		})
	}
}

// foundFor founds a town for a benchmark.
func foundFor(b *testing.B) *town {
	b.Helper()
	return foundAt(b, time.Now())
}
