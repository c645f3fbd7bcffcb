// Package contact models what is written in the contact form: to whom, by whom, whether its sender has
// confirmed it, and which messages are so like one another that they are one.
package contact

import (
	"encoding/json"
	"net/mail"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// PostJob is the job that a confirmation leaves: what was written becomes letters. Its argument is "form".
const PostJob = "post_form"

// ConfirmJob mails the link by which a sender confirms. Its argument is "form".
const ConfirmJob = "contact.confirm"

// State tells how far a form has come.
type State string

// The states.
const (
	Unconfirmed State = "unconfirmed"
	Confirmed   State = "confirmed"
	Posted      State = "posted" // it has become letters, and is kept for a day to be compared with
)

// Bounds of what is taken, and how long it is kept.
const (
	MaxText    = 10_000 // characters
	MaxSubject = 200
	MaxTargets = 200
	KeptDays   = 14 // unconfirmed
)

// Form (kontaktformulär) is a row: what is written in it lies sealed.
type Form struct {
	Org     string      `db:"org"`
	ID      string      `db:"id"`
	Token   string      `db:"token_tag"`
	State   State       `db:"state"`
	Verdict string      `db:"verdict"` // of screening
	Sealed  seal.Box    `db:"sealed"`
	Created clock.Stamp `db:"created"`
	Expires clock.Stamp `db:"expires"`
	Version int64       `db:"version"`
	MAC     []byte      `db:"mac"`
}

// Who is what the row's MAC covers: everything but the box, which is bound to the id.
func (f Form) Who() seal.AD {
	return seal.Bind("contact form", f.Org, f.ID, f.Token, string(f.State), f.Verdict).With(int64(f.Created), int64(f.Expires), f.Version)
}

// AD binds the box to its row.
func (f Form) AD() seal.AD { return seal.Bind("contact message", f.Org, f.ID) }

// Row is what the log remembers.
func (f Form) Row() audit.Row {
	return audit.Row{Kind: "contact_form", ID: f.ID, Hash: f.Who().Hash()}
}

// Erased is what the log remembers of a form that is destroyed.
func Erased(id string) audit.Row { return audit.Row{Kind: "contact_form", ID: id} }

// Target is a mailbox that a message is for.
type Target struct {
	Mailbox string `json:"mailbox"` // id
	Name    string `json:"name"`
}

// Message (meddelande i formuläret) is the sealed part.
type Message struct {
	V         int             `json:"v"`
	To        []Target        `json:"to"`
	About     string          `json:"about"` // whom it is to, in words
	Name      string          `json:"name"`
	From      string          `json:"from"` // the sender's address
	Subject   string          `json:"subject"`
	Text      string          `json:"text"`
	Lang      string          `json:"lang"`
	Screening json.RawMessage `json:"screening,omitempty"`
	Sketch    Sketch          `json:"sketch,omitempty"`
	// Secret is in the link that confirms, until that has been mailed.
	Secret string `json:"secret,omitempty"`
}

// Check tells what must be mended.
func (m Message) Check() error {
	var bad []fault.Field
	if n := len([]rune(strings.TrimSpace(m.Name))); n == 0 || n > 100 || strings.ContainsAny(m.Name, "\r\n") {
		bad = append(bad, fault.Field{Name: "name", Code: "field.name-length", Args: []any{100}})
	}
	if a, err := mail.ParseAddress(m.From); err != nil || a.Name != "" || a.Address != m.From || len(m.From) > 254 || strings.ContainsAny(m.From, "\r\n\x00 <>\"") {
		bad = append(bad, fault.Field{Name: "address", Code: "field.address"})
	}
	if n := len([]rune(strings.TrimSpace(m.Subject))); n == 0 || n > MaxSubject || strings.ContainsAny(m.Subject, "\r\n") {
		bad = append(bad, fault.Field{Name: "subject", Code: "field.name-length", Args: []any{MaxSubject}})
	}
	if n := len([]rune(m.Text)); strings.TrimSpace(m.Text) == "" {
		bad = append(bad, fault.Field{Name: "text", Code: "form.required"})
	} else if n > MaxText {
		bad = append(bad, fault.Field{Name: "text", Code: "field.too-long", Args: []any{MaxText}})
	}
	if len(m.To) == 0 || len(m.To) > MaxTargets {
		bad = append(bad, fault.Field{Code: "contact_write.nobody"})
	}
	return fault.Form(bad)
}

// Sealing seals a message into the row's next version and vouches for the row. It is called outside the writer.
func (f Form) Sealing(k *keyring.Keys, m Message) (Form, error) {
	raw, err := json.Marshal(m)
	if err != nil {
		return f, err
	}
	f.Sealed = k.For(keyring.Mail).SealPadded(raw, f.AD())
	return f.Next(k), nil
}

// Next gives the row its next version and MAC; what it says stays sealed as it is.
func (f Form) Next(k *keyring.Keys) Form {
	f.Version++
	f.MAC = k.Vouch(f.Who())
	return f
}

// Open opens the message.
func (f Form) Open(k *keyring.Keys) (m Message, err error) {
	raw, err := k.For(keyring.Mail).OpenPadded(f.Sealed, f.AD())
	if err != nil {
		return m, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return m, json.Unmarshal(raw, &m)
}

// TokenTag is what a form is found by when its sender confirms.
func TokenTag(k *keyring.Keys, secret string) string {
	return k.For(keyring.Lookup).Tag("contact form", secret)
}
