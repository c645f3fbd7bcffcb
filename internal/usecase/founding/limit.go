package founding

import (
	"context"
	"time"

	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// The limit of tries to confirm with the custodians' codes.
const (
	window  = 15 * time.Minute
	mostTry = 20
)

// admit counts a try; the count lies in the database, so that a restart does not forget it.
func (d *Desk) admit(ctx context.Context, org string) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	var tries int64
	now := clock.Of(d.Clock.Now())
	err = d.DB.Org(org).Write(ctx, func(tx *store.Tx) error {
		var err error
		tries, err = tx.Count(k.For(keyring.Rates).Tag("custodians", org), 1, now.Add(-window), now)
		return err
	})
	if err == nil && tries > mostTry {
		return tooMany()
	}
	return err
}

func tooMany() error {
	return &fault.Error{Kind: fault.Busy, Code: "signin.too-many", RetryAfter: int(window / time.Second)}
}
