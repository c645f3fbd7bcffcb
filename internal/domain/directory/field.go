// Package directory (katalog) models the register of elected representatives and the policy that says
// what of it the public may see. Publish is the one function that decides: pages, exports and what a
// person is shown of themselves are all made of its answer.
package directory

import (
	"slices"

	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// Field (uppgift) is one thing that could be published about a representative.
type Field string

// The fields. Those after Link are never published, and the register does not even hold them.
const (
	Name           Field = "NAME"
	Party          Field = "PARTY"
	Assignments    Field = "ASSIGNMENTS"
	Contact        Field = "CONTACT" // the form and the official address: both lead through Värn
	Phone          Field = "PHONE"   // given for the assignment
	Photo          Field = "PHOTO"
	Link           Field = "LINK"
	BirthYear      Field = "BIRTH_YEAR"
	Home           Field = "HOME_ADDRESS"
	PrivatePhone   Field = "PRIVATE_PHONE"
	PrivateAddress Field = "PRIVATE_MAIL"
	Relatives      Field = "RELATIVES"
	Attendance     Field = "ATTENDANCE" // at meetings that have not been held
)

// Fields lists every field in the order of the page.
func Fields() []Field {
	return []Field{Name, Party, Assignments, Contact, Phone, Photo, Link, BirthYear, Home, PrivatePhone, PrivateAddress, Relatives, Attendance}
}

// Held lists the fields that the register holds.
func Held() []Field { return Fields()[:7] }

// Asked lists the fields that a person can be asked to consent to.
func Asked() []Field { return []Field{Name, Party, Contact, Phone, Photo, Link} }

// Term is the key of a field's name; with "-text" it says where the default comes from.
func (f Field) Term() string { return code.Term("directory.field", f) }

// Rule (regel) is what the policy says of a field, from the loosest to the strictest.
type Rule string

// The rules.
const (
	Allowed Rule = "ALLOWED"
	Consent Rule = "CONSENT" // the person's own, which they can withdraw
	Never   Rule = "NEVER"
)

// Rules lists every rule, the loosest first.
func Rules() []Rule { return []Rule{Allowed, Consent, Never} }

// Term is the key of a rule's name.
func (r Rule) Term() string { return code.Term("directory.rule", r) }

func (r Rule) strictness() int { return slices.Index(Rules(), r) }

// stricter gives the stricter of two rules; what is no rule counts as none.
func stricter(a, b Rule) Rule {
	if b.strictness() > a.strictness() {
		return b
	}
	return a
}

// Default is what holds where nothing is decided. Name, party, assignments and an address given for the
// assignment may be published; a phone, a photo and a link wait for the person's consent; the rest never.
// The Swedish grounds are SKR's guidance on names of representatives on the web; that an address given for
// the assignment may be published, and private data only by consent, is the rule of the Finnish statute,
// taken as a model: in Sweden it is a choice, and not law.
func (f Field) Default() Rule {
	switch f {
	case Name, Party, Assignments, Contact:
		return Allowed
	case Phone, Photo, Link:
		return Consent
	}
	return Never
}

// Loosest is how far a policy can go. A phone that the organisation has given for the assignment may be
// published by its decision; a photo and a link only by consent; the rest never.
func (f Field) Loosest() Rule {
	if f == Phone {
		return Allowed
	}
	return f.Default()
}

// Choices lists the rules that a policy may set for a field.
func (f Field) Choices() []Rule { return Rules()[f.Loosest().strictness():] }

// Policy (publiceringspolicy) says for some fields what holds. What it is silent on falls back.
type Policy map[Field]Rule

// Check refuses what is looser than the floor: the field's own, and over is the policy that this one must
// not be looser than (nil for the organisation's own).
func (p Policy) Check(over Policy) error {
	var bad []fault.Field
	for f, r := range p {
		switch {
		case !slices.Contains(Fields(), f):
			bad = append(bad, code.Unknown("field", Fields()))
		case !slices.Contains(Rules(), r):
			bad = append(bad, fault.Field{Name: string(f), Code: "field.choose"})
		case r.strictness() < f.Loosest().strictness(), over != nil && r.strictness() < over.Of(f).strictness():
			bad = append(bad, fault.Field{Name: string(f), Code: "directory.looser"})
		}
	}
	return fault.Form(bad)
}

// Of is what the policy says of a field, or the default where it is silent.
func (p Policy) Of(f Field) Rule {
	if r, ok := p[f]; ok {
		return stricter(f.Loosest(), r)
	}
	return f.Default()
}

// Protection (skyddade personuppgifter) is which of the three levels a person has.
type Protection string

// The levels, and none. What each means for publishing is Värn's own caution and stands in no law: at
// every level the person exists in the register under an alias alone.
const (
	Open       Protection = ""
	Marked     Protection = "MARKED"     // sekretessmarkering
	Registered Protection = "REGISTERED" // skyddad folkbokföring
	Fictitious Protection = "FICTITIOUS" // fingerade personuppgifter
)

// Protections lists every level.
func Protections() []Protection { return []Protection{Open, Marked, Registered, Fictitious} }

// Term is the key of a level's name.
func (p Protection) Term() string {
	if p == Open {
		return "directory.protection.none"
	}
	return code.Term("directory.protection", p)
}

// overrides gives the strictest that a level allows of a field, whatever policy and consent say.
func (p Protection) overrides(f Field) Rule {
	switch {
	case p == Open:
		return Allowed
	case p == Fictitious:
		return Never // not even the alias, and no place in a list that could be counted
	case f == Name || f == Assignments:
		return Allowed // the alias
	case p == Marked && f == Contact:
		return Allowed
	}
	return Never
}

// Terms are the keys of every text of the package.
func Terms() []string {
	out := slices.Concat(code.Terms("directory.rule", Rules()), code.Terms("directory.body", BodyKinds()), code.Terms("directory.why", Whys()))
	for _, f := range Fields() {
		out = append(out, f.Term(), f.Term()+"-text")
	}
	for _, p := range Protections() {
		out = append(out, p.Term(), p.Term()+"-text")
	}
	return out
}
