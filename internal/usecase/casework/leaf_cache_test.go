package casework

import (
	"testing"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// TestAnOpenedLeafIsForgotten: after a destruction, after its time, when the clock is set back, and
// when it is another organisation's.
func TestAnOpenedLeafIsForgotten(t *testing.T) {
	t.Parallel()
	start := clock.Of(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	key := seal.NewKey()
	box := key.Seal([]byte("x"), seal.Bind("x"))
	for name, c := range map[string]struct {
		org        string
		generation int64
		leaf       int64
		at         clock.Stamp
		held       bool
	}{
		"at once":             {"a", 3, 7, start, true},
		"just before its end": {"a", 3, 7, start.Add(leavesFor - time.Second), true},
		"another leaf":        {"a", 3, 8, start, false},
		"another house":       {"b", 3, 7, start, false},
		"after a destruction": {"a", 4, 7, start, false},
		"an older database":   {"a", 2, 7, start, false},
		"after its time":      {"a", 3, 7, start.Add(leavesFor), false},
		"a clock set back":    {"a", 3, 7, start.Add(-time.Second), false},
	} {
		var cache leafCache
		cache.put("a", 3, 7, key, start)
		got, held := cache.get(c.org, c.generation, c.leaf, c.at)
		if held != c.held {
			t.Errorf("%s: held %v", name, held)
		}
		if held {
			if _, err := got.Open(box, seal.Bind("x")); err != nil {
				t.Errorf("%s: another key: %v", name, err)
			}
		}
	}
	var cache leafCache
	for n := range int64(leavesMost + 1) {
		cache.put("a", 1, n, key, start)
	}
	if n := len(cache.list["a"].keys); n != 1 {
		t.Errorf("%d leaves are held", n)
	}
	cache.forget(start.Add(leavesFor))
	if len(cache.list) != 0 {
		t.Error("what is old was kept")
	}
}
