package casework

import (
	"sync"
	"time"
)

// onePlay is how long pieces of an attachment belong to the opening before them.
const onePlay = 10 * time.Minute

// mostReadings is how many openings a node remembers; one that is forgotten is logged again.
const mostReadings = 1000

// reading is one person's reading of one attachment.
type reading struct{ org, person, item string }

// readings are the openings that were logged a short while ago.
type readings struct {
	mu    sync.Mutex
	begun map[reading]time.Time
}

// begin remembers an opening that is in the log.
func (r *readings) begin(one reading, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.begun == nil || len(r.begun) >= mostReadings {
		r.begun = map[reading]time.Time{}
	}
	r.begun[one] = now
}

// under tells whether an opening was logged less than ten minutes ago.
func (r *readings) under(one reading, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.begun[one]
	return ok && !now.Before(at) && now.Sub(at) < onePlay
}
