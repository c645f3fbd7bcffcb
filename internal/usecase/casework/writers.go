package casework

import (
	"context"
	"sync"
)

// writers are the uploads that this process is receiving now. When a visitor comes back over a new
// connection while the old one still seems to live, the old one is stopped; writers of other
// processes are kept out by the lease in the row.
type writers struct {
	mu   sync.Mutex
	list map[string]*writing
}

type writing struct {
	stop func()
	done chan struct{}
}

// take makes the caller the upload's only writer in this process; true when it had to wait for
// another to end.
func (w *writers) take(ctx context.Context, id string, stop func()) (waited bool) {
	mine := &writing{stop: stop, done: make(chan struct{})}
	for {
		w.mu.Lock()
		if w.list == nil {
			w.list = map[string]*writing{}
		}
		other := w.list[id]
		if other == nil {
			w.list[id] = mine
			w.mu.Unlock()
			return waited
		}
		w.mu.Unlock()
		waited = true
		if other.stop != nil {
			other.stop()
		}
		<-other.done
		if ctx.Err() != nil {
			continue // the body will say so; the turn must be taken in any case
		}
	}
}

// leave ends the caller's turn.
func (w *writers) leave(id string) {
	w.mu.Lock()
	mine := w.list[id]
	delete(w.list, id)
	w.mu.Unlock()
	if mine != nil {
		close(mine.done)
	}
}

// stop ends the writing of an upload and waits for it.
func (w *writers) stop(id string) {
	w.mu.Lock()
	other := w.list[id]
	w.mu.Unlock()
	if other == nil {
		return
	}
	if other.stop != nil {
		other.stop()
	}
	<-other.done
}
