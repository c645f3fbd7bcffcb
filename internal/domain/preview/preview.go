// Package preview makes of an original what can be shown of it: a small picture, a text, what a file
// says about itself. It is to be run where nothing can be reached: what it reads is not trusted.
package preview

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"

	"varn/internal/kit/code"
)

// Argument is the program's one argument when it is started anew to make a preview.
const Argument = "preview-in-jail"

// Bounds of what is read and shown.
const (
	MaxContent = 64 << 20 // bytes of an original
	MaxAnswer  = 4 << 20  // bytes of a preview
	maxText    = 100_000  // bytes of a text
	maxFacts   = 80
	maxValue   = 500 // bytes of a fact
)

// Reason (skäl) is why there is no preview.
type Reason string

// The reasons.
const (
	TooLarge Reason = "TOO_LARGE"
	Drawing  Reason = "SVG"     // can hold programs
	Document Reason = "PDF"     // no reader of it can be shut in here
	Archive  Reason = "ARCHIVE" // is never unpacked
	Played   Reason = "PLAYED"  // sound and film are played as they are
	Unknown  Reason = "UNKNOWN"
	Damaged  Reason = "DAMAGED"
	NoJail   Reason = "NO_JAIL" // the system can't shut a process in
	Stopped  Reason = "STOPPED" // it took too much
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{TooLarge, Drawing, Document, Archive, Played, Unknown, Damaged, NoJail, Stopped}
}

// Term is the key of its text.
func (r Reason) Term() string { return code.Term("preview.why", r) }

// Terms are the keys of every text of the package.
func Terms() []string { return code.Terms("preview.why", Reasons()) }

// Subject is what is known of an original beforehand.
type Subject struct {
	Name string `json:"name"`
	Type string `json:"type"`
	// Portrait: a photo of somebody, of which two small square pictures are made and nothing is told.
	Portrait bool `json:"portrait,omitempty"`
}

// Preview is what can be shown.
type Preview struct {
	Why     Reason `json:"why,omitempty"`
	Picture []byte `json:"picture,omitempty"` // a small JPEG
	Small   []byte `json:"small,omitempty"`   // a portrait's smaller one
	Width   int    `json:"width,omitempty"`   // of the original, in pixels
	Height  int    `json:"height,omitempty"`
	Text    string `json:"text,omitempty"`
	Cut     bool   `json:"cut,omitempty"` // there is more text
	Facts   []Fact `json:"facts,omitempty"`
	Mail    *Mail  `json:"mail,omitempty"`
}

// Fact is something that a file says about itself, as it is called there.
type Fact struct {
	Group string `json:"group"` // EXIF, XMP, IPTC, mail
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Request writes what Answer reads: the subject in one line, then the content.
func Request(s Subject, content io.Reader) (io.Reader, error) {
	line, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return io.MultiReader(bytes.NewReader(append(line, '\n')), content), nil
}

// Answer reads a request and gives the preview, encoded.
func Answer(in io.Reader) ([]byte, error) {
	r := bufio.NewReaderSize(in, 64<<10)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	var s Subject
	if err := json.Unmarshal(line, &s); err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(r, MaxContent+1))
	if err != nil {
		return nil, err
	}
	return json.Marshal(Make(s, content))
}

// Decode reads an encoded preview; what a jailed process says is not trusted either.
func Decode(b []byte) (Preview, error) {
	var p Preview
	err := json.Unmarshal(b, &p)
	if len(p.Facts) > maxFacts {
		p.Facts = p.Facts[:maxFacts]
	}
	return p, err
}

// Make gives the preview of a content.
func Make(s Subject, content []byte) (p Preview) {
	defer func() {
		if recover() != nil { // a fault in a reader of somebody else's format
			p = Preview{Why: Damaged}
		}
	}()
	if len(content) > MaxContent {
		return Preview{Why: TooLarge}
	}
	if s.Portrait {
		return portrait(content)
	}
	name := strings.ToLower(s.Name)
	switch kind := sniff(content); {
	case kind == "picture":
		return picture(content)
	case kind != "":
		return Preview{Why: Reason(kind)}
	case strings.HasPrefix(s.Type, "video/") || strings.HasPrefix(s.Type, "audio/"):
		return Preview{Why: Played}
	case strings.HasSuffix(name, ".eml") || s.Type == "message/rfc822":
		return mailOf(content)
	case utf8.Valid(content) && !bytes.ContainsRune(content, 0):
		text, cut := short(string(content), maxText)
		return Preview{Text: text, Cut: cut}
	}
	return Preview{Why: Unknown}
}

// sniff tells by its first bytes what a content is, whatever it is called.
func sniff(b []byte) string {
	head := b[:min(len(b), 1024)]
	for start, kind := range map[string]string{
		"\x89PNG\r\n": "picture", "\xff\xd8\xff": "picture", "GIF8": "picture", "%PDF-": string(Document),
		"PK\x03\x04": string(Archive), "PK\x05\x06": string(Archive), "\x1f\x8b": string(Archive), "Rar!": string(Archive), "7z\xbc\xaf": string(Archive), "BZh": string(Archive),
		"\x1aE\xdf\xa3": string(Played), "OggS": string(Played), "ID3": string(Played), "fLaC": string(Played),
	} {
		if bytes.HasPrefix(head, []byte(start)) {
			return kind
		}
	}
	switch {
	case len(head) > 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return "picture"
	case len(head) > 12 && string(head[:4]) == "RIFF", len(head) > 12 && string(head[4:8]) == "ftyp":
		return string(Played)
	case bytes.Contains(bytes.ToLower(head), []byte("<svg")):
		return string(Drawing)
	}
	return ""
}

// short cuts a text at a character; it has no bytes that are none.
func short(s string, most int) (string, bool) {
	cut := len(s) > most
	if cut {
		s = s[:most]
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s), cut
}

// facts gathers what a file says, within bounds.
type facts []Fact

func (f *facts) add(group, name, value string) {
	value, _ = short(strings.TrimSpace(strings.TrimRight(value, "\x00")), maxValue)
	name, _ = short(name, 80)
	if value != "" && len(*f) < maxFacts {
		*f = append(*f, Fact{group, name, value})
	}
}
