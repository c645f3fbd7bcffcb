package scenario

import (
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
)

// TestATaskIsFinishedWithoutOpeningItsCase: pressing "Klar" shows nobody anything, so it is no opening;
// the newest of several tasks, and of one task's own lines, is the one that stands.
func TestATaskIsFinishedWithoutOpeningItsCase(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx, cases, s := t.Context(), w.house.Cases, w.head.session()
		ref := w.head.opens("Ärende", "text")
		first, err := cases.PutTask(ctx, s, ref, "", casefile.Task{Title: "Ring", Owner: w.head.id})
		must(t, err)
		_, err = cases.PutTask(ctx, s, ref, first, casefile.Task{Title: "Ring polisen", Owner: w.head.id})
		must(t, err)
		second, err := cases.PutTask(ctx, s, ref, "", casefile.Task{Title: "Se över larmet", Owner: w.head.id})
		must(t, err)
		opened := w.logged("case.open")
		must(t, cases.FinishTask(ctx, s, ref, first))
		if err := cases.FinishTask(ctx, s, ref, first); !fault.Is(err, fault.Conflict) {
			t.Errorf("finished twice: %v", err)
		}
		if err := cases.FinishTask(ctx, w.newcomer("Ulla Utanför", access.CaseOfficer).session(), ref, second); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody outside finishes it: %v", err)
		}
		if n := w.logged("case.open"); n != opened {
			t.Errorf("%d openings are in the log for it", n-opened)
		}
		got, err := w.head.reads(ref)
		must(t, err)
		tasks := got.Tasks()
		if len(tasks) != 2 || tasks[0].Title != "Ring polisen" || tasks[0].Done == 0 || tasks[0].DoneBy != w.head.id || tasks[1].Done != 0 {
			t.Errorf("%+v", tasks)
		}
		w.verifies()
	})
}
