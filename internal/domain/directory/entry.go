package directory

import (
	"encoding/json"

	"varn/internal/domain/audit"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Kind is what an entry of the register is.
type Kind string

// The kinds of entry. They share one table: each is a sealed card that decides what the public sees or
// to whom a letter goes, so each carries a MAC and is logged.
const (
	BodyEntry           Kind = "body"
	RepresentativeEntry Kind = "representative"
	AssignmentEntry     Kind = "assignment"
	PolicyEntry         Kind = "policy"
	ConsentEntry        Kind = "consent"
	PortraitEntry       Kind = "portrait"
	ReportEntry         Kind = "report"
)

// Entry is a row of the register. It tells that there is something, of which kind and of whom by id.
type Entry struct {
	Org       string      `db:"org"`
	ID        string      `db:"id"`
	Kind      Kind        `db:"kind"`
	Authority string      `db:"authority"`
	Of        string      `db:"of_id"`  // the representative, or the body, that it is about
	In        string      `db:"in_id"`  // an assignment's body
	Person    string      `db:"person"` // a representative's account; who gave a consent
	Slug      string      `db:"slug_tag"`
	Source    string      `db:"source_tag"`
	Ended     clock.Stamp `db:"ended"`
	Sealed    seal.Box    `db:"sealed"`
	Version   int64       `db:"version"`
	Created   clock.Stamp `db:"created"`
	Changed   clock.Stamp `db:"changed"`
	MAC       []byte      `db:"mac"`
}

// Who is what the entry's MAC covers: all of it.
func (e Entry) Who() seal.AD {
	return seal.Bind("directory", e.Org, e.ID, string(e.Kind), e.Authority, e.Of, e.In, e.Person, e.Slug, e.Source).
		With(int64(e.Ended), e.Sealed, e.Version, int64(e.Created), int64(e.Changed))
}

// AD binds the sealed card to its entry.
func (e Entry) AD() seal.AD { return seal.Bind("directory card", e.Org, e.ID, string(e.Kind)) }

// Row is what the log remembers of the entry.
func (e Entry) Row() audit.Row {
	return audit.Row{Kind: "directory", ID: e.ID, Hash: e.Who().Hash()}
}

// PictureAD binds one size of a portrait to its entry.
func PictureAD(org, portrait string, size Size) seal.AD {
	return seal.Bind("portrait", org, portrait, string(size))
}

// Size is how large a portrait is kept.
type Size string

// The sizes of a portrait, by their longest side.
const (
	Large Size = "large" // 480 pixels
	Small Size = "small" // 120
)

// Day (dag) is a date as 2026-11-22; empty is open.
type Day string

// Assignment (uppdrag) is a place in a body for a time. The last day is part of it.
type Assignment struct {
	Entry `json:"-"`
	Role  string `json:"role"`
	From  Day    `json:"from,omitempty"`
	Until Day    `json:"until,omitempty"`
}

// Holds tells whether the assignment is held on a day.
func (a Assignment) Holds(on Day) bool {
	return a.Ended == 0 && (a.From == "" || a.From <= on) && (a.Until == "" || on <= a.Until)
}

// Over tells whether the assignment's time has passed.
func (a Assignment) Over(on Day) bool { return a.Ended != 0 || a.Until != "" && a.Until < on }

// Decided (beslutad policy) is a policy in force from when it was entered; of is a body, or empty for the
// organisation's own. Earlier ones are kept.
type Decided struct {
	Entry    `json:"-"`
	Policy   Policy `json:"policy"`
	Decision string `json:"decision,omitempty"` // number of the decision
	Why      string `json:"why,omitempty"`
}

// Given (samtycke) is a person's consent to one field, until it is withdrawn (Ended).
type Given struct {
	Entry `json:"-"`
	Field Field `json:"field"`
}

// Portrait (porträtt) says that there is a photo; the pictures lie sealed for themselves.
type Portrait struct {
	Entry  `json:"-"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Snapshot (avstämning) is a conformance report as it was made.
type Snapshot struct {
	Entry  `json:"-"`
	Report Conformance `json:"report"`
}

// Decode reads what a card says into its type.
func Decode(raw []byte, into any) error { return json.Unmarshal(raw, into) }
