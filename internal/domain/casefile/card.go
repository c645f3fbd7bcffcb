package casefile

import (
	"net/url"
	"slices"
	"strings"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// EvidenceCard is the kind of the item that says what an original is: Card. The newest of an object
// holds.
const EvidenceCard ItemKind = "evidence"

// EvidenceKind (slag av bevis) is what an original is.
type EvidenceKind string

// The kinds.
const (
	PlainFile EvidenceKind = "FILE"
	Mail      EvidenceKind = "MAIL"
	WebPage   EvidenceKind = "WEB_PAGE"
	Picture   EvidenceKind = "PICTURE"
	Recording EvidenceKind = "RECORDING"
	Derived   EvidenceKind = "DERIVED" // a copy that somebody has made of an original: redacted, transcoded
)

// EvidenceKinds lists every kind.
func EvidenceKinds() []EvidenceKind {
	return []EvidenceKind{PlainFile, Mail, WebPage, Picture, Recording, Derived}
}

// Term is the key of its label.
func (k EvidenceKind) Term() string { return code.Term("evidence.kind", k) }

// Card (beviskort) says of files that came in together what they are, from where, and why they were
// kept. The files themselves are never altered.
type Card struct {
	Author  string       `json:"author"`
	Objects []string     `json:"objects"` // of the files
	Kind    EvidenceKind `json:"kind"`
	From    string       `json:"from,omitempty"` // who or where it was got from
	Why     string       `json:"why,omitempty"`
	URL     string       `json:"url,omitempty"`  // of a web page
	Seen    clock.Stamp  `json:"seen,omitempty"` // when it looked so, or when it was taken
	Of      string       `json:"of,omitempty"`   // the item that a derived copy was made of
}

// Tidy is the card without space around its texts.
func (c Card) Tidy() Card {
	for _, s := range []*string{&c.From, &c.Why, &c.URL} {
		*s = strings.TrimSpace(*s)
	}
	return c
}

// Check tells what must be mended in a card.
func (c Card) Check(now clock.Stamp) error {
	var bad []fault.Field
	if !slices.Contains(EvidenceKinds(), c.Kind) {
		bad = append(bad, code.Unknown("kind", EvidenceKinds()))
	}
	bad = append(bad, mended(CheckText("from", c.From, MaxLine))...)
	bad = append(bad, mended(CheckText("why", c.Why, MaxReason))...)
	if c.Kind == WebPage || c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(c.URL) > 2000 {
			bad = append(bad, fault.Field{Name: "url", Code: "evidence.address"})
		}
	}
	if c.Kind == WebPage && c.Seen == 0 || c.Seen > now || c.Seen < 0 {
		bad = append(bad, fault.Field{Name: "seen", Code: "evidence.when"})
	}
	if c.Kind == Derived && c.Of == "" {
		bad = append(bad, fault.Field{Name: "of", Code: "evidence.of-what"})
	}
	return fault.Form(bad)
}

// KindOf guesses what a file is from its name and type, where nobody has said.
func KindOf(name, contentType string) EvidenceKind {
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(lower, ".eml"):
		return Mail
	case strings.HasSuffix(lower, ".html"), strings.HasSuffix(lower, ".htm"), strings.HasSuffix(lower, ".mhtml"):
		return WebPage
	case strings.HasPrefix(contentType, "image/"):
		return Picture
	case strings.HasPrefix(contentType, "audio/"), strings.HasPrefix(contentType, "video/"):
		return Recording
	}
	return PlainFile
}
