package mailroom

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/job"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/screening"
	"varn/internal/infra/filter"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Arrival is a letter as a server hands it over.
type Arrival struct {
	IP   netip.Addr
	Helo string
	From string // the return path; empty: the null sender
	UTF8 bool
	// Relayed: it came by one of the organisation's own gateways, whose word is taken for where it got it from.
	Relayed bool
	To      []Recipient
	Raw     []byte
}

// Bounds of what is taken.
const (
	maxHops       = 100 // RFC 5321 6.3
	maxReferences = 20
)

// arrived is an arrival with what was found out about it once, whatever the number of recipients.
type arrived struct {
	Arrival
	letter    letter.Letter
	results   mailauth.Results
	screening screening.Result
	spam      bool
	unchecked bool         // the virus filter is set and did not answer
	sort      mailbox.Sort // empty: mail
}

// Receive (ta emot) takes a letter. When it returns nil the letter is sealed and durable, in the reader of each
// recipient, and what follows from it (forwarding, alarm, notice) stands in the same transaction. Faults: mail.loop,
// mail.header, mail.virus and mail.proof are for good; everything else is worth another try.
func (d *Desk) Receive(ctx context.Context, a Arrival) error {
	in, err := d.examine(ctx, a)
	if err != nil {
		return err
	}
	byOrg := map[string][]Recipient{}
	for _, r := range a.To {
		byOrg[r.Org] = append(byOrg[r.Org], r)
	}
	for org, to := range byOrg {
		k, err := d.Ring.Org(org)
		if err != nil {
			return err
		}
		if err := d.receiveFor(ctx, k, in, to); err != nil {
			return err
		}
	}
	return nil
}

// examine reads the letter and finds out where it comes from. Nothing but a loop, a header without end and a
// virus is refused.
func (d *Desk) examine(ctx context.Context, a Arrival) (arrived, error) {
	in := arrived{Arrival: a}
	var err error
	if in.letter, err = letter.Read(a.Raw); err != nil {
		return in, fault.Wrap(fault.Invalid, "mail.header", err)
	}
	if in.letter.Hops() > maxHops || in.letter.Ours(d.Host) > 0 {
		return in, fault.New(fault.Invalid, "mail.loop")
	}
	if err := d.filtered(ctx, &in); err != nil {
		return in, err
	}
	if d.Check != nil {
		in.results = d.Check.Check(ctx, mailauth.Envelope{IP: a.IP, Helo: a.Helo, From: a.From, Relayed: a.Relayed}, a.Raw)
	}
	in.screening = d.screened(ctx, in.letter, a.To)
	return in, nil
}

// filtered asks the programs that look for spam and viruses. One that is away stops no letter: the letter is then marked as
// not looked through, since whoever opens a file in it ought to know.
func (d *Desk) filtered(ctx context.Context, in *arrived) error {
	if d.Virus != nil {
		found, err := d.Virus.Virus(ctx, in.Raw)
		if found != "" {
			return fault.New(fault.Invalid, "mail.virus")
		}
		in.unchecked = err != nil
	}
	if d.Spam != nil {
		e := filter.Envelope{Helo: in.Helo, From: in.From}
		if in.IP.IsValid() {
			e.IP = in.IP.String()
		}
		for _, r := range in.To {
			e.To = append(e.To, r.Address)
		}
		v, err := d.Spam.Spam(ctx, e, in.Raw)
		in.spam = err == nil && v.Spam
	}
	return nil
}

// screen screens with the weights of the organisation that the letter came to first.
func (d *Desk) screen(ctx context.Context, to []Recipient, in screening.Input) screening.Result {
	if d.Screen == nil || len(to) == 0 {
		return screening.Screen(in)
	}
	return d.Screen(ctx, to[0].Org, in)
}

// listed asks the lists of every organisation that the letter is to.
func (d *Desk) listed(ctx context.Context, to []Recipient) screening.Listed {
	if d.Listed == nil {
		return nil
	}
	var all []func(string) bool
	asked := map[string]bool{}
	for _, r := range to {
		if !asked[r.Org] {
			asked[r.Org] = true
			if holds := d.Listed(ctx, r.Org); holds != nil {
				all = append(all, holds)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return func(words string) bool {
		return slices.ContainsFunc(all, func(holds func(string) bool) bool { return holds(words) })
	}
}

// screened screens what is shown; of an HTML part that says something else than the plain one, the graver holds.
func (d *Desk) screened(ctx context.Context, l letter.Letter, to []Recipient) screening.Result {
	in := screening.Input{Subject: l.Subject, Text: l.Text, Listed: d.listed(ctx, to)}
	r := d.screen(ctx, to, in)
	if web := l.WebText(); !l.HTML && web != "" && strings.Join(strings.Fields(web), " ") != strings.Join(strings.Fields(l.Text), " ") {
		in.Text = web
		if w := d.screen(ctx, to, in); mailbox.Verdict(w.Verdict).Rank() > mailbox.Verdict(r.Verdict).Rank() {
			return w
		}
	}
	return r
}

// receiveFor seals and writes the letter for the recipients of one organisation.
func (d *Desk) receiveFor(ctx context.Context, k *keyring.Keys, in arrived, to []Recipient) error {
	var writes []func(*store.Tx) error
	var undo []string
	seen := map[string]bool{}
	for _, r := range to {
		if key := string(r.Purpose) + r.Mailbox + r.Token; seen[key] {
			continue
		} else {
			seen[key] = true
		}
		var w func(*store.Tx) error
		var objects []string
		var err error
		switch r.Purpose {
		case ToReply:
			w, objects, err = d.answerByMail(ctx, k, in, r)
		case ToReport:
			w, objects, err = d.intake(ctx, k, in)
		case ToReturn, ToStray:
			w, objects, err = d.returned(ctx, k, in, r)
		default:
			w, objects, err = d.arrive(ctx, k, in, r)
		}
		undo = append(undo, objects...)
		if err != nil {
			return errors.Join(err, d.drop(ctx, undo))
		}
		writes = append(writes, w)
	}
	err := d.write(ctx, k, func(tx *store.Tx) error {
		for _, w := range writes {
			if err := w(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(err, d.drop(ctx, undo))
	}
	d.wake()
	return nil
}

func (d *Desk) drop(ctx context.Context, objects []string) error {
	var all error
	for _, name := range objects {
		if name != "" {
			all = errors.Join(all, d.Blob.Delete(context.WithoutCancel(ctx), name))
		}
	}
	return all
}

// arrive takes a letter to a mailbox.
func (d *Desk) arrive(ctx context.Context, k *keyring.Keys, in arrived, to Recipient) (func(*store.Tx) error, []string, error) {
	var r readers
	l := mailbox.Letter{ID: ident.New(), Direction: mailbox.In, Sort: mailbox.Mail, Verdict: mailbox.Verdict(in.screening.Verdict), Auto: in.letter.Auto(), Received: d.now().Minute()}
	peer := ""
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		m, err := tx.VouchedMailbox(k, to.Mailbox)
		if err != nil {
			return err
		}
		if r, err = readersOf(tx, k, m, d.now()); err != nil {
			return err
		}
		if r.forward, err = forwards(tx, k, m); err != nil {
			return err
		}
		peer = mailbox.PeerTag(k, m.ID, in.letter.From)
		l.MessageTag = mailbox.MessageTag(k, m.ID, in.letter.MessageID)
		l.Thread, err = tx.ThreadOf(m.ID, peer, references(k, m.ID, in.letter))
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	}); err != nil {
		return nil, nil, err
	}
	if in.sort != "" {
		l.Sort = in.sort
	}
	var err error
	if r.card, err = r.box.Card(k); err != nil {
		return nil, nil, err
	}
	var begins *mailbox.Thread
	if l.Thread == "" {
		begins = newThread(r.box, peer, l)
		l.Thread = begins.ID
	}
	head := mailbox.Head{From: in.letter.From, FromName: in.letter.FromName, To: to.Address, Subject: in.letter.Subject, MessageID: in.letter.MessageID,
		Spam: in.spam, Unchecked: in.unchecked, Files: len(in.letter.Attachments())}
	if head.Results, err = json.Marshal(in.results); err == nil {
		head.Screening, err = json.Marshal(in.screening)
	}
	if err != nil {
		return nil, nil, err
	}
	s, err := d.close(ctx, k, r, l, head, in.Raw)
	if err != nil {
		return nil, []string{s.row.Object}, err
	}
	s.thread = begins
	out, err := d.toForward(k, in, r, s)
	if err != nil {
		return nil, []string{s.row.Object}, err
	}
	return func(tx *store.Tx) error {
		if err := d.enter(tx, s); err != nil {
			return err
		}
		if err := out.enter(tx); err != nil {
			return err
		}
		if err := d.announce(tx, r, s.row); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "letter.receive", Authority: r.box.Authority, Case: s.row.Thread, Rows: []audit.Row{s.row.Row()}})
	}, []string{s.row.Object}, nil
}

// newThread is the thread that a letter begins.
func newThread(m mailbox.Mailbox, peer string, l mailbox.Letter) *mailbox.Thread {
	return &mailbox.Thread{Authority: m.Authority, Mailbox: m.ID, ID: ident.New(), PeerTag: peer, Party: !m.Kind.Official(), Opened: l.Received, Changed: l.Received}
}

// references are the tags of the letters that a letter refers to, the nearest first.
func references(k *keyring.Keys, mailboxID string, l letter.Letter) []string {
	ids := append([]string{l.InReplyTo}, l.References[max(0, len(l.References)-maxReferences):]...)
	var out []string
	for _, id := range ids {
		if tag := mailbox.MessageTag(k, mailboxID, id); tag != "" {
			out = append(out, tag)
		}
	}
	return out
}

// announce tells that a letter has come: its readers, and of an alarm the on-call as well. Nothing of what it says
// leaves. What is flagged is told to a trusted reader first, where its owner has one.
func (d *Desk) announce(tx *store.Tx, r readers, l mailbox.Letter) error {
	who, kind, urgent := r.tell, "letter.new", false
	if l.Verdict.Flagged() {
		kind = "letter.flagged"
		urgent = l.Verdict == mailbox.Alarm && r.box.Alarms
		if len(r.first) > 0 {
			who = r.first
		}
	}
	if r.box.Kind == mailbox.Intake { // its owner has read it, and has not yet said that it is to be reported
		return d.tell(tx, r.box.Person, "letter.to-report", l.Thread, true)
	}
	for _, id := range who {
		if err := d.tell(tx, id, kind, l.Thread, urgent); err != nil {
			return err
		}
	}
	if l.Verdict != mailbox.Alarm {
		return nil
	}
	return tx.Enqueue(job.Job{Kind: AlarmJob, Unique: l.Mailbox, Args: map[string]string{"mailbox": l.Mailbox}})
}
