// Package ruling models the rules that an organisation decides for itself and that decide who gets
// what: proposed by one, and in force when a present holder of the security function confirms it.
package ruling

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Kind is what a rule is about.
type Kind string

// The kinds of rule. Scope names what it holds for.
const (
	Routing   Kind = "routing"   // the whole organisation: local decision, minutes, choices
	Unit      Kind = "unit"      // a unit: questions, second approval, reported in KIA
	Register  Kind = "register"  // an authority: number pattern, provision, where entries are sent
	Retention Kind = "retention" // an authority: years and decision
	// Obligation: an obligation, by its code: its clock, from which day, by which decision.
	Obligation Kind = "obligation"
	Likeness   Kind = "likeness" // an authority: its cases may be compared
	Mail       Kind = "mail"     // an authority: letters may be forwarded to their receivers' own mailboxes
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Routing, Unit, Register, Retention, Obligation, Likeness, Mail} }

// State tells how far a rule has come.
type State string

// The states of a rule.
const (
	Proposed State = "proposed"
	Active   State = "active"
	Replaced State = "replaced"
	Refused  State = "refused"
)

// Ruling (beslut om regel) is one version of a rule. What it says lies sealed under the
// organisation's key.
type Ruling struct {
	Org         string      `db:"org"`
	ID          string      `db:"id"`
	Kind        Kind        `db:"kind"`
	Scope       string      `db:"scope"`
	Sealed      seal.Box    `db:"sealed"`
	State       State       `db:"state"`
	ProposedBy  string      `db:"proposed_by"`
	ConfirmedBy string      `db:"confirmed_by"`
	Created     clock.Stamp `db:"created"`
	Version     int64       `db:"version"`
	MAC         []byte      `db:"mac"`
}

// Who is what the rule's MAC covers.
func (r Ruling) Who() seal.AD {
	return seal.Bind("ruling", r.Org, r.ID, string(r.Kind), r.Scope, string(r.State), r.ProposedBy, r.ConfirmedBy).
		With(r.Sealed.Bytes(), int64(r.Created), r.Version)
}

// AD binds the sealed text to its rule.
func (r Ruling) AD() seal.AD { return seal.Bind("ruling text", r.Org, r.ID, string(r.Kind), r.Scope) }
