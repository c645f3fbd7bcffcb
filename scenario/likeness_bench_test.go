package scenario

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
)

// BenchmarkSameHand looks for a sender, a phone, an account and a wording among very many tokens, and
// reports the median of the whole act: the case laid open, compared and logged durably. All but the
// found case's tokens are random rows of the same shape, which is what tokens look like at rest.
func BenchmarkSameHand(b *testing.B) {
	for _, many := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			w := foundAt(b, time.Now())
			vera := w.newcomer("Vera Handling", access.CaseOfficer)
			w.seat(vera, w.guard)
			w.decides(ruling.Likeness, w.council, allowed)
			w.tokens(many)
			var refs []string
			for i := range 2 {
				refs = append(refs, w.files(w.guest(), threat(fmt.Sprintf("Gång %d skrev arg@example.se, 070-174 06 11, facebook.com/arg.man: ", i)+
					strings.Repeat("vi vet var du bor och vilken väg barnen går till skolan ", 6))).Ref)
			}
			s := vera.session()
			can, err := w.house.Cases.Comparables(b.Context(), s, refs[0])
			if err != nil || len(can.Traces) != 3 {
				b.Fatalf("%+v %v", can, err)
			}
			var times []time.Duration
			b.ResetTimer()
			for range b.N {
				at := time.Now()
				got, err := w.house.Cases.CompareCase(b.Context(), s, refs[0], can.Traces, true)
				if err != nil || len(got) != 1 || got[0].Ref != refs[1] || len(got[0].Traces) != 4 {
					b.Fatalf("%+v %v", got, err)
				}
				times = append(times, time.Since(at))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
		})
	}
}

// tokens keeps random tokens.
func (w *town) tokens(many int) {
	w.t.Helper()
	must(w.t, w.house.DB.Org(w.org).Write(w.t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO likeness (org, authority, id, owner, pointer, until_at)
			WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($3 AS BIGINT))
			SELECT $1, $2, lower(hex(randomblob(16))), lower(hex(randomblob(16))), randomblob(100), 0 FROM n`, w.council, many)
		return err
	}))
}
