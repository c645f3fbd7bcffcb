package mailroom

import (
	"context"
	"encoding/json"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/screening"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Box is a mailbox as one of its readers sees it.
type Box struct {
	ID       string
	Address  string
	Name     string
	Own      bool // the subject is its owner
	Trusted  bool // the subject sees what is flagged before its owner
	First    bool // somebody else does
	Cover    bool
	Alarms   bool
	Delivery mailbox.Delivery
	Unseen   int64
	Intake   bool // what the subject has forwarded in order to report it
}

// ThreadLine is a thread in a list.
type ThreadLine struct {
	ID      string
	Box     string
	From    string // who the newest letter is from, or the correspondent's
	Subject string
	Verdict mailbox.Verdict // the gravest of its letters, read or not
	Covered bool            // neither sender nor subject is shown before it is asked for
	Unseen  int64
	Letters int64
	At      clock.Stamp
	Files   int
	Spam    bool
	// Locked: it was sealed before the subject could read, and has to be handed over to them.
	Locked bool
}

// List is what /brev shows.
type List struct {
	Boxes   []Box
	Threads []ThreadLine
	Next    Cursor // where the next page begins; zero: there is none
}

// Cursor is the last thread of a page.
type Cursor struct {
	At clock.Stamp
	ID string
}

// threadsShown is how many threads one page has.
const threadsShown = 50

// reading is what somebody may read: mailboxes, and by what right.
type reading struct {
	boxes    map[string]mailbox.Mailbox
	trusted  map[string]bool // mailboxes that they are the trusted reader of
	hasFirst map[string]bool // mailboxes that have a trusted reader
}

// readable finds the mailboxes that a person reads: their own, and those by consent.
func (d *Desk) readable(tx *store.Tx, k *keyring.Keys, personID string) (reading, error) {
	r := reading{boxes: map[string]mailbox.Mailbox{}, trusted: map[string]bool{}, hasFirst: map[string]bool{}}
	own, err := tx.VouchedMailboxesOf(k, personID)
	if err != nil {
		return r, err
	}
	by, err := tx.VouchedDelegations(k, personID)
	if err != nil {
		return r, err
	}
	var ids []string
	for _, one := range by {
		if one.Holds(d.now()) {
			ids = append(ids, one.Mailbox)
			r.trusted[one.Mailbox] = r.trusted[one.Mailbox] || one.Duty == mailbox.Trusted
		}
	}
	others, err := tx.VouchedMailboxesAmong(k, ids)
	if err != nil {
		return r, err
	}
	for _, m := range append(own, others...) {
		r.boxes[m.ID] = m
		all, err := tx.VouchedDelegates(k, m.ID)
		if err != nil {
			return r, err
		}
		for _, one := range all {
			r.hasFirst[m.ID] = r.hasFirst[m.ID] || one.Duty == mailbox.Trusted && one.Holds(d.now())
		}
	}
	return r, nil
}

func (r reading) ids() []string {
	out := make([]string, 0, len(r.boxes))
	for id := range r.boxes {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// ListLetters gives the threads of the mailboxes that the subject reads, the newest first. A list is no opening: it is in the
// log as one entry. What is flagged shows neither sender nor subject where its owner wants a cover.
func (d *Desk) ListLetters(ctx context.Context, s *access.Session, after Cursor) (List, error) {
	k, err := d.keys(s)
	if err != nil {
		return List{}, err
	}
	var r reading
	var threads []mailbox.Thread
	var last []mailbox.Letter
	var wraps []mailbox.Wrap
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if r, err = d.readable(tx, k, s.Person); err != nil {
			return err
		}
		if threads, err = tx.Threads(r.ids(), mailbox.Thread{Changed: after.At, ID: after.ID}, threadsShown+1); err != nil {
			return err
		}
		if last, err = tx.LastLetters(idsOf(threads)); err != nil {
			return err
		}
		wraps, err = tx.LetterWraps(lettersOf(last), []string{s.Person})
		return err
	}); err != nil {
		return List{}, err
	}
	var out List
	if len(threads) > threadsShown {
		threads = threads[:threadsShown]
		last := threads[threadsShown-1]
		out.Next = Cursor{last.Changed, last.ID}
	}
	if out.Boxes, err = boxesOf(k, r, s.Person); err != nil || len(out.Boxes) == 0 {
		return out, err
	}
	keys := openKeys(s.Key, wraps)
	for _, t := range threads {
		line := ThreadLine{ID: t.ID, Box: t.Mailbox, Unseen: t.Unseen, Letters: t.Letters, At: t.Changed, Verdict: verdictOf(t.Rank)}
		i := slices.IndexFunc(last, func(l mailbox.Letter) bool { return l.Thread == t.ID })
		if i < 0 {
			continue
		}
		line.Covered = line.Verdict.Flagged() && r.covers(t.Mailbox)
		data, ok := keys[last[i].ID]
		if line.Locked = !ok; ok && !line.Covered {
			h, err := headOf(last[i], data)
			if err != nil {
				return out, err
			}
			line.From, line.Subject, line.Files, line.Spam = sender(h), h.Subject, h.Files, h.Spam
			if last[i].Direction == mailbox.Out {
				if line.From = h.ToName; line.From == "" {
					line.From = h.To
				}
			}
		}
		out.Threads = append(out.Threads, line)
	}
	return out, d.write(ctx, k, func(tx *store.Tx) error {
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "letter.list"})
	})
}

// covers tells whether what is flagged lies behind a cover for whoever reads: a trusted reader sees it.
func (r reading) covers(mailboxID string) bool {
	m := r.boxes[mailboxID]
	return !r.trusted[mailboxID] && (m.Cover || r.hasFirst[mailboxID])
}

func verdictOf(rank int64) mailbox.Verdict {
	for _, v := range []mailbox.Verdict{mailbox.Alarm, mailbox.Flag} {
		if v.Rank() == rank {
			return v
		}
	}
	return mailbox.Pass
}

func sender(h mailbox.Head) string {
	if h.FromName != "" {
		return h.FromName
	}
	return h.From
}

func boxesOf(k *keyring.Keys, r reading, personID string) ([]Box, error) {
	var out []Box
	for _, id := range r.ids() {
		m := r.boxes[id]
		card, err := m.Card(k)
		if err != nil {
			return nil, err
		}
		out = append(out, Box{ID: id, Address: card.Address, Name: card.Name, Own: m.Person == personID, Trusted: r.trusted[id], First: r.hasFirst[id],
			Cover: m.Cover, Alarms: m.Alarms, Delivery: m.Delivery, Intake: m.Kind == mailbox.Intake})
	}
	return out, nil
}

func idsOf(threads []mailbox.Thread) []string {
	out := make([]string, len(threads))
	for i, t := range threads {
		out[i] = t.ID
	}
	return out
}

func lettersOf(all []mailbox.Letter) []string {
	out := make([]string, len(all))
	for i, l := range all {
		out[i] = l.ID
	}
	return out
}

// openKeys opens the data keys that the subject has wraps of; one that does not open is left out.
func openKeys(key *seal.Private, wraps []mailbox.Wrap) map[string]seal.Key {
	out := map[string]seal.Key{}
	if key == nil {
		return out
	}
	for _, w := range wraps {
		if data, err := w.Open(key); err == nil {
			out[w.Letter] = data
		}
	}
	return out
}

// Shown is a letter as it is read.
type Shown struct {
	ID        string
	Direction mailbox.Direction
	Sort      mailbox.Sort
	From      string
	FromName  string
	To        string
	Subject   string
	Date      string
	At        clock.Stamp
	Sent      clock.Stamp
	Text      string
	Cut       bool
	HTML      bool // the text was taken out of HTML
	Files     []ShownFile
	Verdict   mailbox.Verdict
	Covered   bool
	Unchecked bool
	Spam      bool
	Auto      bool
	Results   mailauth.Results
	Screening screening.Result
	SHA256    string
	Size      int64
	Locked    bool
}

// ShownFile is a file that came with a letter.
type ShownFile struct {
	N    int
	Name string
	Type string
	Size int
}

// ThreadView is a thread with its letters.
type ThreadView struct {
	ID      string
	Box     Box
	Subject string
	Peer    string // who an answer goes to
	Letters []Shown
	// Waits: what is flagged is seen by a trusted reader first.
	Waits bool
}

// ReadThread (läs brevväxling) opens a thread's letters. The opening is logged and committed before anything is shown. Covered
// letters stay covered unless uncover names them.
func (d *Desk) ReadThread(ctx context.Context, s *access.Session, threadID string, uncover bool) (ThreadView, error) {
	k, err := d.keys(s)
	if err != nil {
		return ThreadView{}, err
	}
	o, err := d.openThread(ctx, k, s, threadID)
	if err != nil {
		return ThreadView{}, err
	}
	out := ThreadView{ID: threadID, Box: o.box}
	for _, l := range o.letters {
		one := Shown{ID: l.ID, Direction: l.Direction, Sort: l.Sort, At: l.Received, Sent: l.Sent, Verdict: l.Verdict, Auto: l.Auto, Size: l.Size,
			Covered: l.Verdict.Flagged() && o.covered && !uncover}
		data, ok := o.keys[l.ID]
		if one.Locked = !ok; ok {
			if err := d.show(ctx, &one, l, o.bodies[l.ID], data); err != nil {
				return out, err
			}
			if l.Direction == mailbox.In && l.Sort != mailbox.Bounce && l.Sort != mailbox.Digest {
				out.Peer = one.From
			} else if l.Direction == mailbox.Out && out.Peer == "" {
				out.Peer = one.To
			}
			if out.Subject == "" && !one.Covered {
				out.Subject = one.Subject
			}
		}
		if one.Covered {
			one = Shown{ID: one.ID, Direction: one.Direction, Sort: one.Sort, At: one.At, Verdict: one.Verdict, Covered: true, Screening: screening.Result{Verdict: one.Screening.Verdict, Kinds: one.Screening.Kinds}}
		}
		out.Letters = append(out.Letters, one)
	}
	return out, d.write(ctx, k, func(tx *store.Tx) error {
		for _, w := range o.rewrap {
			if err := tx.RewrapLetter(w); err != nil {
				return err
			}
		}
		switch {
		case o.box.Trusted && !o.box.Own: // its owner learns that it can be read now
			if err := d.tell(tx, o.m.Person, "letter.flagged", threadID, false); err != nil {
				return err
			}
		case !o.covered || uncover:
			if err := tx.SeeThread(threadID, d.now()); err != nil {
				return err
			}
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "letter.open", Authority: o.thread.Authority, Case: threadID})
	})
}

// openedThread is a thread with what opens its letters.
type openedThread struct {
	thread  mailbox.Thread
	m       mailbox.Mailbox
	box     Box
	letters []mailbox.Letter
	bodies  map[string]seal.Box
	keys    map[string]seal.Key
	rewrap  []mailbox.Wrap
	covered bool
}

// openThread lets in who reads the mailbox; to everybody else there is no such thread.
func (d *Desk) openThread(ctx context.Context, k *keyring.Keys, s *access.Session, threadID string) (o openedThread, err error) {
	if !s.Unlocked() {
		return o, fault.New(fault.Denied, "fault.locked")
	}
	var r reading
	var wraps []mailbox.Wrap
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if o.thread, err = tx.Thread(threadID); err != nil {
			return err
		}
		if r, err = d.readable(tx, k, s.Person); err != nil {
			return err
		}
		var ok bool
		if o.m, ok = r.boxes[o.thread.Mailbox]; !ok {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		if o.letters, err = tx.Letters(threadID); err != nil {
			return err
		}
		o.bodies = map[string]seal.Box{}
		for _, l := range o.letters {
			if o.bodies[l.ID], err = tx.LetterBody(l.ID); err != nil {
				return err
			}
		}
		wraps, err = tx.LetterWraps(lettersOf(o.letters), []string{s.Person})
		return err
	}); err != nil {
		return o, err
	}
	boxes, err := boxesOf(k, r, s.Person)
	if err != nil {
		return o, err
	}
	o.box = boxes[slices.IndexFunc(boxes, func(b Box) bool { return b.ID == o.m.ID })]
	o.covered = r.covers(o.m.ID)
	o.keys = openKeys(s.Key, wraps)
	for _, w := range wraps {
		if data, ok := o.keys[w.Letter]; ok && w.How != function.Own {
			o.rewrap = append(o.rewrap, w.Own(s.Key, data))
		}
	}
	return o, nil
}

// show opens a letter for reading.
func (d *Desk) show(ctx context.Context, one *Shown, l mailbox.Letter, body seal.Box, data seal.Key) error {
	h, err := headOf(l, data)
	if err != nil {
		return err
	}
	raw, err := d.raw(ctx, l, body, data, h)
	if err != nil {
		return err
	}
	one.From, one.FromName, one.To, one.Subject, one.SHA256, one.Spam, one.Unchecked = h.From, h.FromName, h.To, h.Subject, h.SHA256, h.Spam, h.Unchecked
	if len(h.Results) > 0 {
		if err := json.Unmarshal(h.Results, &one.Results); err != nil {
			return err
		}
	}
	if len(h.Screening) > 0 {
		if err := json.Unmarshal(h.Screening, &one.Screening); err != nil {
			return err
		}
	}
	v, err := letter.Read(raw)
	if err != nil {
		return err
	}
	one.Text, one.Cut, one.HTML, one.Date = v.Text, v.Cut, v.HTML, v.Date
	for i, p := range v.Attachments() {
		one.Files = append(one.Files, ShownFile{N: i, Name: p.Name, Type: p.Type, Size: p.Size})
	}
	return nil
}
