// Package exposure finds Swedish personal data in text: identity numbers, phones, addresses, accounts
// and the like, each with its place, how sure it is and why. It is pure, and reads text of any
// length in memory that does not grow with it.
package exposure

import (
	"slices"

	"varn/internal/kit/locale"
)

// Kind is what sort of data a finding (fynd) is.
type Kind string

// The kinds, as they stand in files and in the API.
const (
	Personnummer        Kind = "personnummer"
	CoordinationNumber  Kind = "coordination_number" // samordningsnummer
	Phone               Kind = "phone"
	Email               Kind = "email"
	StreetAddress       Kind = "street_address"
	PostalCode          Kind = "postal_code"
	VehicleRegistration Kind = "vehicle_registration"
	BankAccount         Kind = "bank_account"
	Bankgiro            Kind = "bankgiro"
	Plusgiro            Kind = "plusgiro"
	IBAN                Kind = "iban"
	Property            Kind = "property" // fastighetsbeteckning
	Coordinates         Kind = "coordinates"
	SocialHandle        Kind = "social_handle"
	ChildSchool         Kind = "child_school"
	SignatureImage      Kind = "signature_image"
	Metadata            Kind = "metadata" // what a document tells beside its text; extract gives it
)

// Kinds is every kind, the gravest first.
var Kinds = []Kind{
	Personnummer, CoordinationNumber, StreetAddress, ChildSchool, Phone, Email, BankAccount, IBAN, Bankgiro,
	Plusgiro, VehicleRegistration, Property, Coordinates, PostalCode, SocialHandle, SignatureImage, Metadata,
}

// Known tells whether there is such a kind.
func Known(s string) (Kind, bool) {
	k := Kind(s)
	return k, slices.Contains(Kinds, k)
}

// Term is the text that names the kind.
func (k Kind) Term() locale.Key { return terms[k] }

var terms = map[Kind]locale.Key{
	Personnummer: "finding.kind.personnummer", CoordinationNumber: "finding.kind.coordination_number",
	Phone: "finding.kind.phone", Email: "finding.kind.email", StreetAddress: "finding.kind.street_address",
	PostalCode: "finding.kind.postal_code", VehicleRegistration: "finding.kind.vehicle_registration",
	BankAccount: "finding.kind.bank_account", Bankgiro: "finding.kind.bankgiro", Plusgiro: "finding.kind.plusgiro",
	IBAN: "finding.kind.iban", Property: "finding.kind.property", Coordinates: "finding.kind.coordinates",
	SocialHandle: "finding.kind.social_handle", ChildSchool: "finding.kind.child_school",
	SignatureImage: "finding.kind.signature_image", Metadata: "finding.kind.metadata",
}

// Hit is one finding in a text. Start and End are offsets in bytes of the text; Value is what stands
// there, Context the words of the line around it, both clear: what leaves the process shows Masked
// and MaskedContext unless somebody has asked to see. Ref names whose it is, of the list, if Listed.
type Hit struct {
	Kind           Kind
	Start, End     int64
	Value, Context string
	MaskedContext  string  // Context with this and every other finding in it masked
	Confidence     float64 // 0 to 1
	Rule           string  // why; see Why
	Listed         bool
	Ref            string
	masked         string // of MaskedContext, or empty
}

// Masked shows enough of the value to know it again, and too little to use it.
func (h Hit) Masked() string {
	if h.masked != "" {
		return h.masked
	}
	return Mask(h.Kind, h.Value)
}

// Options is what a scanner knows beforehand.
type Options struct {
	// Domains are the organisation's own, "exempelstad.se": an address there, or under it, is official and no finding.
	Domains []string
	// Listed are the protected persons, or nil.
	Listed *List
}

// Scanner finds. It may be used by many at once.
type Scanner struct {
	official [][]byte
	list     *List
}

// New makes a scanner.
func New(o Options) *Scanner {
	s := &Scanner{list: o.Listed}
	for _, d := range o.Domains {
		s.official = append(s.official, lowered([]byte(d)))
	}
	return s
}
