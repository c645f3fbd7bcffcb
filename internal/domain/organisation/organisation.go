// Package organisation models a municipality or region: its authorities, units and texts.
package organisation

import (
	"net/url"
	"regexp"
	"strings"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Organisation (kommun eller region) is the row that carries the wrapped root key.
type Organisation struct {
	ID      string      `db:"id"`
	Root    seal.Box    `db:"root"`
	Escrow  seal.Box    `db:"escrow"`
	Created clock.Stamp `db:"created"`
}

// Profile is what the organisation shows of itself; it lies sealed in the setting "profile".
type Profile struct {
	Name    string `json:"name"`
	Primary string `json:"primary"` // #rrggbb
	Accent  string `json:"accent"`  // #rrggbb
	Contact string `json:"contact"`
	Phone   string `json:"phone,omitempty"`
	// Service is what the organisation calls its Värn; empty: the built-in words.
	Service string `json:"service,omitempty"`
	// Privacy is whom to ask about personal data: the data protection officer's address.
	Privacy string `json:"privacy,omitempty"`
	ExitURL string `json:"exit_url"` // where "leave quickly" goes
	// ShowNames: a person concerned sees names of those who opened, not only functions.
	ShowNames bool `json:"show_names"`
}

// Check tells what must be mended in a profile.
func (p Profile) Check() error {
	var bad []fault.Field
	if n := len([]rune(strings.TrimSpace(p.Name))); n == 0 || n > 100 {
		bad = append(bad, fault.Field{Name: "name", Code: "field.name-length", Args: []any{100}})
	}
	for name, v := range map[string]string{"primary": p.Primary, "accent": p.Accent} {
		if v != "" && !regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(v) {
			bad = append(bad, fault.Field{Name: name, Code: "field.colour"})
		}
	}
	for name, v := range map[string]string{"service": p.Service, "contact": p.Contact, "privacy": p.Privacy, "phone": p.Phone} {
		if len([]rune(v)) > 200 {
			bad = append(bad, fault.Field{Name: name, Code: "field.too-long", Args: []any{200}})
		}
	}
	if u, err := url.Parse(p.ExitURL); p.ExitURL != "" && (err != nil || u.Scheme != "https" || u.Host == "" || len(p.ExitURL) > 500) {
		bad = append(bad, fault.Field{Name: "exit_url", Code: "profile.exit"})
	}
	return fault.Form(bad)
}

// Authority (myndighet) is a board or company with its own register, archive and secrecy profile.
type Authority struct {
	Org     string      `db:"org"`
	ID      string      `db:"id"`
	Sealed  seal.Box    `db:"sealed"`
	Version int64       `db:"version"`
	Created clock.Stamp `db:"created"`
}

// AD binds the sealed name to its row and version.
func (a Authority) AD() seal.AD { return seal.Bind("authority", a.Org, a.ID).With(a.Version) }

// Unit (enhet) is a part of an authority.
type Unit struct {
	Org       string      `db:"org"`
	Authority string      `db:"authority"`
	ID        string      `db:"id"`
	Sealed    seal.Box    `db:"sealed"`
	Version   int64       `db:"version"`
	Created   clock.Stamp `db:"created"`
}

// AD binds the sealed name to its row and version.
func (u Unit) AD() seal.AD { return seal.Bind("unit", u.Org, u.Authority, u.ID).With(u.Version) }

// Label is the sealed part of an authority or a unit.
type Label struct {
	Name string `json:"name"`
	Code string `json:"code,omitempty"` // the authority's prefix in register numbers, e.g. KS
}

// Check tells what must be mended in a label.
func (l Label) Check() error {
	if n := len([]rune(strings.TrimSpace(l.Name))); n == 0 || n > 200 {
		return fault.In("name", "field.name-length", 200)
	}
	return nil
}

// Setting is a sealed text or group of settings with a version, so that two who edit it at
// once lose neither text.
type Setting struct {
	Org     string      `db:"org"`
	Name    string      `db:"name"`
	Sealed  seal.Box    `db:"sealed"`
	Version int64       `db:"version"`
	Changed clock.Stamp `db:"changed"`
}

// AD binds a setting's box to its name and version.
func (s Setting) AD() seal.AD { return seal.Bind("setting", s.Org, s.Name).With(s.Version) }

// RootAD binds a wrapped root key to its organisation.
func RootAD(org string) seal.AD { return seal.Bind("root", org) }

// Custodian (nyckelförvaltare) keeps one sheet of the recovery key. Code is the tag of the
// confirmation code printed on the sheet.
type Custodian struct {
	Name string `json:"name"`
	Code string `json:"code"`
}
