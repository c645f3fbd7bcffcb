// Package casefile models cases, their circles and what lies sealed in them.
package casefile

import (
	"varn/internal/domain/access"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// State is where a case stands. The life-cycle grows in this one place.
type State string

// The states of a case.
const (
	Open   State = "open"
	Closed State = "closed"
)

// Case (ärende) is what may be known without opening the seal.
type Case struct {
	Org        string      `db:"org"`
	Authority  string      `db:"authority"`
	ID         string      `db:"id"`
	Ref        string      `db:"ref"`
	State      State       `db:"state"`
	PublicKey  seal.Public `db:"public_key"`
	KeyVersion int64       `db:"key_version"`
	// KeyStale: a member was removed; the next item brings a new key pair.
	KeyStale  bool        `db:"key_stale"`
	Exclusion seal.Box    `db:"exclusion"`
	Opened    clock.Stamp `db:"opened"`
	Changed   clock.Stamp `db:"changed"`
	Items     int64       `db:"items"`
	Version   int64       `db:"version"`
	MAC       []byte      `db:"mac"`

	// Event joins the views of one event; a case that was opened by hand has none.
	Event string `db:"event"`
	View  string `db:"view"` // for whom this view is: a routing.ViewKind, or empty
	// Responsible is the function or person that answers for the case; Handler the person who took it.
	Responsible string `db:"responsible"`
	Handler     string `db:"handler"`
	Unit        string `db:"unit"`
	// Urgency is a proposal, 0 to 3.
	Urgency int64 `db:"urgency"`
	// Met is the first opening by somebody of the circle.
	Met      clock.Stamp `db:"met"`
	Assessed clock.Stamp `db:"assessed"`
	// Due is the nearest deadline.
	Due     clock.Stamp `db:"due"`
	Outcome string      `db:"outcome"`
	// Retention names the rule and its decision; Forget is when the case may be destroyed; Hold
	// stops it.
	Retention string      `db:"retention"`
	Forget    clock.Stamp `db:"forget"`
	Hold      bool        `db:"hold"`
	// Epoch is the leaf of the tree of erasable keys that the items hang from; 0: none.
	Epoch int64 `db:"epoch"`
}

// Who is what the case's MAC covers: the key that things are sealed to, the exclusion, the count of
// items, who answers for it, and what decides when it may be destroyed.
func (c Case) Who() seal.AD {
	return seal.Bind("case", c.Org, c.Authority, c.ID, c.Ref, string(c.State)).
		With(c.PublicKey.Bytes(), c.KeyVersion, c.KeyStale, c.Exclusion.Bytes(), c.Items, c.Version).
		With(c.Event, c.View, c.Responsible, c.Handler, c.Unit, c.Outcome, c.Retention, int64(c.Forget), c.Hold, c.Epoch)
}

// Rank is the case's place in an inbox: the most urgent first, then the oldest.
func (c Case) Rank() int64 { return (3-c.Urgency)<<52 + int64(c.Opened) }

// ExclusionAD binds the sealed exclusion to its case.
func ExclusionAD(org, caseID string) seal.AD { return seal.Bind("exclusion", org, caseID) }

// PlaceKind tells what sits in a place of the circle.
type PlaceKind string

// What can sit in a circle.
const (
	ByPerson   PlaceKind = "person"
	ByFunction PlaceKind = "function"
	ByRecovery PlaceKind = "recovery" // nobody qualified: the organisation's recovery key
)

// Place (plats i kretsen) is a seat in a case's circle, with its reason and perhaps an end.
type Place struct {
	Org       string      `db:"org"`
	Authority string      `db:"authority"`
	Case      string      `db:"case_id"`
	ID        string      `db:"id"`
	Kind      PlaceKind   `db:"kind"`
	Member    string      `db:"member"`
	AddedBy   string      `db:"added_by"`
	Reason    seal.Box    `db:"reason"`
	ReasonKey seal.Box    `db:"reason_key"`
	From      clock.Stamp `db:"from_at"`
	Until     clock.Stamp `db:"until_at"`
	Ended     clock.Stamp `db:"ended"`
	Version   int64       `db:"version"`
	MAC       []byte      `db:"mac"`
}

// Who is what the place's MAC covers.
func (p Place) Who() seal.AD {
	return seal.Bind("place", p.Org, p.Authority, p.Case, p.ID, string(p.Kind), p.Member, p.AddedBy).
		With(p.Reason.Bytes(), p.ReasonKey.Bytes(), int64(p.From), int64(p.Until), int64(p.Ended), p.Version)
}

// ReasonAD binds the sealed reason to its place.
func (p Place) ReasonAD() seal.AD { return seal.Bind("reason", p.Org, p.Case, p.ID) }

// Seat is the place as the access rules see it.
func (p Place) Seat() access.Place {
	return access.Place{ID: p.ID, Kind: string(p.Kind), Member: p.Member, From: p.From, Until: p.Until, Ended: p.Ended}
}

// WrapKind tells how a wrap of the case's private key is made.
type WrapKind string

// The kinds of wrap.
const (
	WrapPublic WrapKind = "public" // to the public key of the person or function
	WrapOwn    WrapKind = "own"    // re-wrapped under the member's own symmetric key
)

// Wrap is the case's private key for one place.
type Wrap struct {
	Org        string   `db:"org"`
	Case       string   `db:"case_id"`
	Place      string   `db:"place"`
	KeyVersion int64    `db:"key_version"`
	Kind       WrapKind `db:"kind"`
	Wrap       seal.Box `db:"wrap"`
}

// AD binds a wrap to organisation, case, member and version, as design of the format has it.
func (w Wrap) AD() seal.AD {
	return seal.Bind("case key", w.Org, w.Case, w.Place).With(w.KeyVersion)
}
