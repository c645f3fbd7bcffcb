package store

import (
	"context"
	"sync"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// OnceTaken is the code of the Conflict that a write ends with when its idempotency key is kept
// already: it was done before, and nothing of it is done again.
const OnceTaken = "once.taken"

// Once is an idempotency key on its way into the transaction of the write that it is for. That is
// the first transaction made under its context that leaves an entry in the log; a write before it
// that only counts or reserves is not what the key stands for.
type Once struct {
	org   string
	key   seal.Once
	until clock.Stamp
	body  []byte

	mu     sync.Mutex
	answer []byte
	sealed seal.Box
	kept   bool
}

type onceKey struct{}

// NewOnce is the row of a key with a request's body, kept until a moment.
func NewOnce(org string, key seal.Once, body []byte, until clock.Stamp) *Once {
	return &Once{org: org, key: key, until: until, body: key.Body(body), sealed: key.Seal(nil)}
}

// WithOnce lets the decisive write made under the context happen one time only.
func WithOnce(ctx context.Context, o *Once) context.Context {
	return context.WithValue(ctx, onceKey{}, o)
}

// Declare says what the write that follows will answer, so that the answer is kept by the same
// commit. Without a key in the context it does nothing. It is sealed here, outside the writer.
func Declare(ctx context.Context, answer string) {
	if o, ok := ctx.Value(onceKey{}).(*Once); ok {
		o.mu.Lock()
		o.answer, o.sealed = []byte(answer), o.key.Seal([]byte(answer))
		o.mu.Unlock()
	}
}

// Kept tells whether the row is committed, and with which answer.
func (o *Once) Kept() (answer []byte, kept bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.answer, o.kept
}

// row is the row as it is kept.
func (o *Once) row() Answer {
	o.mu.Lock()
	defer o.mu.Unlock()
	return Answer{ID: o.key.ID(), Body: o.body, Answer: o.sealed, Expires: o.until}
}

// once puts the context's key into the transaction that fn makes, if it is the decisive one.
func (o Org) once(ctx context.Context, fn func(*Tx) error) func(*Tx) error {
	key, ok := ctx.Value(onceKey{}).(*Once)
	if !ok || key.org != o.id {
		return fn
	}
	if _, kept := key.Kept(); kept {
		return fn
	}
	row := key.row()
	return func(t *Tx) error {
		if err := fn(t); err != nil || len(t.entries) == 0 {
			return err
		}
		err := t.later(notTaken, `INSERT INTO idempotency (org, id, body, answer, expires) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (org, id) DO UPDATE SET body = excluded.body, answer = excluded.answer, expires = excluded.expires
			WHERE idempotency.expires <= $6`, row.ID, row.Body, row.Answer, row.Expires, t.Now())
		if err != nil {
			return err
		}
		t.After(func() {
			key.mu.Lock()
			key.kept = true
			key.mu.Unlock()
		})
		return nil
	}
}

func notTaken(rows int64) error {
	if rows == 0 {
		return fault.New(fault.Conflict, OnceTaken)
	}
	return nil
}

// SetAnswer replaces a kept answer by the one that was given.
func (t *Tx) SetAnswer(id string, answer seal.Box) error {
	_, err := t.Exec(`UPDATE idempotency SET answer = $3 WHERE org = $1 AND id = $2`, id, answer)
	return err
}
