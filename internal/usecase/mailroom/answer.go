package mailroom

import (
	"context"
	"errors"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// MaxAnswer is the longest answer in characters.
const MaxAnswer = 20_000

// Answer (svara) sends an answer from the official address to whoever a thread is with. It is in the outgoing queue
// when it returns.
func (d *Desk) Answer(ctx context.Context, s *access.Session, threadID, text string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	switch n := len([]rune(strings.TrimSpace(text))); {
	case n == 0:
		return fault.In("text", "field.required")
	case n > MaxAnswer:
		return fault.In("text", "field.too-long", MaxAnswer)
	}
	o, err := d.openThread(ctx, k, s, threadID)
	if err != nil {
		return err
	}
	if o.box.Intake {
		return fault.New(fault.Conflict, "letter.nobody") // it came to another address than ours
	}
	if o.box.Trusted && !o.box.Own {
		return fault.New(fault.Denied, "fault.denied") // they read before its owner, and do not write for them
	}
	p, err := o.peer(k)
	if err != nil {
		return err
	}
	var r readers
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		r, err = readersOf(tx, k, o.m, d.now())
		return err
	}); err != nil {
		return err
	}
	if r.card, err = o.m.Card(k); err != nil {
		return err
	}
	id := ident.New()
	_, domain := mailbox.Split(r.card.Address)
	draft := letter.Draft{From: letter.Address{Name: r.card.Name, Address: r.card.Address}, To: []letter.Address{{Name: p.Name, Address: p.Address}},
		Subject: answering(p.Subject), Date: d.Clock.Now().UTC(), MessageID: id + "@" + domain, InReplyTo: p.MessageID, References: after(p), Text: text}
	out, err := d.leave(ctx, k, r, leaving{id: id, thread: threadID, author: s.Person, key: s.Key, peer: p, subject: draft.Subject, messageID: draft.MessageID, raw: letter.Compose(draft)})
	if err != nil {
		return err
	}
	store.Declare(ctx, id)
	return out.commit(ctx, d, k)
}

// answering is the subject of an answer.
func answering(subject string) string {
	if len(subject) >= 3 && (strings.EqualFold(subject[:3], "re:") || strings.EqualFold(subject[:3], "sv:")) {
		return subject
	}
	return strings.TrimSpace("Sv: " + subject)
}

// after are the references of an answer: those of the letter, and the letter itself.
func after(p mailbox.Peer) []string {
	refs := p.References[max(0, len(p.References)-maxReferences):]
	if p.MessageID != "" {
		refs = append(refs[:len(refs):len(refs)], p.MessageID)
	}
	return refs
}

// peer is who an answer goes to: whoever wrote the newest letter that came in, and is a person.
func (o openedThread) peer(k *keyring.Keys) (mailbox.Peer, error) {
	for i := len(o.letters) - 1; i >= 0; i-- {
		l := o.letters[i]
		data, ok := o.keys[l.ID]
		if !ok || l.Direction != mailbox.In || l.Sort == mailbox.Bounce || l.Sort == mailbox.Digest {
			continue
		}
		h, err := headOf(l, data)
		if err != nil {
			return mailbox.Peer{}, err
		}
		if _, err := mailbox.Normal(h.From); err == nil {
			return mailbox.Peer{Address: h.From, Name: h.FromName, Subject: h.Subject, MessageID: h.MessageID}, nil
		}
	}
	return mailbox.Peer{}, fault.New(fault.Conflict, "letter.nobody")
}

// leaving is a letter that goes out.
type leaving struct {
	id, thread, author string
	key                *seal.Private // the author's, where it is at hand
	peer               mailbox.Peer
	subject, messageID string
	raw                []byte
}

// left is a letter that goes out, sealed and ready to be written.
type left struct {
	sealed sealedLetter
	box    mailbox.Mailbox
	out    outgoing
	author string
}

// leave seals a letter that goes out for its readers, and queues it. What can't be delivered comes back to an address
// of this one thread.
func (d *Desk) leave(ctx context.Context, k *keyring.Keys, r readers, v leaving) (left, error) {
	l := mailbox.Letter{ID: v.id, Thread: v.thread, Direction: mailbox.Out, Sort: mailbox.Mail, Verdict: mailbox.Pass, Author: v.author, Received: d.now().Minute(),
		MessageTag: mailbox.MessageTag(k, r.box.ID, v.messageID)}
	out := left{box: r.box, author: v.author}
	var err error
	out.sealed, err = d.close(ctx, k, r, l, mailbox.Head{From: r.card.Address, FromName: r.card.Name, To: v.peer.Address, ToName: v.peer.Name, Subject: v.subject, MessageID: v.messageID}, v.raw)
	if err != nil {
		return out, err
	}
	out.sealed.wraps = own(out.sealed.wraps, v.author, v.key, out.sealed.data)
	e, err := d.entry(k, mailbox.Entry{Mailbox: r.box.ID, Letter: v.id, Load: mailbox.Answering},
		mailbox.Envelope{From: d.tokenAddress(returnPart, k, v.thread), To: v.peer.Address, Key: out.sealed.data.Bytes(), UTF8: !ascii(v.peer.Address)})
	if err != nil {
		return out, err
	}
	back, err := mailbox.Reply{Tag: returnTag(k, v.thread), Mailbox: r.box.ID, Thread: v.thread, Expires: d.now().Add(mailbox.ReplyKeep)}.Sealing(k, mailbox.Peer{})
	out.out = outgoing{entries: []mailbox.Entry{e}, replies: []mailbox.Reply{back}}
	return out, err
}

// enter writes it.
func (v left) enter(d *Desk, k *keyring.Keys, tx *store.Tx) error {
	if err := d.enter(tx, v.sealed); err != nil {
		return err
	}
	if err := v.out.enter(tx); err != nil {
		return err
	}
	return tx.Log(audit.Entry{Actor: k.Tag(v.author), Act: "letter.answer", Authority: v.box.Authority, Case: v.sealed.row.Thread, Rows: []audit.Row{v.sealed.row.Row()}})
}

func (v left) commit(ctx context.Context, d *Desk, k *keyring.Keys) error {
	if err := d.write(ctx, k, func(tx *store.Tx) error { return v.enter(d, k, tx) }); err != nil {
		return errors.Join(err, d.drop(ctx, []string{v.sealed.row.Object}))
	}
	d.wake()
	return nil
}

func ascii(s string) bool {
	for _, r := range s {
		if r >= 0x80 {
			return false
		}
	}
	return true
}

// answerByMail takes an answer that its writer sent from their own mailbox to the address of one thread. Who knows that
// address alone can't answer: it must come from the stored mailbox, proved by DKIM or SPF. Only where that domain
// publishes neither is the address proof enough. It leaves built anew, with nothing of the mailbox it came from.
func (d *Desk) answerByMail(ctx context.Context, k *keyring.Keys, in arrived, to Recipient) (func(*store.Tx) error, []string, error) {
	row, err := d.reply(ctx, k, to)
	if err != nil {
		return nil, nil, err
	}
	var r readers
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		m, err := tx.VouchedMailbox(k, row.Mailbox)
		if err != nil {
			return err
		}
		if r, err = readersOf(tx, k, m, d.now()); err != nil {
			return err
		}
		r.forward, err = forwards(tx, k, m)
		return err
	}); err != nil {
		return nil, nil, err
	}
	if r.card, err = r.box.Card(k); err != nil {
		return nil, nil, err
	}
	if in.letter.Auto() || in.From == "" { // an absence, a receipt, a report: nobody is answered by a machine here
		return func(tx *store.Tx) error {
			return tx.Log(audit.Entry{Act: "letter.automatic", Authority: r.box.Authority, Case: row.Thread})
		}, nil, nil
	}
	if !r.forward || !r.box.Takes() || !proved(in, r.card.Forward) {
		return nil, nil, fault.New(fault.Denied, "mail.proof")
	}
	p, err := row.Peer(k)
	if err != nil {
		return nil, nil, err
	}
	id := ident.New()
	_, domain := mailbox.Split(r.card.Address)
	a, err := letter.Answer(in.Raw, letter.Answering{From: letter.Address{Name: r.card.Name, Address: r.card.Address}, To: []letter.Address{{Name: p.Name, Address: p.Address}},
		Subject: answering(p.Subject), Date: d.Clock.Now(), MessageID: id + "@" + domain, InReplyTo: p.MessageID, References: after(p),
		Private: []string{r.card.Forward, in.letter.From, in.From}, Signatures: r.card.Traces, Links: []string{d.Origin + "/brev/"}, StripPictures: true})
	if err != nil {
		return nil, nil, fault.Wrap(fault.Invalid, "mail.header", err)
	}
	if len(a.Held) > 0 { // its writer's own server tells them
		return nil, nil, fault.New(fault.Invalid, "mail.held")
	}
	out, err := d.leave(ctx, k, r, leaving{id: id, thread: row.Thread, author: r.box.Person, peer: p, subject: answering(p.Subject), messageID: id + "@" + domain, raw: a.Raw})
	if err != nil {
		return nil, []string{out.sealed.row.Object}, err
	}
	return func(tx *store.Tx) error { return out.enter(d, k, tx) }, []string{out.sealed.row.Object}, nil
}

// proved tells whether an answer comes from the mailbox that letters are forwarded to.
func proved(in arrived, forward string) bool {
	a, err := mailbox.Normal(in.letter.From)
	b, err2 := mailbox.Normal(forward)
	if err != nil || err2 != nil || a != b || len(in.letter.Header.All("From")) != 1 {
		return false
	}
	if in.results.Aligned(forward) {
		return true
	}
	// SPF was asked of the return path's domain: what another domain leaves unpublished proves nothing.
	_, domain := mailbox.Split(b)
	return strings.EqualFold(in.results.SPFDomain, domain) && in.results.SPF == "none" && len(in.results.DKIM) == 0 && in.results.DMARC == "none"
}
