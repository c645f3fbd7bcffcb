package casefile

import (
	"varn/internal/domain/function"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// ReceiptRole tells whose a receipt is.
type ReceiptRole string

// Whose a receipt can be.
const (
	Reporter  ReceiptRole = "reporter"
	Concerned ReceiptRole = "concerned" // somebody else reported for them
)

// Receipt (mottagningskvitto) is the reporter's way back to an event. ID follows from the code,
// which is stored nowhere; Wrap is the code sealed to a signed-in reporter's key.
type Receipt struct {
	Org       string      `db:"org"`
	ID        string      `db:"id"`
	Event     string      `db:"event"`
	Role      ReceiptRole `db:"role"`
	PublicKey seal.Public `db:"public_key"`
	Person    string      `db:"person"` // empty without an account
	Wrap      seal.Box    `db:"wrap"`
	Created   clock.Stamp `db:"created"`
	Seen      clock.Stamp `db:"seen"`
	Version   int64       `db:"version"`
	MAC       []byte      `db:"mac"`
}

// Who is what the receipt's MAC covers: the key that answers are sealed to.
func (r Receipt) Who() seal.AD {
	return seal.Bind("receipt", r.Org, r.ID, r.Event, string(r.Role), r.Person).With(r.PublicKey.Bytes(), r.Wrap.Bytes(), int64(r.Created), r.Version)
}

// WrapAD binds the sealed code to its receipt.
func (r Receipt) WrapAD() seal.AD { return seal.Bind("receipt code", r.Org, r.ID, r.Person) }

// Echo (eko) lets the reporter read one item of a case: its data key under the receipt's key.
type Echo struct {
	Org     string   `db:"org"`
	Receipt string   `db:"receipt"`
	Case    string   `db:"case_id"`
	Item    string   `db:"item"`
	Kind    WrapKind `db:"kind"`
	Wrap    seal.Box `db:"wrap"`
}

// AD binds an echo to receipt, case and item.
func (e Echo) AD() seal.AD { return seal.Bind("echo", e.Org, e.Receipt, e.Case, e.Item) }

// Closed is the echo with the data key under the receipt's own symmetric key, for whoever has the
// code at hand.
func (e Echo) Closed(receipt *seal.Private, data []byte) Echo {
	e.Kind, e.Wrap = WrapOwn, function.MemberKey(receipt).Seal(data, e.AD())
	return e
}

// Sent is the echo with the data key sealed to the receipt's public half.
func (e Echo) Sent(c *seal.Courier, to seal.Public, data []byte) (Echo, error) {
	var err error
	e.Kind = WrapPublic
	e.Wrap, err = c.Wrap(to, data, e.AD())
	return e, err
}

// Open gives the data key.
func (e Echo) Open(receipt *seal.Private) ([]byte, error) {
	if e.Kind == WrapOwn {
		return function.MemberKey(receipt).Open(e.Wrap, e.AD())
	}
	return receipt.Unwrap(e.Wrap, e.AD())
}
