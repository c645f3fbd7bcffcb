package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
)

// shelved is a row of a shelf, as the test knows it.
type shelved struct {
	member, caseID, place string
	state                 casefile.State
	due, opened, changed  clock.Stamp
	guarded               bool
}

// randomShelves gives many cases that stand on one or several of three shelves.
func randomShelves(r *rand.Rand, many int) []shelved {
	states := []casefile.State{casefile.New, casefile.Received, casefile.Measures, casefile.Closed}
	var out []shelved
	for i := range many {
		one := shelved{caseID: fmt.Sprintf("case%04d", i), state: states[r.IntN(len(states))], opened: clock.Stamp(1 + r.IntN(100)),
			changed: clock.Stamp(1 + r.IntN(100)), guarded: r.IntN(5) == 0}
		if r.IntN(2) == 0 {
			one.due = clock.Stamp(1 + r.IntN(100))
		}
		for m := range 3 {
			if r.IntN(2) == 0 || m == 2 && len(out) == 0 {
				one.member, one.place = fmt.Sprintf("member%d", m), fmt.Sprintf("place%d", m)
				out = append(out, one)
			}
		}
	}
	return out
}

// counted counts by hand what w asks for.
func counted(rows []shelved, w Waiting, guarded bool) int {
	seen := map[string]bool{}
	for _, s := range rows {
		fits := slices.Contains(w.States, s.state) && (w.OpenedBefore == 0 || s.opened < w.OpenedBefore)
		if w.DueBefore != 0 {
			fits = s.due > 0 && s.due < w.DueBefore
		}
		if w.ChangedSince != 0 {
			fits = s.changed > w.ChangedSince
		}
		if fits && s.guarded == guarded && slices.Contains(w.Members, s.member) {
			seen[s.caseID] = true
		}
	}
	return len(seen)
}

func TestWhatWaitsIsCountedOnceWhateverTheShelves(t *testing.T) {
	forBothPlaces(t, func(t *testing.T, p place) {
		org := newOrg(p.open(t))
		rows := randomShelves(rand.New(rand.NewPCG(7, 11)), 300)
		written := map[string]bool{}
		if err := org.Write(t.Context(), func(tx *Tx) error {
			for _, s := range rows {
				if !written[s.caseID] {
					written[s.caseID] = true
					if _, err := tx.Exec(`INSERT INTO casefile (org, authority, id, ref, state, public_key, key_version, key_stale, opened, changed, items, version, mac)
						VALUES ($1, 'a', $2, $2, $3, $4, 1, FALSE, $5, $6, 0, 1, $4)`, s.caseID, string(s.state), []byte{0}, s.opened, s.changed); err != nil {
						return err
					}
				}
				if _, err := tx.Exec(`INSERT INTO shelf (org, member, case_id, place, state, rank, due, opened, guarded) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8)`,
					s.member, s.caseID, s.place, string(s.state), s.due, s.opened, s.guarded); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, members := range [][]string{nil, {"member0"}, {"member0", "member1", "member2"}, {"nobody"}} {
			for _, w := range []Waiting{
				{States: []casefile.State{casefile.New}},
				{States: []casefile.State{casefile.New, casefile.Received, casefile.Measures}},
				{States: []casefile.State{casefile.New, casefile.Received}, OpenedBefore: 50},
				{DueBefore: 40}, {ChangedSince: 60},
			} {
				w.Members = members
				if err := org.Read(t.Context(), func(tx *Tx) error {
					n, err := tx.CountWaiting(w, 1000)
					if err != nil {
						return err
					}
					ids, err := tx.GuardedWaiting(w, 1000)
					if n != counted(rows, w, false) || len(ids) != counted(rows, w, true) {
						t.Errorf("%+v: %d and %d, by hand %d and %d", w, n, len(ids), counted(rows, w, false), counted(rows, w, true))
					}
					few, err2 := tx.CountWaiting(w, 3)
					if few != min(n, 3) {
						t.Errorf("%+v: at most 3 of %d gave %d", w, n, few)
					}
					if err == nil {
						err = err2
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// TestTheInboxCountsFromAnIndexAlone: a member of a million cases waits no longer than one of ten
// thousand only if no row is fetched to be counted.
func TestTheInboxCountsFromAnIndexAlone(t *testing.T) {
	t.Parallel()
	org := newOrg(placeOn(t, "sqlite").open(t))
	open := []casefile.State{casefile.New, casefile.Received}
	for name, w := range map[string]Waiting{
		"shelf_state (org=? AND member=? AND state=? AND guarded=?)": {Members: []string{"a", "b"}, States: open, OpenedBefore: 5},
		"shelf_due (org=? AND member=? AND due>? AND due<?)":         {Members: []string{"a", "b"}, DueBefore: 5},
	} {
		all, allArgs := w.countText(10)
		few, fewArgs := w.guardedText(10)
		for _, q := range []struct {
			text string
			args []any
		}{{all, allArgs}, {few, fewArgs}} {
			if err := org.Read(t.Context(), func(tx *Tx) error {
				plan, err := planOf(tx, q.text, q.args...)
				if !strings.Contains(plan, "COVERING INDEX "+name) {
					t.Errorf("%s: %s", q.text, plan)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// planOf is how SQLite would answer a question, a line a step.
func planOf(tx *Tx, text string, args ...any) (string, error) {
	type step struct {
		ID, Parent, Notused int64
		Detail              string
	}
	var b strings.Builder
	err := Each(tx, `EXPLAIN QUERY PLAN `+text, args, func(s *step) error {
		b.WriteString(s.Detail + "\n")
		return nil
	})
	return b.String(), err
}
