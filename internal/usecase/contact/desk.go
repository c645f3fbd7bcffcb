// Package contact takes what citizens write in the contact form: seals and screens it at once, has its sender
// confirm it by mail, and hands it on to become letters.
package contact

import (
	"context"
	"encoding/json"
	"net/netip"
	"time"

	"varn/internal/domain/contact"
	"varn/internal/domain/screening"
	"varn/internal/infra/mail"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/locale"
	"varn/internal/kit/network"
)

// Desk does the acts of this package.
type Desk struct {
	DB     *store.DB
	Ring   *keyring.Ring
	Clock  clock.Clock
	Mail   *mail.Sender
	Texts  *locale.Texts
	Origin string
	// Listed tells of an organisation whether words are among what is kept, blind, of protected persons; nil: nobody asks.
	Listed func(ctx context.Context, org string) func(words string) bool
	// Screen screens with the weights of an organisation; nil: with those that came with the program.
	Screen func(ctx context.Context, org string, in screening.Input) screening.Result
	// Demo shows the link on the page, since a demo mails nobody; never set outside it.
	Demo bool
}

func (d *Desk) now() clock.Stamp { return clock.Of(d.Clock.Now()) }

func (d *Desk) read(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Read(ctx, fn)
}

func (d *Desk) write(ctx context.Context, k *keyring.Keys, fn func(*store.Tx) error) error {
	return d.DB.Org(k.Org).Write(ctx, fn)
}

// How much one sender may write. A message with work done for it costs one, without it eight of the hour's
// forty: a household writes five an hour without script, and forty with. To one address goes a bounded number
// of links a day, whoever asks for them: nobody can have us write to a stranger without end.
const (
	hourly       = 40
	priceWork    = 1
	pricePlain   = 8
	dailyAddress = 6
	window       = time.Hour
	day          = 24 * time.Hour
)

// gate counts what is done in a window. The bucket's name is a tag that changes with every window.
type gate struct {
	bucket string
	price  int64
	most   int64
	since  clock.Stamp
	now    clock.Stamp
}

func (d *Desk) gate(k *keyring.Keys, kind, who string, price, most int64, length time.Duration) gate {
	now := d.now()
	at := now - now%clock.Stamp(length/time.Microsecond)
	return gate{k.For(keyring.Rates).Tag(kind, who+" "+at.Time().UTC().Format(time.RFC3339)), price, most, now.Add(-2 * length), now}
}

func (d *Desk) gates(k *keyring.Keys, from netip.Addr, address string, worked bool) []gate {
	price := int64(pricePlain)
	if worked {
		price = priceWork
	}
	return []gate{d.gate(k, "contact", network.Of(from), price, hourly, window), d.gate(k, "contact address", address, 1, dailyAddress, day)}
}

func busy() error { return fault.New(fault.Busy, "contact_write.busy") }

// ask refuses when the window is full, before anything costly is done; count counts in the transaction.
func (g gate) ask(tx *store.Tx) error {
	n, err := tx.Counted(g.bucket, g.since)
	if err == nil && n+g.price > g.most {
		err = busy()
	}
	return err
}

func (g gate) count(tx *store.Tx) error {
	n, err := tx.Count(g.bucket, g.price, g.since, g.now)
	if err == nil && n > g.most {
		err = busy()
	}
	return err
}

// account is how the organisation's mail server is reached, and whether it is set.
func (d *Desk) account(tx *store.Tx, k *keyring.Keys) (mail.Account, bool, error) {
	row, err := tx.Setting("mail")
	if fault.Is(err, fault.NotFound) {
		return mail.Account{}, false, nil
	}
	if err != nil {
		return mail.Account{}, false, err
	}
	raw, err := k.For(keyring.Settings).OpenPadded(row.Sealed, row.AD())
	if err != nil {
		return mail.Account{}, false, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	var v struct {
		Host     string `json:"host"`
		Port     int    `json:"port"`
		Security string `json:"security"`
		User     string `json:"user"`
		From     string `json:"from"`
		FromName string `json:"from_name"`
		Password string `json:"password"`
	}
	err = json.Unmarshal(raw, &v)
	return mail.Account{Host: v.Host, Port: v.Port, Security: mail.Security(v.Security), User: v.User, Password: v.Password, From: v.From, FromName: v.FromName}, err == nil, err
}

// Open tells whether the form can be used: without a way to mail the link nothing could be confirmed.
func (d *Desk) Open(ctx context.Context, org string) (open bool, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return false, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		_, open, err = d.account(tx, k)
		return err
	})
	return open || d.Demo, err
}

// kept is how long an unconfirmed form is kept.
const kept = contact.KeptDays * 24 * time.Hour
