package demo

import (
	"sync"
	"time"
)

// Clock is the machine's clock, set back while Exempelstad's two years are told.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now is the time in Exempelstad.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// ago sets the clock to so long before the present.
func (c *Clock) ago(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = -d
}
