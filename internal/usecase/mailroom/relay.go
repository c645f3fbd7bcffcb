package mailroom

import (
	"context"
	"encoding/json"

	"varn/internal/domain/audit"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// forwards tells whether a mailbox's letters go on to its owner's own: the authority has decided to allow it, and
// the owner has chosen it.
func forwards(tx *store.Tx, k *keyring.Keys, m mailbox.Mailbox) (bool, error) {
	if m.Delivery != mailbox.Forward {
		return false, nil
	}
	return allowed(tx, k, m.Authority)
}

// allowed tells whether an authority lets letters be forwarded.
func allowed(tx *store.Tx, k *keyring.Keys, authority string) (bool, error) {
	all, err := tx.VouchedRulings(k, ruling.Mail, authority, ruling.Active)
	if err != nil || len(all) == 0 {
		return false, err
	}
	var rule ruling.MailRule
	raw, err := k.For(keyring.Settings).OpenPadded(all[0].Sealed, all[0].AD())
	if err != nil {
		return false, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	err = json.Unmarshal(raw, &rule)
	return rule.Forward, err
}

// outgoing is what a letter puts in the queue, sealed before the transaction.
type outgoing struct {
	entries []mailbox.Entry
	replies []mailbox.Reply
	links   []mailbox.ReportLink
}

func (o outgoing) enter(tx *store.Tx) error {
	for _, e := range o.entries {
		if err := tx.Queue(e); err != nil {
			return err
		}
	}
	for _, r := range o.replies {
		if err := tx.PutReply(r); err != nil {
			return err
		}
	}
	for _, l := range o.links {
		if err := tx.InsertReportLink(l); err != nil {
			return err
		}
	}
	return nil
}

// toForward queues a letter for its owner's own mailbox. What is flagged is only announced; and what no person
// wrote is not sent on where the null sender wrote it, so that nothing goes in circles.
func (d *Desk) toForward(k *keyring.Keys, in arrived, r readers, s sealedLetter) (outgoing, error) {
	if !r.forward || r.card.Forward == "" || s.row.Verdict.Flagged() || in.letter.Auto() && in.From == "" {
		return outgoing{}, nil
	}
	reply := d.tokenAddress(replyPart, k, s.row.Thread)
	link, secret := mailbox.NewReportLink(k, s.row.ID, s.data, d.now())
	e, err := d.entry(k, mailbox.Entry{Mailbox: s.row.Mailbox, Letter: s.row.ID, Load: mailbox.Forwarding},
		mailbox.Envelope{From: d.tokenAddress(strayPart, k, s.row.Thread), To: r.card.Forward, Key: s.data.Bytes(), Reply: reply, Report: secret, UTF8: in.UTF8})
	if err != nil {
		return outgoing{}, err
	}
	token := mailbox.ReplyToken(k, s.row.Thread)
	row, err := mailbox.Reply{Tag: mailbox.ReplyTag(k, token), Mailbox: s.row.Mailbox, Thread: s.row.Thread, Expires: d.now().Add(mailbox.ReplyKeep)}.
		Sealing(k, mailbox.Peer{Address: in.letter.From, Name: in.letter.FromName, Subject: in.letter.Subject, MessageID: in.letter.MessageID, References: in.letter.References})
	return outgoing{entries: []mailbox.Entry{e}, replies: []mailbox.Reply{row}, links: []mailbox.ReportLink{link}}, err
}

// entry makes an entry that is due at once.
func (d *Desk) entry(k *keyring.Keys, e mailbox.Entry, v mailbox.Envelope) (mailbox.Entry, error) {
	now := d.now()
	e.Org, e.ID, e.NextAt, e.Created, e.Expires = k.Org, ident.New(), now, now, now.Add(mailbox.Keep)
	return e.Sealing(k, v)
}

// returnTag is what a return address is found by: another than an answer's, so that the one can't be used as the other.
func returnTag(k *keyring.Keys, threadID string) string {
	return mailbox.ReplyTag(k, string(ToReturn)+" "+mailbox.ReplyToken(k, threadID))
}

// returned takes in that something of ours could not be delivered. What the other server wrote may name a private
// mailbox: it is not kept, and the owner is told in our own words.
func (d *Desk) returned(ctx context.Context, k *keyring.Keys, in arrived, to Recipient) (func(*store.Tx) error, []string, error) {
	row, err := d.reply(ctx, k, to)
	if err != nil {
		return nil, nil, err
	}
	var m mailbox.Mailbox
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		m, err = tx.VouchedMailbox(k, row.Mailbox)
		return err
	}); err != nil {
		return nil, nil, err
	}
	kind := "letter.undelivered"
	if to.Purpose == ToStray {
		kind = "letter.unforwarded"
	}
	if in.From != "" && !in.letter.Auto() {
		kind = "" // nothing but reports of delivery is meant to come here
	}
	return func(tx *store.Tx) error {
		if kind != "" {
			if err := d.tell(tx, m.Person, kind, row.Thread, false); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Act: "letter.returned", Authority: m.Authority, Case: row.Thread})
	}, nil, nil
}
