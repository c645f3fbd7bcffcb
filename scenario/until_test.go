package scenario

import "time"

// until waits for what a worker that runs does. The clock goes on meanwhile, so that what failed is
// tried again; the limit only ends a story that would hang.
func (w *town) until(what string, there func() bool) {
	w.t.Helper()
	for limit := time.Now().Add(2 * time.Minute); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			w.t.Fatalf("%s did not come", what)
		}
		w.clock.Move(100 * time.Millisecond)
	}
}
