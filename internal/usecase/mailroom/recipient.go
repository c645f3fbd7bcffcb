package mailroom

import (
	"context"
	"strings"

	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// The local parts before the token of the addresses that Värn makes itself.
const (
	replyPart  = "svar+"  // an answer by mail, to one thread
	returnPart = "retur+" // what could not be delivered of an answer
	strayPart  = "studs+" // what could not be forwarded
)

// Purpose is what an address of ours is for.
type Purpose string

// The purposes.
const (
	ToMailbox Purpose = "mailbox"
	ToReply   Purpose = "reply"
	ToReturn  Purpose = "return"
	ToStray   Purpose = "stray"
	ToReport  Purpose = "report"
)

// Recipient is one address that mail is taken for.
type Recipient struct {
	Org     string
	Address string
	Purpose Purpose
	Mailbox string // id
	Token   string
}

// Recipient finds what an address is. Faults: mail.relay (a domain that is not ours), mail.unknown, and
// mail.moved with where to turn in its detail.
func (d *Desk) Recipient(ctx context.Context, address string) (Recipient, error) {
	normal, err := mailbox.Normal(address)
	if err != nil {
		return Recipient{}, fault.New(fault.Invalid, "mail.address")
	}
	local, domain := mailbox.Split(normal)
	if !d.ours(domain) {
		return Recipient{}, fault.New(fault.Denied, "mail.relay")
	}
	for _, org := range d.Ring.Orgs() {
		k, err := d.Ring.Org(org)
		if err != nil {
			return Recipient{}, err
		}
		r, err := d.recipient(ctx, k, normal, local, domain)
		if !fault.Is(err, fault.NotFound) {
			return r, err
		}
	}
	return Recipient{}, fault.New(fault.NotFound, "mail.unknown")
}

func (d *Desk) recipient(ctx context.Context, k *keyring.Keys, normal, local, domain string) (Recipient, error) {
	for part, purpose := range map[string]Purpose{replyPart: ToReply, returnPart: ToReturn, strayPart: ToStray} {
		if token, ok := strings.CutPrefix(local, part); ok {
			return d.byToken(ctx, k, Recipient{Org: k.Org, Address: normal, Purpose: purpose, Token: token})
		}
	}
	if local == intakePart {
		return Recipient{Org: k.Org, Address: normal, Purpose: ToReport}, nil
	}
	m, err := d.mailboxAt(ctx, k, normal)
	if base, _, plus := strings.Cut(local, "+"); plus && fault.Is(err, fault.NotFound) {
		m, err = d.mailboxAt(ctx, k, base+"@"+domain)
	}
	switch {
	case err != nil:
		return Recipient{}, err
	case m.Points(d.now()):
		card, err := m.Card(k)
		if err != nil {
			return Recipient{}, err
		}
		return Recipient{}, fault.New(fault.Invalid, "mail.moved", card.Pointer)
	case !m.Takes():
		return Recipient{}, fault.New(fault.NotFound, "mail.unknown")
	}
	return Recipient{Org: k.Org, Address: normal, Purpose: ToMailbox, Mailbox: m.ID}, nil
}

func (d *Desk) mailboxAt(ctx context.Context, k *keyring.Keys, address string) (m mailbox.Mailbox, err error) {
	tag, err := mailbox.Tag(k, address)
	if err != nil {
		return m, err
	}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		m, err = tx.VouchedMailboxAt(k, tag)
		return err
	})
	return m, err
}

// byToken finds the mailbox of a one-thread address; one that never was and one whose time is out are
// the same answer.
func (d *Desk) byToken(ctx context.Context, k *keyring.Keys, r Recipient) (Recipient, error) {
	row, err := d.reply(ctx, k, r)
	r.Mailbox = row.Mailbox
	return r, err
}

func (d *Desk) reply(ctx context.Context, k *keyring.Keys, r Recipient) (row mailbox.Reply, err error) {
	token := r.Token
	if r.Purpose == ToReturn {
		token = string(ToReturn) + " " + token
	}
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		row, err = tx.Reply(mailbox.ReplyTag(k, token), d.now())
		return err
	})
	return row, err
}

// tokenAddress is a one-thread address.
func (d *Desk) tokenAddress(part string, k *keyring.Keys, threadID string) string {
	return part + mailbox.ReplyToken(k, threadID) + "@" + d.ownDomain()
}
