package scenario

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/incident"
	"varn/internal/infra/store"
	"varn/internal/usecase/casework"
)

// BenchmarkInbox opens the inbox of a member of very many cases, and reports the 95th percentile. All
// but the first page are copies of rows: they are counted and sorted, and never opened.
func BenchmarkInbox(b *testing.B) {
	for _, many := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			w := foundAt(b, time.Now())
			vera := w.newcomer("Vera Handling", access.CaseOfficer)
			w.seat(vera, w.guard)
			for range 30 {
				w.files(w.guest(), incident.Report{Narrative: "Han slog mig.", Forms: []incident.Form{incident.Violence}, InjuryPhysical: true})
			}
			w.fills(many)
			if _, err := w.house.Cases.Today(b.Context(), vera.session(), casework.WantedToday{}); err != nil {
				b.Fatal(err)
			}
			s := vera.session()
			var times []time.Duration
			b.ResetTimer()
			for range b.N {
				at := time.Now()
				got, err := w.house.Cases.Today(b.Context(), s, casework.WantedToday{})
				if err != nil || len(got.Lines) != 25 || !got.Counts[casework.SectionNew].More {
					b.Fatalf("%+v %v", got, err)
				}
				times = append(times, time.Since(at))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// fills puts on the security function's shelf copies of a calm case, spread over the states.
func (w *town) fills(many int) {
	w.t.Helper()
	calm := w.files(w.guest(), incident.Report{Narrative: "Ett brev."})
	must(w.t, w.house.DB.Org(w.org).Write(w.t.Context(), func(tx *store.Tx) error {
		c, err := tx.CaseByRef(calm.Ref)
		if err != nil {
			return err
		}
		for _, text := range []string{
			`CREATE TEMP TABLE series AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($3 AS BIGINT)) SELECT i, printf('%026d', i) AS id FROM n WHERE $1 <> $2`,
			`INSERT INTO casefile (org, authority, id, ref, state, public_key, key_version, key_stale, opened, changed, items, version, mac, event, view, urgency, due)
				SELECT $1, authority, s.id, s.id, CASE s.i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'received' WHEN 2 THEN 'measures' ELSE 'closed' END, x'00', 1, 0, opened - s.i, changed - s.i, 2, 1, x'00', '', view, 0, 0
				FROM casefile JOIN series s WHERE org = $1 AND casefile.id = $2 AND s.i <= CAST($3 AS BIGINT)`,
			`INSERT INTO shelf (org, member, case_id, place, state, rank, due, opened)
				SELECT $1, (SELECT member FROM circle WHERE org = $1 AND case_id = $2), s.id, s.id, CASE s.i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'received' WHEN 2 THEN 'measures' ELSE 'closed' END,
				3 * 4503599627370496 + CAST($3 AS BIGINT) + s.i, 0, 1 FROM series s`,
			`DROP TABLE series -- $1 $2 $3`,
		} {
			if _, err := tx.Exec(text, c.ID, many); err != nil {
				return err
			}
		}
		return nil
	}))
}
