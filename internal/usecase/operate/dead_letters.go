package operate

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/job"
	"varn/internal/infra/store"
)

// shownLetters is how many dead letters are listed at once.
const shownLetters = 100

// DeadLetters lists jobs that have failed for the last time, oldest first: kinds, times and
// error classes, never content.
func (d *Desk) DeadLetters(ctx context.Context, s *access.Session) (all []job.Job, err error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		all, err = tx.DeadLetters(shownLetters)
		return err
	})
	return all, err
}

// RetryLetter lets a dead job try again from the beginning.
func (d *Desk) RetryLetter(ctx context.Context, s *access.Session, id string) error {
	return d.letter(ctx, s, id, "job.retry", (*store.Tx).RetryDead)
}

// DiscardLetter removes a dead job for good.
func (d *Desk) DiscardLetter(ctx context.Context, s *access.Session, id string) error {
	return d.letter(ctx, s, id, "job.discard", (*store.Tx).DiscardDead)
}

func (d *Desk) letter(ctx context.Context, s *access.Session, id, act string, do func(*store.Tx, string) error) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := do(tx, id); err != nil {
			return err
		}
		return record(tx, k, s.Person, act)
	})
}
