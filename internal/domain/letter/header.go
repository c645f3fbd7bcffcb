package letter

import (
	"bytes"
	"errors"
	"mime"
	"strings"
)

// Bounds of a letter. What goes beyond them is refused by the reader of the header, and left out of the
// listing of parts: the bytes themselves are kept whole by whoever received them.
const (
	MaxHeader = 256 << 10 // bytes of the header block
	MaxFields = 1_000
	MaxDepth  = 50
	MaxParts  = 1_000
	MaxText   = 1 << 20 // bytes of text taken out for reading and screening
)

// Why a letter can't be taken. Both are policy: the sender gets a lasting refusal.
var (
	ErrHeader = errors.New("the header block is over 256 KiB or has over 1,000 fields")
	ErrEmpty  = errors.New("no letter")
)

// Field is one field of a header as it was written.
type Field struct {
	Name string
	// raw is the whole field with its folding and its line end.
	raw []byte
}

// Value is the field's text, unfolded, not decoded.
func (f Field) Value() string {
	_, v, _ := strings.Cut(string(f.raw), ":")
	v = strings.NewReplacer("\r\n", "", "\n", "", "\r", "").Replace(v)
	return strings.TrimSpace(v)
}

// Text is the field's text with its encoded words decoded.
func (f Field) Text() string { return decodeWords(f.Value()) }

// Header (huvud) is the fields in their order.
type Header []Field

// Get gives the first field of a name, undecoded; empty when there is none.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value()
		}
	}
	return ""
}

// All gives every field of a name, undecoded, the topmost first.
func (h Header) All(name string) []string {
	var out []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			out = append(out, f.Value())
		}
	}
	return out
}

// Text gives the first field of a name with its encoded words decoded.
func (h Header) Text(name string) string { return decodeWords(h.Get(name)) }

var words = mime.WordDecoder{CharsetReader: charsetReader}

func decodeWords(s string) string {
	out, err := words.DecodeHeader(s)
	if err != nil {
		out = s
	}
	return oneLine(strings.ToValidUTF8(out, "\uFFFD"))
}

// oneLine makes a text fit for one line: no control characters, no line ends.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < 0x20 || r == 0x7f || r == '\u2028' || r == '\u2029':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// split parts a message into its header fields and its body. Lines that are no field are passed over, as
// every reader of mail does; the first that could not stand in a header ends it when nothing else does.
func split(raw []byte, bound int) (Header, []byte, error) {
	var h Header
	at := 0
	for at < len(raw) {
		end := len(raw)
		if i := bytes.IndexByte(raw[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := raw[at:end]
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			return h, raw[end:], nil
		}
		if end > bound || len(h) > MaxFields {
			return h, nil, ErrHeader
		}
		switch name, _, ok := bytes.Cut(line, []byte{':'}); {
		case line[0] == ' ' || line[0] == '\t':
			if len(h) > 0 {
				last := &h[len(h)-1]
				last.raw = raw[at-len(last.raw) : end]
			}
		case ok && fieldName(name):
			h = append(h, Field{Name: string(bytes.TrimRight(name, " \t")), raw: line})
		case len(h) == 0:
			return nil, raw, nil // no header at all: a bare text
		default:
			// A line that is none: it belongs to nothing, and the next continuation must not reach over it.
			h = append(h, Field{raw: line})
		}
		at = end
	}
	return h, nil, nil
}

// fieldName tells whether bytes can be the name of a field: RFC 5322 section 3.6.8.
func fieldName(b []byte) bool {
	b = bytes.TrimRight(b, " \t")
	if len(b) == 0 || len(b) > 200 {
		return false
	}
	for _, c := range b {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// Raw is the field as it was written, with its line end.
func (f Field) Raw() string { return string(f.raw) }

// NewField makes a field; the value is folded already where it must be.
func NewField(name, value string) Field {
	return Field{Name: name, raw: []byte(name + ": " + value + "\r\n")}
}

// RawField reads one whole field.
func RawField(raw []byte) Field {
	name, _, _ := bytes.Cut(raw, []byte{':'})
	return Field{Name: string(name), raw: raw}
}

// Split parts a message into its header and its body, within the bounds.
func Split(raw []byte) (Header, []byte, error) { return split(raw, MaxHeader) }

// OneSignatureEach gives the message once for each of its DKIM signatures, the first so many, with the others left out:
// a checker then has one to check and reads the body in one go.
func OneSignatureEach(raw []byte, most int) [][]byte {
	h, body, err := split(raw, MaxHeader)
	if err != nil {
		return nil
	}
	is := func(f Field) bool { return strings.EqualFold(f.Name, "DKIM-Signature") }
	var all []int
	for i, f := range h {
		if is(f) && len(all) < most {
			all = append(all, i)
		}
	}
	if len(all) == 0 {
		return nil
	}
	if len(all) == 1 {
		return [][]byte{raw}
	}
	var out [][]byte
	for _, keep := range all {
		b := make([]byte, 0, len(raw))
		for i, f := range h {
			if i == keep || !is(f) {
				b = append(b, f.raw...)
			}
		}
		out = append(out, append(append(b, '\r', '\n'), body...))
	}
	return out
}
