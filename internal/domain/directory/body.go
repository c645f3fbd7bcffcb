package directory

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// BodyKind is what sort of body it is.
type BodyKind string

// The kinds of body.
const (
	Council   BodyKind = "COUNCIL"   // kommunfullmäktige, regionfullmäktige
	Executive BodyKind = "EXECUTIVE" // kommunstyrelsen, regionstyrelsen
	Board     BodyKind = "BOARD"     // nämnd
	Committee BodyKind = "COMMITTEE" // utskott, beredning
	Company   BodyKind = "COMPANY"   // bolag, förbund
	OtherBody BodyKind = "OTHER"
)

// BodyKinds lists every kind.
func BodyKinds() []BodyKind {
	return []BodyKind{Council, Executive, Board, Committee, Company, OtherBody}
}

// Term is the key of a kind's name.
func (k BodyKind) Term() string { return code.Term("directory.body", k) }

// Guess takes a body's kind from its name, for a file that does not tell.
func Guess(name string) BodyKind {
	name = strings.ToLower(name)
	for _, g := range []struct {
		word string
		kind BodyKind
	}{{"fullmäktige", Council}, {"utskott", Committee}, {"beredning", Committee}, {"kommunstyrelsen", Executive}, {"regionstyrelsen", Executive}, {"nämnd", Board},
		{"bolag", Company}, {" ab", Company}, {"förbund", Company}} {
		if strings.Contains(name, g.word) {
			return g.kind
		}
	}
	return OtherBody
}

// Body (organ) is what people are elected to. It belongs to an authority, which answers for its letters.
type Body struct {
	Entry `json:"-"`
	Name  string   `json:"name"`
	Slug  string   `json:"slug"`
	Kind  BodyKind `json:"kind"`
	Text  string   `json:"text,omitempty"`
	// Exposed: its members are threatened more than others, and its policy may be stricter.
	Exposed bool `json:"exposed,omitempty"`
	// Letters can be written to the body as such; Mailbox is where they come, Person of the entry reads them.
	Letters bool   `json:"letters,omitempty"`
	Mailbox string `json:"mailbox,omitempty"` // id
	Address string `json:"address,omitempty"` // official
}

// Check tells what must be mended.
func (b Body) Check() error {
	var bad []fault.Field
	if n := len([]rune(strings.TrimSpace(b.Name))); n == 0 || n > 200 {
		bad = append(bad, fault.Field{Name: "name", Code: "field.name-length", Args: []any{200}})
	}
	if !slices.Contains(BodyKinds(), b.Kind) {
		bad = append(bad, fault.Field{Name: "kind", Code: "field.choose"})
	}
	if len([]rune(b.Text)) > 1000 {
		bad = append(bad, fault.Field{Name: "text", Code: "field.too-long", Args: []any{1000}})
	}
	if b.Authority == "" {
		bad = append(bad, fault.Field{Name: "authority", Code: "field.choose"})
	}
	return fault.Form(bad)
}

// Representative (förtroendevald) is who has been elected. Whoever has protected personal data stands
// here under an alias alone: the register does not hold their name.
type Representative struct {
	Entry      `json:"-"`
	Name       string     `json:"name"` // the alias of who is protected
	Slug       string     `json:"slug"`
	Party      string     `json:"party,omitempty"`
	District   string     `json:"district,omitempty"`
	Phone      string     `json:"phone,omitempty"` // given for the assignment
	Link       string     `json:"link,omitempty"`
	Address    string     `json:"address,omitempty"` // official; empty where the organisation has no mail domain
	Mailbox    string     `json:"mailbox,omitempty"` // id
	Protection Protection `json:"protection,omitempty"`
	// Until is the moment up to which the address of an ended representative answers with a pointer.
	Until clock.Stamp `json:"until,omitempty"`
}

// Check tells what must be mended.
func (r Representative) Check() error {
	var bad []fault.Field
	if n := len([]rune(strings.TrimSpace(r.Name))); n == 0 || n > 200 {
		bad = append(bad, fault.Field{Name: "name", Code: "field.name-length", Args: []any{200}})
	}
	for name, v := range map[string]string{"party": r.Party, "district": r.District} {
		if len([]rune(v)) > 200 {
			bad = append(bad, fault.Field{Name: name, Code: "field.too-long", Args: []any{200}})
		}
	}
	if len(r.Phone) > 40 {
		bad = append(bad, fault.Field{Name: "phone", Code: "field.too-long", Args: []any{40}})
	}
	if u, err := url.Parse(r.Link); r.Link != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(r.Link) > 500) {
		bad = append(bad, fault.Field{Name: "link", Code: "directory.bad-link"})
	}
	if !slices.Contains(Protections(), r.Protection) {
		bad = append(bad, fault.Field{Name: "protection", Code: "field.choose"})
	}
	if r.Protection != Open && (r.Phone != "" || r.Link != "") {
		bad = append(bad, fault.Field{Name: "protection", Code: "directory.protected-holds"})
	}
	return fault.Form(bad)
}

// Settings is what the organisation has decided about its directory as a whole.
type Settings struct {
	V int `json:"v"`
	// Domain is the official addresses' own; empty: there are none, and the form alone leads here.
	Domain string `json:"domain,omitempty"`
	// PointerDays is how long an ended address answers with a pointer. Zero: DefaultPointer.
	PointerDays int      `json:"pointer_days,omitempty"`
	Terms       []Term   `json:"terms,omitempty"`
	Parties     []string `json:"parties,omitempty"`
	// Embed lists the origins, as "https://host", that may show the directory in their own pages.
	Embed []string `json:"embed,omitempty"`
}

// DefaultPointer is how many days an ended address answers with a pointer where nothing is decided.
const DefaultPointer = 180

// Term (mandatperiod) is a time that people are elected for.
type Term struct {
	Name  string `json:"name"`
	From  Day    `json:"from"`
	Until Day    `json:"until"`
}

// Pointer is how long an ended address answers with a pointer.
func (s Settings) Pointer() time.Duration {
	days := s.PointerDays
	if days <= 0 {
		days = DefaultPointer
	}
	return time.Duration(days) * 24 * time.Hour
}

// Check tells what must be mended.
func (s Settings) Check() error {
	var bad []fault.Field
	if s.Domain != "" && (len(s.Domain) > 253 || !strings.Contains(s.Domain, ".") || strings.Trim(s.Domain, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" || strings.HasPrefix(s.Domain, ".") || strings.HasSuffix(s.Domain, ".")) {
		bad = append(bad, fault.Field{Name: "domain", Code: "directory.bad-domain"})
	}
	if s.PointerDays < 0 || s.PointerDays > 3650 {
		bad = append(bad, fault.Field{Name: "pointer", Code: "directory.bad-pointer"})
	}
	for _, t := range s.Terms {
		if !t.From.Valid() || !t.Until.Valid() || t.From > t.Until || t.Name == "" || len(t.Name) > 100 {
			bad = append(bad, fault.Field{Name: "terms", Code: "directory.bad-terms"})
			break
		}
	}
	for _, o := range s.Embed {
		u, err := url.Parse(o)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil || strings.ContainsAny(o, " ;,'\"*") {
			bad = append(bad, fault.Field{Name: "embed", Code: "directory.bad-embed"})
			break
		}
	}
	if len(s.Terms) > 20 || len(s.Parties) > 50 || len(s.Embed) > 50 {
		bad = append(bad, fault.Field{Code: "field.too-many", Args: []any{50}})
	}
	return fault.Form(bad)
}

// Valid tells whether a day is one.
func (d Day) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}
