package scenario

import (
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/likeness"
	"varn/internal/domain/ruling"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/rule"
)

// allowed is the decision that lets cases be compared.
var allowed = likeness.Rule{Decision: "KS 2026/0077", Date: "2026-02-01", DPIA: "KS 2026/0070", DPIADate: "2026-01-20"}

// TestTheSameHand compares cases: nothing is kept before a decision; a case that one may know of is
// shown; the circle of another is told and nobody else learns that it is there; nothing at rest is
// equal; and what was kept goes with its case, and with the decision.
func TestTheSameHand(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		vera := w.newcomer("Vera Handling", access.CaseOfficer)
		w.seat(vera, w.guard)
		text := "Han skrev från arg@example.se och ringde från 070-174 06 11. " + strings.Repeat("Vi vet var du bor och vilken väg barnen går till skolan. ", 5)
		first := w.files(w.guest(), threat(text)).Ref
		if n := w.rows(`SELECT id FROM likeness WHERE org = $1`); len(n) != 0 {
			t.Fatalf("kept without a decision: %v", n)
		}
		if _, err := w.house.Cases.Comparables(t.Context(), w.admin.session(), first); !fault.Is(err, fault.NotFound) {
			t.Errorf("compared by somebody outside the circle: %v", err)
		}
		must(t, w.house.Cases.TakeCase(t.Context(), vera.session(), first))
		if _, err := w.house.Cases.Comparables(t.Context(), vera.session(), first); !fault.Is(err, fault.Conflict) {
			t.Errorf("compared without a decision: %v", err)
		}
		w.decides(ruling.Likeness, w.council, allowed)
		second := w.files(w.guest(), threat("Ring +46 70 174 06 11 annars.")).Ref

		can, err := w.house.Cases.Comparables(t.Context(), vera.session(), first)
		must(t, err)
		if len(can.Traces) != 2 || !can.Wording {
			t.Fatalf("%+v", can)
		}
		// What came before the decision is kept when somebody compares; the second one was at once.
		alike, err := w.house.Cases.CompareCase(t.Context(), vera.session(), first, can.Traces, true)
		must(t, err)
		if len(alike) != 1 || alike[0].Ref != second || len(alike[0].Traces) != 1 || alike[0].Traces[0].Kind != likeness.Phone {
			t.Fatalf("%+v", alike)
		}
		if w.logged("case.compare") != 1 {
			t.Error("the look is not in the log")
		}

		// A case of somebody else's: the one who asks learns nothing, the circle is told once.
		other := w.newcomer("Siv Sekreterare", access.CaseOfficer)
		hidden, err := w.house.Cases.OpenCase(t.Context(), other.session(), casework.NewCase{Authority: w.council, Title: "Ett annat ärende", Text: "Det har börjat igen.",
			Members: []casework.Member{{Kind: casefile.ByPerson, ID: other.id, Reason: "handlägger"}}})
		must(t, err)
		must(t, other.says(hidden, "Samma röst igen: "+text))
		for range 2 {
			alike, err = w.house.Cases.CompareCase(t.Context(), vera.session(), first, can.Traces, true)
			must(t, err)
			if len(alike) != 1 {
				t.Fatalf("the asker sees a case that is not theirs: %+v", alike)
			}
		}
		got, err := other.reads(hidden)
		must(t, err)
		told := 0
		for _, e := range got.Timeline {
			if e.Change != nil && e.Change.Field == casework.LikenessField {
				told++
				if e.Change.After != vera.id || !strings.Contains(e.Change.Before, "phone") || !strings.Contains(e.Change.Before, "wording") {
					t.Errorf("%+v", e.Change)
				}
			}
		}
		if told != 1 || !w.told(other, "case.alike") {
			t.Errorf("the other circle was told %d times", told)
		}

		// Nothing at rest is equal, not even for the same value.
		seen := map[string]bool{}
		for _, row := range w.rows(`SELECT pointer FROM likeness WHERE org = $1`) {
			if seen[row] {
				t.Errorf("equal at rest: %s", row)
			}
			seen[row] = true
		}
		if len(seen) < 2+16+1+2+16 {
			t.Errorf("%d tokens are kept", len(seen))
		}
		w.verifies()

		// The decision ends: everything kept is erased.
		ended := allowed
		ended.Off = true
		w.rules(w.council, rule.Body{Likeness: &ended})
		if n := w.rows(`SELECT id FROM likeness WHERE org = $1`); len(n) != 0 {
			t.Errorf("%d tokens outlive the decision", len(n))
		}
	})
}
