// Package clock is time as the store keeps it and as tests set it.
package clock

import (
	"sync"
	"time"
)

// Stamp is a moment in microseconds since 1970-01-01 UTC; zero is "never".
type Stamp int64

// Of turns a time into a Stamp; the zero time is "never".
func Of(t time.Time) Stamp {
	if t.IsZero() {
		return 0
	}
	return Stamp(t.UnixMicro())
}

// Time gives the moment in UTC; "never" is the zero time.
func (s Stamp) Time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(s)).UTC()
}

// Add moves a stamp by a duration.
func (s Stamp) Add(d time.Duration) Stamp { return s + Stamp(d/time.Microsecond) }

// Minute is the stamp cut to the whole minute: report times are kept no finer.
func (s Stamp) Minute() Stamp { return s - s%Stamp(time.Minute/time.Microsecond) }

// Hour is the stamp cut to the whole hour, as the log keeps it.
func (s Stamp) Hour() Stamp { return s - s%Stamp(time.Hour/time.Microsecond) }

// Clock tells the time; tests bring their own.
type Clock interface{ Now() time.Time }

// System is the machine's clock.
type System struct{}

// Now is the wall time with its monotonic reading.
func (System) Now() time.Time { return time.Now() }

// Fixed is a clock that stands still until it is moved.
type Fixed struct {
	mu sync.Mutex
	t  time.Time
}

// At makes a clock that stands at t.
func At(t time.Time) *Fixed { return &Fixed{t: t} }

// Now is the time it stands at.
func (f *Fixed) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.t
}

// Move lets time pass.
func (f *Fixed) Move(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.t = f.t.Add(d)
}
