package signin

import (
	"context"
	"net/netip"
	"time"

	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/network"
)

// The limits of tries. They lie in the database, so that neither a restart nor another node
// forgets them; buckets are named by tags, so that the table tells nobody's address. A success is
// given back, since a whole town hall may stand behind one address.
const (
	window         = 15 * time.Minute
	mostPerson     = 10   // failed tries against one name
	mostOrigin     = 100  // failed tries from one network
	mostCeremonies = 1000 // begun from one network; nothing can be guessed by beginning one
)

// admit counts a try against the name and the network it came from, before any costly work.
func (d *Desk) admit(ctx context.Context, k *keyring.Keys, name string, from netip.Addr) error {
	now := d.now()
	since := now.Add(-window)
	var byName, byOrigin int64
	err := d.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) error {
		var err error
		if byName, err = tx.Count(bucket(k, "name", name), 1, since, now); err != nil {
			return err
		}
		byOrigin, err = tx.Count(bucket(k, "origin", network.Of(from)), 1, since, now)
		return err
	})
	if err == nil && (byName > mostPerson || byOrigin > mostOrigin) {
		err = tooMany()
	}
	return err
}

// admitCeremony counts a ceremony that somebody begins.
func (d *Desk) admitCeremony(ctx context.Context, k *keyring.Keys, from netip.Addr) error {
	now := d.now()
	var begun int64
	err := d.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) (err error) {
		begun, err = tx.Count(bucket(k, "ceremony", network.Of(from)), 1, now.Add(-window), now)
		return err
	})
	if err == nil && begun > mostCeremonies {
		err = tooMany()
	}
	return err
}

func tooMany() error {
	return &fault.Error{Kind: fault.Busy, Code: "signin.too-many", RetryAfter: int(window / time.Second)}
}

// forgive forgets the tries against a name after a success, and gives this one back to the network.
func (d *Desk) forgive(tx *store.Tx, k *keyring.Keys, name string, from netip.Addr) error {
	now := d.now()
	if _, err := tx.Count(bucket(k, "origin", network.Of(from)), -1, now.Add(-window), now); err != nil {
		return err
	}
	return tx.ClearCount(bucket(k, "name", name))
}

func bucket(k *keyring.Keys, kind, value string) string {
	return k.For(keyring.Rates).Tag("sign-in "+kind, value)
}

// until is a moment a duration from now.
func (d *Desk) until(after time.Duration) clock.Stamp { return d.now().Add(after) }
