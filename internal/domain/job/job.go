// Package job is work that is done after the transaction that made it necessary.
package job

import (
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Job (arbete) names what is to be done, by ids only: never content.
type Job struct {
	Org         string // empty: the whole instance
	ID          string // empty: made when it is enqueued
	Kind        string
	Args        map[string]string
	RunAt       clock.Stamp // zero: at once
	MaxAttempts int         // zero: DefaultAttempts
	Unique      string      // at most one waiting or running job of an organisation, kind and key

	Attempts   int    // tries begun, this one included
	Owner      string // who holds the lease
	ErrorClass string // of the last try that failed; never a message
	Created    clock.Stamp
}

// DefaultAttempts is how often a job is tried before it becomes a dead letter: about two days.
const DefaultAttempts = 14

// Check refuses a job whose arguments could hold content.
func (j Job) Check() error {
	if !token(j.Kind) || j.Kind == "" || j.MaxAttempts < 0 {
		return fault.Detailf("a job without a proper kind")
	}
	if !token(j.Unique) {
		return fault.Detailf("job %s: the unique key is no token", j.Kind)
	}
	for name, value := range j.Args {
		if !token(name) || !token(value) {
			return fault.Detailf("job %s: arguments are ids, not texts", j.Kind)
		}
	}
	return nil
}

// maxToken bounds a token: room for two ids and a separator.
const maxToken = 64

// token tells whether s is an id, a number or a name: nothing that a person would write.
func token(s string) bool {
	if len(s) > maxToken {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '_', c == '.', c == ':', c == '/', c == '-':
		default:
			return false
		}
	}
	return true
}

// Class makes the error class that is kept: anything but a short token becomes "internal".
func Class(s string) string {
	if s == "" || !token(s) {
		return "internal"
	}
	return s
}

// The pause after a failed try grows from the first to the last.
const (
	firstPause = 10 * time.Second
	lastPause  = 6 * time.Hour
)

// Pause is the wait after a failed try: twice as long each time, and spread by chance, a number
// from 0 to 1, so that what failed together does not come back together.
func Pause(attempt int, chance float64) time.Duration {
	pause := lastPause
	if attempt < 16 {
		pause = min(lastPause, firstPause<<max(attempt-1, 0))
	}
	return pause/2 + time.Duration(chance*float64(pause/2))
}

// Schedule makes one job in every period, whatever the number of nodes.
type Schedule struct {
	Kind  string
	Org   string // empty: the whole instance
	Every time.Duration
}

// Period is the number of the period that a moment lies in.
func (s Schedule) Period(at clock.Stamp) int64 { return int64(at) / s.Every.Microseconds() }

// ID names the schedule.
func (s Schedule) ID() string { return s.Kind + "/" + s.Org }
