package mailroom

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"varn/internal/domain/audit"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Bounds of the queue.
const (
	queueLease = 15 * time.Minute // longer than one handing over can take
	queueLook  = 2 * time.Second
	perTarget  = 10 // letters to one destination at once
	atOnce     = 20 // letters in all
)

// Queue sends what is due, on any number of nodes, until it is told to stop.
type Queue struct {
	Desk *Desk
	Log  *slog.Logger

	wake chan struct{}
	once sync.Once

	mu   sync.Mutex
	busy map[string]int
}

func (q *Queue) prepare() {
	q.once.Do(func() {
		q.wake, q.busy = make(chan struct{}, 1), map[string]int{}
		if q.Log == nil {
			q.Log = slog.New(slog.DiscardHandler)
		}
	})
}

// Wake makes the queue look at once.
func (q *Queue) Wake() {
	q.prepare()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Run sends until ctx ends, and lets what is being handed over come to its end.
func (q *Queue) Run(ctx context.Context) {
	q.prepare()
	owner := ident.New()
	places := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	defer running.Wait()
	tick := time.NewTicker(queueLook)
	defer tick.Stop()
	for ctx.Err() == nil {
		if q.look(ctx, owner, places, &running) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-q.wake:
		case <-tick.C:
		}
	}
}

// Prepare gives back at a start what a kill has left leased. Where other nodes may be running, a lease is left to run out.
func (d *Desk) Prepare(ctx context.Context) error {
	if d.DB.Engine() != "sqlite" {
		return nil
	}
	for _, org := range d.Ring.Orgs() {
		if err := d.DB.Org(org).Write(ctx, func(tx *store.Tx) error { return tx.FreeMail(d.now()) }); err != nil {
			return err
		}
	}
	return nil
}

// look claims what is due and begins to send it; it tells whether there may be more.
func (q *Queue) look(ctx context.Context, owner string, places chan struct{}, running *sync.WaitGroup) bool {
	more := false
	for _, org := range q.Desk.Ring.Orgs() {
		free := cap(places) - len(places)
		if free == 0 {
			return false // one that ends wakes us
		}
		k, err := q.Desk.Ring.Org(org)
		if err != nil {
			continue
		}
		due, err := q.Desk.DB.Org(org).ClaimMail(ctx, owner, free, queueLease, q.full())
		if err != nil {
			if ctx.Err() == nil {
				q.Log.Error("the queue could not be read", "class", fault.Of(err).Code)
			}
			continue
		}
		for _, e := range due {
			if !q.begin(e.DestTag) { // of one batch, more than its destination bears
				err := q.Desk.write(ctx, k, func(tx *store.Tx) error { return tx.MailRelease(e, q.Desk.now()) })
				if err != nil && ctx.Err() == nil {
					q.Log.Error("an entry could not be given back", "class", fault.Of(err).Code)
				}
				continue
			}
			places <- struct{}{}
			running.Go(func() {
				defer func() {
					<-places
					q.end(e.DestTag)
					q.Wake()
				}()
				if err := q.Desk.deliver(ctx, k, e); err != nil && ctx.Err() == nil {
					q.Log.Error("the end of a delivery could not be noted", "class", fault.Of(err).Code)
				}
			})
		}
		more = more || len(due) == free && len(due) > 0
	}
	return more
}

func (q *Queue) begin(tag string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy[tag] >= perTarget {
		return false
	}
	q.busy[tag]++
	return true
}

func (q *Queue) end(tag string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy[tag]--; q.busy[tag] == 0 {
		delete(q.busy, tag)
	}
}

// full are the destinations that have as much as they bear.
func (q *Queue) full() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	var out []string
	for tag, n := range q.busy {
		if n >= perTarget {
			out = append(out, tag)
		}
	}
	return out
}

// deliver hands one entry over and notes what came of it. Killed between the two, it is handed over once more: a
// letter comes twice rather than never.
func (d *Desk) deliver(ctx context.Context, k *keyring.Keys, e mailbox.Entry) error {
	v, err := e.Envelope(k)
	if err != nil {
		return d.later(ctx, k, e, "tampered")
	}
	if e.Expires <= d.now() {
		return d.giveUp(ctx, k, e, v, e.Class)
	}
	raw, err := d.written(ctx, k, e, v)
	if err != nil {
		return d.later(ctx, k, e, "unwritten")
	}
	err = d.Post.Send(ctx, v.From, v.To, raw, v.UTF8)
	if err == nil {
		return d.delivered(context.WithoutCancel(ctx), k, e)
	}
	var refused interface{ Permanent() bool }
	if errors.As(err, &refused) && refused.Permanent() {
		return d.giveUp(ctx, k, e, v, err.Error())
	}
	if ctx.Err() != nil { // we are stopping: it is nobody's failure
		return d.write(context.WithoutCancel(ctx), k, func(tx *store.Tx) error { return tx.MailRelease(e, d.now()) })
	}
	return d.later(ctx, k, e, err.Error())
}

// delivered takes the entry and its wrap away.
func (d *Desk) delivered(ctx context.Context, k *keyring.Keys, e mailbox.Entry) error {
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.MailDone(e); err != nil {
			return err
		}
		if e.Letter != "" {
			if err := tx.SentLetter(e.Letter, d.now()); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Act: "letter." + string(e.Load) + "-sent"})
	})
}

// later gives an entry a pause that grows.
func (d *Desk) later(ctx context.Context, k *keyring.Keys, e mailbox.Entry, class string) error {
	at := d.now().Add(mailbox.Pause(e.Attempts+1, rand.Float64()))
	return d.write(context.WithoutCancel(ctx), k, func(tx *store.Tx) error { return tx.MailLater(e, at, class) })
}

// written is the letter as it leaves.
func (d *Desk) written(ctx context.Context, k *keyring.Keys, e mailbox.Entry, v mailbox.Envelope) ([]byte, error) {
	raw, from := v.Raw, ""
	if e.Mailbox != "" {
		m, err := d.vouched(ctx, k, e.Mailbox)
		if err != nil {
			return nil, err
		}
		card, err := m.Card(k)
		if err != nil {
			return nil, err
		}
		from = card.Address
		if e.Load == mailbox.Forwarding {
			return d.forwarded(ctx, k, e, v, card)
		}
	}
	if raw == nil {
		var err error
		if raw, _, err = d.opened(ctx, k, e.Letter, v.Key); err != nil {
			return nil, err
		}
	}
	_, domain := mailbox.Split(from)
	if domain == "" {
		domain = d.Domains[0]
	}
	return d.signed(ctx, k, domain, raw, nil)
}

// forwarded rewrites a letter for its owner's own mailbox, signs it and seals the chain of those who checked it.
func (d *Desk) forwarded(ctx context.Context, k *keyring.Keys, e mailbox.Entry, v mailbox.Envelope, card mailbox.Card) ([]byte, error) {
	raw, head, err := d.opened(ctx, k, e.Letter, v.Key)
	if err != nil {
		return nil, err
	}
	var results mailauth.Results
	if err := json.Unmarshal(head.Results, &results); err != nil {
		return nil, err
	}
	who := head.FromName
	if who == "" {
		who = head.From
	} else if head.From != "" {
		who += " (" + head.From + ")"
	}
	_, domain := mailbox.Split(card.Address)
	out, err := letter.Forward(raw, letter.Forwarding{From: letter.Address{Name: who, Address: card.Address}, To: letter.Address{Name: card.Name, Address: card.Address},
		ReplyTo: v.Reply, Host: d.Host, Date: d.Clock.Now(), MessageID: e.ID + "@" + domain, Footer: d.footer(v.Report), Lang: "sv"})
	if err != nil {
		return nil, err
	}
	return d.signed(ctx, k, domain, out, &results)
}

// footer is what stands under a forwarded letter: where it is reported. The link says nothing of the letter.
func (d *Desk) footer(secret string) string {
	return d.Texts.Say("sv", "letter.footer", d.Origin+"/anmal/brev/"+secret)
}

func (d *Desk) vouched(ctx context.Context, k *keyring.Keys, id string) (m mailbox.Mailbox, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		m, err = tx.VouchedMailbox(k, id)
		return err
	})
	return m, err
}

// opened opens a letter with the data key that its entry carries.
func (d *Desk) opened(ctx context.Context, k *keyring.Keys, letterID string, key []byte) ([]byte, mailbox.Head, error) {
	data, err := seal.KeyFrom(key)
	if err != nil {
		return nil, mailbox.Head{}, err
	}
	var l mailbox.Letter
	var body seal.Box
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if l, err = tx.Letter(letterID); err != nil {
			return err
		}
		body, err = tx.LetterBody(letterID)
		return err
	}); err != nil {
		return nil, mailbox.Head{}, err
	}
	head, err := headOf(l, data)
	if err != nil {
		return nil, head, err
	}
	raw, err := d.raw(ctx, l, body, data, head)
	return raw, head, err
}

// giveUp takes an entry away that can't be delivered, and tells who ought to know: the owner of the mailbox, in
// whose reader the letter stands all the same. Of an answer the thread gets a letter of our own that says so; nothing
// of what the other server wrote is in it.
func (d *Desk) giveUp(ctx context.Context, k *keyring.Keys, e mailbox.Entry, v mailbox.Envelope, class string) error {
	ctx = context.WithoutCancel(ctx)
	if e.Mailbox == "" {
		return d.write(ctx, k, func(tx *store.Tx) error {
			if err := tx.MailDone(e); err != nil {
				return err
			}
			return tx.Log(audit.Entry{Act: "letter.failed"})
		})
	}
	var r readers
	var l mailbox.Letter
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		m, err := tx.VouchedMailbox(k, e.Mailbox)
		if err != nil {
			return err
		}
		if l, err = tx.Letter(e.Letter); err != nil {
			return err
		}
		r, err = readersOf(tx, k, m, d.now())
		return err
	}); err != nil {
		return err
	}
	kind := "letter.unforwarded"
	enter := func(*store.Tx) (audit.Row, error) { return audit.Row{}, nil }
	if e.Load == mailbox.Answering {
		kind = "letter.undelivered"
		s, err := d.failed(ctx, k, r, l, v, class)
		if err != nil {
			return err
		}
		enter = func(tx *store.Tx) (audit.Row, error) { return s.row.Row(), d.enter(tx, s) }
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.MailDone(e); err != nil {
			return err
		}
		row, err := enter(tx)
		if err != nil {
			return err
		}
		for _, id := range append([]string{l.Author}, r.tell...) {
			if err := d.tell(tx, id, kind, l.Thread, false); err != nil {
				return err
			}
		}
		entry := audit.Entry{Act: kind, Authority: r.box.Authority, Case: l.Thread}
		if row.ID != "" {
			entry.Rows = []audit.Row{row}
		}
		return tx.Log(entry)
	})
}

// failed is our own letter about an answer that could not be delivered.
func (d *Desk) failed(ctx context.Context, k *keyring.Keys, r readers, l mailbox.Letter, v mailbox.Envelope, class string) (sealedLetter, error) {
	card, err := r.box.Card(k)
	if err != nil {
		return sealedLetter{}, err
	}
	original, head, err := d.opened(ctx, k, l.ID, v.Key)
	if err != nil {
		return sealedLetter{}, err
	}
	id := ident.New()
	from := letter.Address{Name: d.Texts.Say("sv", "letter.daemon"), Address: "mailer-daemon@" + d.ownDomain()}
	subject := d.Texts.Say("sv", "letter.failed-subject", head.Subject)
	raw := letter.Bounce(letter.Failure{Host: d.Host, From: from, To: letter.Address{Name: card.Name, Address: card.Address}, Recipient: v.To,
		Status: statusOf(class), Subject: subject, Text: d.Texts.Say("sv", "letter.failed", v.To), Lang: "sv", Date: d.Clock.Now(),
		MessageID: id + "@" + d.ownDomain(), Original: original})
	return d.close(ctx, k, r, mailbox.Letter{ID: id, Thread: l.Thread, Direction: mailbox.In, Sort: mailbox.Bounce, Verdict: mailbox.Pass, Auto: true, Received: d.now().Minute()},
		mailbox.Head{From: from.Address, FromName: from.Name, To: card.Address, Subject: subject}, raw)
}

// statusOf is the class of a failure as RFC 3463 writes it.
func statusOf(class string) string {
	switch {
	case len(class) > 4 && class[len(class)-4:] == "_550":
		return "5.1.1"
	case class == "no_domain":
		return "5.1.2"
	case class == "takes_no_mail":
		return "5.1.10"
	}
	return "5.4.7"
}
