// Package function models functions: the seats that reports are sealed to, so that people
// come and go without anyone opening a case.
package function

import (
	"strings"

	"varn/internal/domain/person"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Kind is what a function is for.
type Kind string

// The kinds of function.
const (
	Security     Kind = "security"
	OnCall       Kind = "on_call"
	UnitManager  Kind = "unit_manager"
	PartyContact Kind = "party_contact"
	Registrar    Kind = "registrar"
	Safety       Kind = "safety_representative"
	Legal        Kind = "legal"
	Archive      Kind = "archive"
)

// Kinds lists every kind in the order in which pages show them.
func Kinds() []Kind {
	return []Kind{Security, OnCall, UnitManager, PartyContact, Registrar, Safety, Legal, Archive}
}

// Known tells whether k is a kind of the list.
func (k Kind) Known() bool {
	for _, known := range Kinds() {
		if k == known {
			return true
		}
	}
	return false
}

// Function (funktion) has a key pair whose private half is wrapped to each present holder.
type Function struct {
	Org        string      `db:"org"`
	Authority  string      `db:"authority"`
	ID         string      `db:"id"`
	Kind       Kind        `db:"kind"`
	Unit       string      `db:"unit"`
	Sealed     seal.Box    `db:"sealed"`
	PublicKey  seal.Public `db:"public_key"`
	KeyVersion int64       `db:"key_version"`
	Version    int64       `db:"version"`
	Created    clock.Stamp `db:"created"`
	MAC        []byte      `db:"mac"`
}

// Who is what the function's MAC covers.
func (f Function) Who() seal.AD {
	return seal.Bind("function", f.Org, f.Authority, f.ID, string(f.Kind), f.Unit).
		With(f.PublicKey.Bytes(), f.KeyVersion, f.Version)
}

// AD binds the sealed card to the function.
func (f Function) AD() seal.AD { return seal.Bind("function card", f.Org, f.ID).With(f.Version) }

// Enrolled tells whether the function has a key: somebody has taken the first seat.
func (f Function) Enrolled() bool { return f.KeyVersion > 0 }

// Card (kontaktkort) is the sealed part of a function.
type Card struct {
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
	Hours string `json:"hours,omitempty"`
	Mail  string `json:"mail,omitempty"`
	// Party is whose contact a function of that kind is.
	Party string `json:"party,omitempty"`
}

// Check tells what must be mended in a card.
func (c Card) Check() error {
	var bad []fault.Field
	if n := len([]rune(strings.TrimSpace(c.Name))); n == 0 || n > 200 {
		bad = append(bad, fault.Field{Name: "name", Code: "field.name-length", Args: []any{200}})
	}
	for name, v := range map[string]string{"phone": c.Phone, "hours": c.Hours, "mail": c.Mail, "party": c.Party} {
		if len([]rune(v)) > 200 {
			bad = append(bad, fault.Field{Name: name, Code: "field.too-long", Args: []any{200}})
		}
	}
	return fault.Form(bad)
}

// WrapKind tells how a holder's wrap is made.
type WrapKind string

// The kinds of wrap.
const (
	None    WrapKind = ""        // proposed: no wrap before it is confirmed
	Public  WrapKind = "public"  // to the holder's public key
	Own     WrapKind = "own"     // re-wrapped under the holder's own symmetric key
	Standby WrapKind = "standby" // sealed again under the organisation key until an escalation
)

// Holder (innehavare) is a person's seat in a function.
type Holder struct {
	Org         string            `db:"org"`
	Function    string            `db:"function"`
	ID          string            `db:"id"`
	Person      string            `db:"person"`
	State       person.GrantState `db:"state"`
	DeputyFor   string            `db:"deputy_for"`
	Standby     bool              `db:"standby"`
	From        clock.Stamp       `db:"from_at"`
	Until       clock.Stamp       `db:"until_at"`
	KeyVersion  int64             `db:"key_version"`
	WrapKind    WrapKind          `db:"wrap_kind"`
	Wrap        seal.Box          `db:"wrap"`
	ProposedBy  string            `db:"proposed_by"`
	ConfirmedBy string            `db:"confirmed_by"`
	Version     int64             `db:"version"`
	MAC         []byte            `db:"mac"`
}

// Who is what the seat's MAC covers. The wrap is not part of it: it authenticates itself and
// is replaced when its holder re-wraps it.
func (h Holder) Who() seal.AD {
	return seal.Bind("holder", h.Org, h.Function, h.ID, h.Person, string(h.State), h.DeputyFor, h.ProposedBy, h.ConfirmedBy).
		With(h.Standby, int64(h.From), int64(h.Until), h.KeyVersion, h.Version)
}

// WrapAD binds a wrap of the function's private key to function, seat and key version.
func (h Holder) WrapAD() seal.AD {
	return seal.Bind("function key", h.Org, h.Function, h.ID, h.Person).With(h.KeyVersion)
}

// Holds tells whether the seat is taken at a moment.
func (h Holder) Holds(at clock.Stamp) bool {
	return h.State == person.Active && h.From <= at && (h.Until == 0 || at < h.Until)
}

// Expired tells whether the seat's end date has passed.
func (h Holder) Expired(at clock.Stamp) bool { return h.Until != 0 && h.Until <= at }
