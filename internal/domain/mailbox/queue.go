package mailbox

import (
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Load is what an entry of the queue sends.
type Load string

// What is sent.
const (
	Forwarding Load = "forward"
	Answering  Load = "answer"
	Bouncing   Load = "bounce"
	Posting    Load = "post" // other mail of ours, such as a confirmation
)

// Entry (post i utgående kön) is one letter on its way to one destination. Where it goes and what opens
// it lie sealed under the organisation's key until it is delivered or given up; then the row is gone.
type Entry struct {
	Org      string      `db:"org"`
	ID       string      `db:"id"`
	Mailbox  string      `db:"mailbox"`
	Letter   string      `db:"letter"`
	Load     Load        `db:"load"`
	DestTag  string      `db:"dest_tag"` // one destination from another
	State    string      `db:"state"`
	Attempts int64       `db:"attempts"`
	NextAt   clock.Stamp `db:"next_at"`
	Lease    string      `db:"lease"`
	Created  clock.Stamp `db:"created"`
	Expires  clock.Stamp `db:"expires"`
	Class    string      `db:"class"` // the last failure's
	Sealed   seal.Box    `db:"sealed"`
}

// AD binds what lies sealed to the entry.
func (e Entry) AD() seal.AD {
	return seal.Bind("mail queue", e.Org, e.ID, e.Mailbox, e.Letter, string(e.Load))
}

// Envelope is what lies sealed in an entry: from where to where, and either the letter's data key or
// the bytes themselves.
type Envelope struct {
	From string `json:"from"` // empty: the null sender
	To   string `json:"to"`
	Key  []byte `json:"key,omitempty"`
	Raw  []byte `json:"raw,omitempty"`
	// Reply is the one-thread address of a forwarded letter.
	Reply string `json:"reply,omitempty"`
	// Report is the secret of the link under a forwarded letter.
	Report string `json:"report,omitempty"`
	// Origin is who is told when it can't be delivered; empty: nobody.
	Origin string `json:"origin,omitempty"`
	UTF8   bool   `json:"utf8,omitempty"` // SMTPUTF8 is needed
	Delays int    `json:"delays,omitempty"`
}

// Sealing seals the envelope into the entry.
func (e Entry) Sealing(k *keyring.Keys, v Envelope) (Entry, error) {
	raw, err := marshal(v)
	if err != nil {
		return e, err
	}
	_, domain := Split(v.To)
	e.Org = k.Org
	e.DestTag = k.For(keyring.Lookup).Tag("destination", domain)
	e.Sealed = k.For(keyring.Mail).SealPadded(raw, e.AD())
	return e, nil
}

// Envelope opens the envelope.
func (e Entry) Envelope(k *keyring.Keys) (v Envelope, err error) {
	return v, open(k, e.Sealed, e.AD(), &v)
}

// Keep is how long an entry is tried. RFC 5321 4.5.4.1 asks for four to five days.
const Keep = 5 * 24 * time.Hour

// pauses between tries, the last again and again.
func pauses() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}
}

// Pause is how long to wait after a number of failed tries, from 1; luck in [0, 1) spreads those that
// failed together over a fifth of it.
func Pause(attempts int64, luck float64) time.Duration {
	all := pauses()
	p := all[min(max(attempts-1, 0), int64(len(all)-1))]
	return p + time.Duration(float64(p)*luck/5)
}

// Reply is how an answer by mail finds its thread: the token stands in the address and only its tag
// here. What it leads to is kept under the organisation's key, and only of letters that were forwarded.
type Reply struct {
	Org     string      `db:"org"`
	Tag     string      `db:"tag"`
	Mailbox string      `db:"mailbox"`
	Thread  string      `db:"thread"`
	Sealed  seal.Box    `db:"sealed"`
	Expires clock.Stamp `db:"expires"`
}

// AD binds what lies sealed.
func (r Reply) AD() seal.AD { return seal.Bind("mail reply", r.Org, r.Tag, r.Mailbox, r.Thread) }

// Peer is who an answer goes to.
type Peer struct {
	Address    string   `json:"address"`
	Name       string   `json:"name,omitempty"`
	Subject    string   `json:"subject,omitempty"`
	MessageID  string   `json:"message_id,omitempty"`
	References []string `json:"references,omitempty"`
}

// Sealing seals who the answer goes to.
func (r Reply) Sealing(k *keyring.Keys, p Peer) (Reply, error) {
	raw, err := marshal(p)
	r.Org = k.Org
	r.Sealed = k.For(keyring.Mail).SealPadded(raw, r.AD())
	return r, err
}

// Peer opens who the answer goes to.
func (r Reply) Peer(k *keyring.Keys) (p Peer, err error) { return p, open(k, r.Sealed, r.AD(), &p) }

// ReplyKeep is how long after its last letter a one-thread address takes answers.
const ReplyKeep = 90 * 24 * time.Hour

// replyToken has 130 bits.
const replyToken = 26

// ReplyToken is the secret part of a thread's address; it follows from the organisation's key.
func ReplyToken(k *keyring.Keys, threadID string) string {
	return k.For(keyring.Lookup).Tag("reply token", threadID)[:replyToken]
}

// ReplyTag is what the token is found by.
func ReplyTag(k *keyring.Keys, token string) string {
	return k.For(keyring.Lookup).Tag("reply", token)
}
