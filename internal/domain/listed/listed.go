// Package listed models the list of protected persons that the watch looks for, and what somebody looks for of
// themselves. The list holds blind tokens and never what they stand for; one's own is sealed to oneself.
package listed

import (
	"slices"
	"strings"
	"unicode/utf8"

	"varn/internal/domain/exposure"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Bounds of one person's facts.
const (
	MaxLines = 20  // of each sort
	MaxLine  = 200 // characters
	MaxLabel = 100
)

// Row is one person on the list.
type Row struct {
	Org     string      `db:"org"`
	ID      string      `db:"id"`
	Person  string      `db:"person"` // who asked for it themselves; empty: entered by somebody whose work it is
	Sealed  seal.Box    `db:"sealed"`
	Created clock.Stamp `db:"created"`
}

// AD binds the sealed body to its row.
func (r Row) AD() seal.AD { return seal.Bind("listed", r.Org, r.ID, r.Person) }

// Body is what lies sealed of a row: tokens, how many of each sort, and what the list calls the person.
type Body struct {
	Label  string                      `json:"label,omitempty"`
	By     string                      `json:"by,omitempty"` // who entered it
	Tokens []Token                     `json:"tokens"`
	Counts map[exposure.ListedKind]int `json:"counts"`
}

// Token is one blind token as it is kept.
type Token struct {
	Kind  exposure.ListedKind `json:"k"`
	Value []byte              `json:"v"`
}

// Blind makes the body of what is looked for: nothing in it can be read back.
func Blind(key seal.Key, id, label string, f Facts) Body {
	out := Body{Label: strings.TrimSpace(label), Counts: map[exposure.ListedKind]int{}}
	for _, t := range exposure.Tokens(key, f.listing(id)) {
		out.Tokens = append(out.Tokens, Token{t.Kind, t.Value[:]})
	}
	for kind, lines := range map[exposure.ListedKind][]string{exposure.ListedName: f.Names, exposure.ListedAddress: f.Addresses, exposure.ListedPhone: f.Phones,
		exposure.ListedMail: f.Mails, exposure.ListedPlate: f.Plates} {
		if len(lines) > 0 {
			out.Counts[kind] = len(lines)
		}
	}
	return out
}

// Given are the tokens of a body for a list, under what the row is called.
func (b Body) Given(ref string) []exposure.Token {
	out := make([]exposure.Token, 0, len(b.Tokens))
	for _, t := range b.Tokens {
		one := exposure.Token{Kind: t.Kind, Ref: ref}
		copy(one.Value[:], t.Value)
		out = append(out, one)
	}
	return out
}

// Facts are what is looked for of somebody, clear.
type Facts struct {
	Names     []string `json:"names,omitempty"`
	Addresses []string `json:"addresses,omitempty"`
	Phones    []string `json:"phones,omitempty"`
	Mails     []string `json:"mails,omitempty"`
	Plates    []string `json:"plates,omitempty"`
}

func (f Facts) listing(ref string) exposure.Listing {
	return exposure.Listing{Ref: ref, Names: f.Names, Addresses: f.Addresses, Phones: f.Phones, Mails: f.Mails, Plates: f.Plates}
}

// Empty tells whether there is nothing to look for.
func (f Facts) Empty() bool {
	return len(f.Names)+len(f.Addresses)+len(f.Phones)+len(f.Mails)+len(f.Plates) == 0
}

// Lines cuts what was written into facts, one a line.
func Lines(text string) []string {
	var out []string
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ';' }) {
		if line = strings.Join(strings.Fields(line), " "); line != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// Check tells what must be mended. A fact of which no token can be made is never looked for, and is said.
func (f Facts) Check(key seal.Key) error {
	var bad []fault.Field
	for _, of := range []struct {
		name, code string
		lines      []string
		with       func(string) Facts
	}{
		{"names", "listed.name", f.Names, func(s string) Facts { return Facts{Names: []string{s}} }},
		{"addresses", "listed.address", f.Addresses, func(s string) Facts { return Facts{Addresses: []string{s}} }},
		{"phones", "listed.phone", f.Phones, func(s string) Facts { return Facts{Phones: []string{s}} }},
		{"mails", "listed.mail", f.Mails, func(s string) Facts { return Facts{Mails: []string{s}} }},
		{"plates", "listed.plate", f.Plates, func(s string) Facts { return Facts{Plates: []string{s}} }},
	} {
		if len(of.lines) > MaxLines {
			bad = append(bad, fault.Field{Name: of.name, Code: "listed.many", Args: []any{MaxLines}})
			continue
		}
		for _, line := range of.lines {
			if utf8.RuneCountInString(line) > MaxLine {
				bad = append(bad, fault.Field{Name: of.name, Code: "field.too-long", Args: []any{MaxLine}})
				break
			}
			if len(exposure.Tokens(key, of.with(line).listing("x"))) == 0 {
				bad = append(bad, fault.Field{Name: of.name, Code: of.code, Args: []any{line}})
				break
			}
		}
	}
	return fault.Form(bad)
}
