package mailroom

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Waiting is the outgoing queue as the operator sees it: no sender, no receiver, no content.
type Waiting struct {
	Count  store.QueueCount
	Shown  []WaitingLetter
	Beyond bool // there are more than are shown
}

// WaitingLetter is one entry.
type WaitingLetter struct {
	ID       string
	Load     mailbox.Load
	Domain   string // of the receiver; of a forwarded letter it is left out, since it tells of a private mailbox
	Attempts int64
	Created  clock.Stamp
	Next     clock.Stamp
	Expires  clock.Stamp
	Class    string
	Sending  bool
}

const waitingShown = 200

func (d *Desk) operator(s *access.Session) (*keyring.Keys, error) {
	k, err := d.keys(s)
	if err == nil && !s.Has(access.Administrator) {
		err = fault.New(fault.Denied, "fault.denied")
	}
	return k, err
}

// ShowQueue (visa kön) gives what waits to leave.
func (d *Desk) ShowQueue(ctx context.Context, s *access.Session) (out Waiting, err error) {
	k, err := d.operator(s)
	if err != nil {
		return out, err
	}
	var all []mailbox.Entry
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if out.Count, err = tx.CountQueue(); err != nil {
			return err
		}
		all, err = tx.QueueEntries(waitingShown)
		return err
	}); err != nil {
		return out, err
	}
	out.Beyond = out.Count.Waiting > int64(len(all))
	for _, e := range all {
		one := WaitingLetter{ID: e.ID, Load: e.Load, Attempts: e.Attempts, Created: e.Created, Next: e.NextAt, Expires: e.Expires, Class: e.Class, Sending: e.Lease != ""}
		if e.Load != mailbox.Forwarding {
			v, err := e.Envelope(k)
			if err != nil {
				return out, err
			}
			_, one.Domain = mailbox.Split(v.To)
		}
		out.Shown = append(out.Shown, one)
	}
	return out, nil
}

// RetryLetter (försök nu) tries an entry at once.
func (d *Desk) RetryLetter(ctx context.Context, s *access.Session, id string) error {
	return d.nudge(ctx, s, id, "mail.retry", (*store.Tx).RetryMail)
}

// GiveUpLetter (ge upp) ends the tries for an entry. Whoever ought to know is told, as when its time is out.
func (d *Desk) GiveUpLetter(ctx context.Context, s *access.Session, id string) error {
	return d.nudge(ctx, s, id, "mail.give-up", (*store.Tx).ExpireMail)
}

func (d *Desk) nudge(ctx context.Context, s *access.Session, id, act string, how func(*store.Tx, string, clock.Stamp) error) error {
	k, err := d.operator(s)
	if err != nil {
		return err
	}
	if err := d.write(ctx, k, func(tx *store.Tx) error {
		if err := how(tx, id, d.now()); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: act})
	}); err != nil {
		return err
	}
	d.wake()
	return nil
}
