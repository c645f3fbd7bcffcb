package job

import (
	"strings"
	"testing"
	"time"

	"varn/internal/kit/clock"
)

func TestOnlyTokensAreArguments(t *testing.T) {
	t.Parallel()
	if err := (Job{Kind: "notice.send", Args: map[string]string{"case": "0123456789abcdefghjkmnpqrs"}}).Check(); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"en berättelse", "asha@example.se", strings.Repeat("a", 65), "a\nb"} {
		if (Job{Kind: "k", Args: map[string]string{"x": text}}).Check() == nil {
			t.Errorf("%q was taken", text)
		}
		if (Job{Kind: "k", Unique: text}).Check() == nil || (Job{Kind: text}).Check() == nil {
			t.Errorf("%q was taken as key or kind", text)
		}
		if Class(text) != "internal" {
			t.Errorf("%q was taken as a class", text)
		}
	}
}

func TestPausesGrowToABound(t *testing.T) {
	t.Parallel()
	last := time.Duration(0)
	for attempt := 1; attempt < 40; attempt++ {
		low, high := Pause(attempt, 0), Pause(attempt, 1)
		if low < last/2 || high > lastPause || high < low {
			t.Fatalf("attempt %d: %v to %v after %v", attempt, low, high, last)
		}
		last = high
	}
	if Pause(1, 1) != firstPause || last != lastPause {
		t.Fatal("ends")
	}
}

func TestPeriodsFollowTheClock(t *testing.T) {
	t.Parallel()
	s := Schedule{Kind: "backup", Every: time.Hour}
	at := clock.Of(time.Date(2026, 3, 1, 10, 59, 59, 0, time.UTC))
	if s.Period(at.Add(time.Second)) != s.Period(at)+1 || s.Period(at.Add(-time.Minute)) != s.Period(at) {
		t.Fatal("period")
	}
}
