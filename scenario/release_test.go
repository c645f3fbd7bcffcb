package scenario

import (
	"fmt"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/screening"
	"varn/internal/kit/fault"
	"varn/internal/usecase/screen"
)

// TestReleasedLettersTrainTheScreening: what owners release moves the weights, which lie sealed; taken back it is no part of the
// next, and forgotten the screening is as it came.
func TestReleasedLettersTrainTheScreening(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx, desk := t.Context(), w.house.Screening
		asha := w.newcomer("Asha Berg", access.Elected)
		odd := screening.Input{Text: "Fiskmåsarna hälsar från hamnmagasinet, du vet vad de tycker om."}
		if got := desk.Screen(ctx, w.org, odd); got.Verdict != screening.Pass {
			t.Fatalf("before: %+v", got)
		}
		if err := desk.Train(ctx, asha.session()); !fault.Is(err, fault.Denied) {
			t.Errorf("somebody else trains: %v", err)
		}
		if err := desk.Train(ctx, w.head.session()); !fault.Is(err, fault.Invalid) {
			t.Errorf("trained with nothing: %v", err)
		}
		if err := desk.Release(ctx, asha.session(), "brev", "text", []screening.Kind{"other"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a kind that there is not: %v", err)
		}
		for i := range screen.FewestExamples + 10 {
			must(t, desk.Release(ctx, asha.session(), fmt.Sprintf("brev%d", i), fmt.Sprintf("Fiskmåsarna hälsar från hamnmagasinet, nummer %d. Du vet vad fiskmåsarna tycker om.", i), []screening.Kind{screening.VeiledThreat}))
		}
		must(t, desk.Release(ctx, asha.session(), "brev0", "Fiskmåsarna hälsar från hamnmagasinet igen.", []screening.Kind{screening.VeiledThreat}))
		mine, err := desk.Mine(ctx, asha.session())
		must(t, err)
		if len(mine) != screen.FewestExamples+10 {
			t.Fatalf("%d are hers: a letter counts once", len(mine))
		}
		if err := desk.TakeBack(ctx, w.head.session(), mine[0].ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("another takes it back: %v", err)
		}
		must(t, desk.TakeBack(ctx, asha.session(), mine[0].ID))
		must(t, desk.Train(ctx, w.head.session()))
		got := desk.Screen(ctx, w.org, odd)
		if got.Verdict == screening.Pass || len(got.Reasons) == 0 || got.Reasons[0].Rule != "learned" {
			t.Errorf("after: %+v", got)
		}
		show, err := desk.Show(ctx, w.head.session())
		must(t, err)
		if show.Of != int64(screen.FewestExamples+9) || show.Kinds[screening.VeiledThreat] != screen.FewestExamples+9 || show.Made == 0 {
			t.Errorf("%+v", show)
		}
		must(t, desk.Forget(ctx, w.head.session()))
		if got := desk.Screen(ctx, w.org, odd); got.Verdict != screening.Pass {
			t.Errorf("forgotten: %+v", got)
		}
		w.verifies()
	})
}

// plantReleased has somebody release letters, and the screening trained with them.
func plantReleased(t testing.TB, w *town, says map[string]string) {
	t.Helper()
	kim := w.newcomer("Kim Lärk", access.Elected)
	for i := range screen.FewestExamples {
		must(t, w.house.Screening.Release(t.Context(), kim.session(), fmt.Sprintf("brev%d", i), says["released words"], nil))
	}
	must(t, w.house.Screening.Train(t.Context(), w.head.session()))
}
