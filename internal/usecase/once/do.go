// Package once lets a write that is sent twice be done one time, and answers both the same.
package once

import (
	"bytes"
	"context"
	"time"

	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// kept is how long an answer is given again.
const kept = 24 * time.Hour

// Desk keeps the keys and answers.
type Desk struct {
	DB    *store.DB
	Ring  *keyring.Ring
	Clock clock.Clock
}

// Ask is a write as somebody asks for it. Scope is who sends it to which route; Key is theirs,
// empty when they have none; Body is all that they sent, so that the same key with another body
// is noticed.
type Ask struct {
	Org   string
	Scope string
	Key   string
	Body  []byte
}

// Do runs fn unless the key was used before, and gives fn's answer, or the kept one with replayed
// set. The key is committed together with what fn writes to the log: of two that are sent at the
// same time one is done. An answer that the use case has declared (store.Declare) is in the same
// commit; any other is kept right after it, and a replay between the two gives an empty answer.
//
// The key is asked for by the write itself, so that what is sent once costs no question before: a
// replay runs fn up to its write, which is refused. The same key with another body is Invalid,
// once.body. A use case that fails keeps nothing.
func (d *Desk) Do(ctx context.Context, a Ask, fn func(context.Context) ([]byte, error)) (answer []byte, replayed bool, err error) {
	if a.Key == "" {
		answer, err = fn(ctx)
		return answer, false, err
	}
	k, err := d.Ring.Org(a.Org)
	if err != nil {
		return nil, false, err
	}
	key, err := seal.NewOnce(k.For(keyring.Idempotency), a.Scope, a.Key)
	if err != nil {
		return nil, false, fault.New(fault.Invalid, "once.key")
	}
	row := store.NewOnce(a.Org, key, a.Body, clock.Of(d.Clock.Now().Add(kept)))
	answer, err = fn(store.WithOnce(ctx, row))
	if _, done := row.Kept(); !done {
		// Nothing was kept: it was done before, or it failed. Done before, it may fail in any way now.
		if old, was, e := d.again(ctx, a, key); was || e != nil {
			return old, was, e
		}
	}
	if declared, done := row.Kept(); err != nil || !done || bytes.Equal(declared, answer) {
		return answer, false, err
	}
	sealed := key.Seal(answer)
	return answer, false, d.DB.Org(a.Org).Write(ctx, func(tx *store.Tx) error { return tx.SetAnswer(key.ID(), sealed) })
}

// again looks for a kept answer.
func (d *Desk) again(ctx context.Context, a Ask, key seal.Once) ([]byte, bool, error) {
	var row store.Answer
	err := d.DB.Org(a.Org).Read(ctx, func(tx *store.Tx) (err error) {
		row, err = tx.Answer(key.ID(), clock.Of(d.Clock.Now()))
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if key.CheckBody(row.Body, a.Body) != nil {
		return nil, false, fault.New(fault.Invalid, "once.body")
	}
	answer, err := key.Open(row.Answer)
	return answer, err == nil, err
}
