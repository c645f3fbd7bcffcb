package extract

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// sniffed is how many bytes decide about the letters of a text.
const sniffed = 4096

// Decoded gives a text as UTF-8, as a stream of bounded memory. label is the charset that was said of it; empty: a mark at
// its beginning, the zero bytes of UTF-16, else UTF-8, in which every byte that can't be UTF-8 is read as
// Windows-1252: so a text in that, and one that was put together out of both, are read too.
func Decoded(in io.Reader, label string) io.Reader {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(in, head)
	head = head[:n]
	rest := io.Reader(bytes.NewReader(head))
	switch err {
	case nil:
		rest = io.MultiReader(rest, in)
	case io.EOF, io.ErrUnexpectedEOF:
	default:
		rest = io.MultiReader(rest, broken{err})
	}
	if e := encodingOf(head, label); e != nil {
		return transform.NewReader(rest, e.NewDecoder())
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		io.CopyN(io.Discard, rest, 3)
	}
	return &lenient{in: rest, buf: make([]byte, 64<<10)}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// encodingOf gives nil for UTF-8 and what is read like it.
func encodingOf(head []byte, label string) encoding.Encoding {
	little, big := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")):
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return little
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return big
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil
	}
	var even, odd int
	for i, c := range head {
		if c != 0 {
			continue
		}
		if i%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	switch half := len(head) / 2; {
	case half > 0 && odd*10 > half*4 && even*10 < half: // most of a Swedish text is ASCII: every second byte is zero
		return little
	case half > 0 && even*10 > half*4 && odd*10 < half:
		return big
	}
	switch label = strings.ToLower(strings.TrimSpace(label)); label {
	case "", "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252", "utf-16", "utf-16le", "utf-16be":
		return nil // what is said to be UTF-16 and has no zero bytes is not
	}
	e, _ := charset.Lookup(label)
	if e == encoding.Nop || e == encoding.Replacement {
		return nil
	}
	return e
}

// lenient passes UTF-8 on and reads every other byte as Windows-1252.
type lenient struct {
	in    io.Reader
	buf   []byte
	begin int // of what was read and not given
	end   int
	out   []byte // what was decoded and not given
	err   error
}

// Read gives the next bytes.
func (l *lenient) Read(p []byte) (int, error) {
	for len(l.out) == 0 {
		if l.begin == l.end && l.err != nil {
			return 0, l.err
		}
		l.fill()
	}
	n := copy(p, l.out)
	l.out = l.out[n:]
	return n, nil
}

func (l *lenient) fill() {
	kept := copy(l.buf, l.buf[l.begin:l.end])
	l.begin, l.end = 0, kept
	if l.err == nil {
		n, err := l.in.Read(l.buf[kept:])
		l.end, l.err = kept+n, err
	}
	b := l.buf[:l.end]
	if l.err == nil { // the last letter may go on in what comes
		for i := 1; i <= 3 && i <= len(b); i++ {
			if c := b[len(b)-i]; utf8.RuneStart(c) {
				if c >= 0xc0 && !utf8.FullRune(b[len(b)-i:]) {
					b = b[:len(b)-i]
				}
				break
			}
		}
	}
	l.begin = len(b)
	if utf8.Valid(b) {
		l.out = b
		return
	}
	l.out = lenientBytes(b)
}

// lenientBytes reads a text as UTF-8, and what can't be as Windows-1252.
func lenientBytes(b []byte) []byte {
	out := make([]byte, 0, len(b)+len(b)/8)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(b[0])
		}
		out = utf8.AppendRune(out, r)
		b = b[n:]
	}
	return out
}

// whole decodes a text of a bounded size.
func whole(content []byte, label string) string {
	b, _ := io.ReadAll(io.LimitReader(Decoded(bytes.NewReader(content), label), maxText))
	return strings.ToValidUTF8(strings.ReplaceAll(string(b), "\x00", ""), "\ufffd")
}
