// Package mailbox models official addresses, the letters that come and go through them, and who may
// read them.
package mailbox

import (
	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Kind is in what capacity an address is held.
type Kind string

// The kinds. Only mail in an office belongs to the authority's records, and is sealed to its
// registrar as well; what comes to a party's address is the party's own.
const (
	Office Kind = "office" // an elected person in their assignment
	Body   Kind = "body"   // a body of the authority
	Party  Kind = "party"
	// Intake is no address of its own: what its person has forwarded in order to report it. It is theirs alone.
	Intake Kind = "intake"
)

// Official tells whether what comes belongs to the authority's records.
func (k Kind) Official() bool { return k == Office || k == Body }

// State tells whether an address takes mail.
type State string

// The states. One that points refuses with a courteous sentence and where to turn instead, until a
// day; then it is closed.
const (
	Open     State = "open"
	Pointing State = "pointing"
	Closed   State = "closed"
)

// Delivery is how its owner gets what comes.
type Delivery string

// The ways. By the default only a notice leaves.
const (
	Read    Delivery = "read"
	Forward Delivery = "forward"
)

// Mailbox (brevlåda) is an official address. Person is its owner; the address itself lies sealed.
type Mailbox struct {
	Org        string      `db:"org"`
	Authority  string      `db:"authority"`
	ID         string      `db:"id"`
	Kind       Kind        `db:"kind"`
	Person     string      `db:"person"`
	AddressTag string      `db:"address_tag"`
	Sealed     seal.Box    `db:"sealed"`
	State      State       `db:"state"`
	Delivery   Delivery    `db:"delivery"`
	Cover      bool        `db:"cover"`  // flagged letters are shown behind a cover
	Alarms     bool        `db:"alarms"` // their owner is told of an alarm at once
	Until      clock.Stamp `db:"until_at"`
	Created    clock.Stamp `db:"created"`
	Version    int64       `db:"version"`
	MAC        []byte      `db:"mac"`
}

// Who is what the row's MAC covers. The card is bound to the version, and so to the MAC.
func (m Mailbox) Who() seal.AD {
	return seal.Bind("mailbox", m.Org, m.Authority, m.ID, string(m.Kind), m.Person, m.AddressTag, string(m.State), string(m.Delivery)).
		With(m.Cover, m.Alarms, int64(m.Until), int64(m.Created), m.Version)
}

// AD binds the card to its mailbox.
func (m Mailbox) AD() seal.AD { return seal.Bind("mailbox card", m.Org, m.ID).With(m.Version) }

// Row is what the log remembers.
func (m Mailbox) Row() audit.Row { return audit.Row{Kind: "mailbox", ID: m.ID, Hash: m.Who().Hash()} }

// Card is the sealed part of a mailbox.
type Card struct {
	Address string `json:"address"`
	Name    string `json:"name"` // as it stands in From
	// Forward is the owner's own mailbox; nothing that leaves tells it.
	Forward string `json:"forward,omitempty"`
	// Traces are the owner's own words (a signature, a private number) that are cut out of answers.
	Traces []string `json:"traces,omitempty"`
	// Pointer is where to turn when the mailbox has ended: an address of a page.
	Pointer string `json:"pointer,omitempty"`
}

// maxName bounds a name in a header.
const maxName = 200

// Check tells what must be mended in a card.
func (c Card) Check() error {
	var bad []fault.Field
	if _, err := Normal(c.Address); err != nil {
		bad = append(bad, fault.Field{Name: "address", Code: "field.address"})
	}
	if n := len([]rune(c.Name)); n == 0 || n > maxName {
		bad = append(bad, fault.Field{Name: "name", Code: "field.name-length", Args: []any{maxName}})
	}
	if c.Forward != "" {
		if _, err := Normal(c.Forward); err != nil {
			bad = append(bad, fault.Field{Name: "forward", Code: "field.address"})
		}
	}
	return fault.Form(bad)
}

// Sealing seals a card into the row's next version and vouches for the row: call it last, and log Row.
func (m Mailbox) Sealing(k *keyring.Keys, c Card) (Mailbox, error) {
	tag, err := Tag(k, c.Address)
	if err != nil {
		return m, err
	}
	raw, err := marshal(c)
	if err != nil {
		return m, err
	}
	m.Org, m.AddressTag = k.Org, tag
	m.Version++
	m.Sealed = k.For(keyring.Mail).SealPadded(raw, m.AD())
	m.MAC = k.Vouch(m.Who())
	return m, nil
}

// Card opens the card.
func (m Mailbox) Card(k *keyring.Keys) (c Card, err error) {
	return c, open(k, m.Sealed, m.AD(), &c)
}

// Takes tells whether the mailbox takes mail.
func (m Mailbox) Takes() bool { return m.State == Open }

// Points tells whether a closed address still says where to turn, at a moment.
func (m Mailbox) Points(at clock.Stamp) bool { return m.State == Pointing && at < m.Until }
