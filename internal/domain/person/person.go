// Package person models people, the keys that are theirs, and the roles they hold.
package person

import (
	"net/mail"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// State is how far a person has come.
type State string

// The states of a person. Only a confirmed person's key has anything sealed to it.
const (
	Registered State = "registered" // imported or entered, not yet invited
	Invited    State = "invited"
	Enrolled   State = "enrolled" // has made a key; nobody has confirmed its fingerprint
	Confirmed  State = "confirmed"
	Left       State = "left"
)

// Person (person) is an account. The name and address lie sealed; the row tells neither.
type Person struct {
	Org         string      `db:"org"`
	ID          string      `db:"id"`
	AddressTag  string      `db:"address_tag"`
	SourceTag   string      `db:"source_tag"`
	Sealed      seal.Box    `db:"sealed"`
	State       State       `db:"state"`
	PublicKey   seal.Public `db:"public_key"`
	KeyVersion  int64       `db:"key_version"`
	ConfirmedBy string      `db:"confirmed_by"`
	LeaveUntil  clock.Stamp `db:"leave_until"`
	Version     int64       `db:"version"`
	Created     clock.Stamp `db:"created"`
	Changed     clock.Stamp `db:"changed"`
	MAC         []byte      `db:"mac"`
}

// Who is what the row's MAC covers: everything that decides whether and how something may be
// sealed to this person.
func (p Person) Who() seal.AD {
	return seal.Bind("person", p.Org, p.ID, p.AddressTag, p.SourceTag, string(p.State), p.ConfirmedBy).
		With(p.PublicKey.Bytes(), p.KeyVersion, int64(p.LeaveUntil), p.Version)
}

// AD binds the sealed profile to the person; the version stands inside the MAC.
func (p Person) AD() seal.AD { return seal.Bind("profile", p.Org, p.ID) }

// KeyAD binds an unlocker's wrap to the person, the unlocker and the key's version.
func KeyAD(org, person, unlocker string, version int64) seal.AD {
	return seal.Bind("person key", org, person, unlocker).With(version)
}

// Away tells whether the person is on leave at a moment.
func (p Person) Away(at clock.Stamp) bool { return at < p.LeaveUntil }

// Profile is the sealed part of a person.
type Profile struct {
	Name    string `json:"name"`
	Address string `json:"address"` // e-mail
	Phone   string `json:"phone,omitempty"`
	Title   string `json:"title,omitempty"`
	Party   string `json:"party,omitempty"`
	Lang    string `json:"lang,omitempty"`
	// Protected: the person exists here under an alias alone (skyddade personuppgifter).
	Protected bool   `json:"protected,omitempty"`
	Source    string `json:"source,omitempty"` // the id in the register it was imported from
}

// Check tells what must be mended in a profile.
func (p Profile) Check() error {
	var bad []fault.Field
	if n := len([]rune(strings.TrimSpace(p.Name))); n == 0 || n > 200 {
		bad = append(bad, fault.Field{Name: "name", Code: "field.name-length", Args: []any{200}})
	}
	if p.Address != "" {
		if _, err := Address(p.Address); err != nil {
			bad = append(bad, fault.Field{Name: "address", Code: "field.address"})
		}
	}
	if len(p.Phone) > 40 || len(p.Title) > 200 || len(p.Party) > 200 {
		bad = append(bad, fault.Field{Name: "title", Code: "field.too-long", Args: []any{200}})
	}
	return fault.Form(bad)
}

// Address normalises an e-mail address for comparing: trimmed and lower-cased.
func Address(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || len(s) > 254 || strings.ContainsAny(s, "\r\n\x00 <>") {
		return "", fault.In("address", "field.address")
	}
	return strings.ToLower(a.Address), nil
}

// UnlockerKind is a way to open one's own key.
type UnlockerKind string

// The kinds of unlocker.
const (
	Passkey    UnlockerKind = "passkey"
	Passphrase UnlockerKind = "passphrase"
	Escrow     UnlockerKind = "escrow" // wrapped to the organisation's recovery key
)

// Unlocker is one wrap of a person's private key.
type Unlocker struct {
	Org        string       `db:"org"`
	Person     string       `db:"person"`
	ID         string       `db:"id"`
	Kind       UnlockerKind `db:"kind"`
	CredTag    string       `db:"cred_tag"`
	Wrap       seal.Box     `db:"wrap"`
	Sealed     seal.Box     `db:"sealed"`
	KeyVersion int64        `db:"key_version"`
	Created    clock.Stamp  `db:"created"`
	Used       clock.Stamp  `db:"used"`
	MAC        []byte       `db:"mac"`
}

// Who is what the unlocker's MAC covers.
func (u Unlocker) Who() seal.AD {
	return seal.Bind("unlocker", u.Org, u.Person, u.ID, string(u.Kind), u.CredTag).
		With(u.Wrap.Bytes(), u.Sealed.Bytes(), u.KeyVersion)
}

// Row is what the log remembers of the unlocker: one that was removed can't be put back unseen.
func (u Unlocker) Row() audit.Row {
	return audit.Row{Kind: "unlocker", ID: u.ID, Hash: u.Who().Hash()}
}

// AD binds the unlocker's sealed label and credential to its row.
func (u Unlocker) AD() seal.AD { return seal.Bind("unlocker label", u.Org, u.Person, u.ID) }

// Credential is the sealed part of an unlocker.
type Credential struct {
	Label    string `json:"label"`
	WebAuthn []byte `json:"webauthn,omitempty"` // the credential record as go-webauthn keeps it
	PRF      bool   `json:"prf,omitempty"`
}
