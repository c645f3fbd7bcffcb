package casefile

import (
	"testing"
	"time"

	"varn/internal/kit/clock"
)

// TestWhatIsDueWithoutDelayComesFirst: the notice of AML 3:3 a is to be seen to from when it was set,
// though its alarm goes after the first assessment's.
func TestWhatIsDueWithoutDelayComesFirst(t *testing.T) {
	t.Parallel()
	now := clock.Of(time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC))
	assess := Deadline{Kind: string(AssessDue), Due: now.Add(AssessWithin)}
	notice := Deadline{Kind: string(NoticeDue), Due: now.Add(NoticeWithin)}
	if got := Nearest([]Deadline{assess, notice}); got != now {
		t.Errorf("it is to be seen to at %v", got.Time())
	}
	notice.Done = now
	if got := Nearest([]Deadline{assess, notice}); got != assess.Due {
		t.Errorf("after the answer at %v", got.Time())
	}
	if got := Nearest([]Deadline{notice, {Kind: string(TaskDue), Due: Someday}}); got != 0 {
		t.Errorf("nothing is left, and it is to be seen to at %v", got.Time())
	}
}
