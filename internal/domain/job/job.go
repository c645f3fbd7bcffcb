// Package job is work that is done after the transaction that made it necessary.
package job

import "varn/internal/kit/clock"

// Job (arbete) names what is to be done, by ids only: never content.
type Job struct {
	Org         string // empty: the whole instance
	ID          string // empty: made when it is enqueued
	Kind        string
	Args        map[string]string
	RunAt       clock.Stamp // zero: at once
	MaxAttempts int         // zero: DefaultAttempts
	Unique      string      // at most one waiting or running job of a kind and key
	Attempts    int
}

// DefaultAttempts is how often a job is tried before it becomes a dead letter.
const DefaultAttempts = 12
