package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// Bounds of a compound file.
const (
	maxEntries = 20_000
	maxChain   = 1 << 20 // sectors of one stream
)

var errCompound = errors.New("not a compound file")

// compound is a file of files as Microsoft's older programs write it: [MS-CFB].
type compound struct {
	b       []byte
	sector  int
	small   int // bytes of a sector of small streams
	cutoff  uint32
	fat     []uint32
	miniFAT []uint32
	mini    []byte
	entries []compoundEntry
}

// compoundEntry is a storage or a stream of it; the numbers are those of other entries.
type compoundEntry struct {
	name              string
	kind              byte // 1 storage, 2 stream, 5 root
	left, right, down uint32
	start             uint32
	size              uint32
}

const noEntry = 0xffffffff

func openCompound(b []byte) (*compound, error) {
	if len(b) < 512 || !bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return nil, errCompound
	}
	le := binary.LittleEndian
	c := &compound{b: b, cutoff: le.Uint32(b[56:])}
	power, smallPower := le.Uint16(b[30:]), le.Uint16(b[32:])
	if power != 9 && power != 12 || smallPower < 4 || smallPower > 9 {
		return nil, errCompound
	}
	c.sector, c.small = 1<<power, 1<<smallPower
	var table []uint32 // the sectors of the FAT
	for i := range 109 {
		if n := le.Uint32(b[76+4*i:]); n < 0xfffffffa {
			table = append(table, n)
		}
	}
	for next, k := le.Uint32(b[68:]), 0; next < 0xfffffffa && k < 5000; k++ {
		s := c.at(next)
		if s == nil {
			break
		}
		for i := 0; i+8 <= len(s); i += 4 {
			if n := le.Uint32(s[i:]); n < 0xfffffffa {
				table = append(table, n)
			}
		}
		next = le.Uint32(s[len(s)-4:])
	}
	for _, n := range table {
		s := c.at(n)
		for i := 0; i+4 <= len(s); i += 4 {
			c.fat = append(c.fat, le.Uint32(s[i:]))
		}
		if len(c.fat) > maxChain {
			break
		}
	}
	directory := c.chain(le.Uint32(b[48:]))
	for i := 0; i+128 <= len(directory) && len(c.entries) < maxEntries; i += 128 {
		e := directory[i : i+128]
		n := min(int(le.Uint16(e[64:])), 64)
		c.entries = append(c.entries, compoundEntry{strings.TrimRight(utf16leText(e[:n]), "\x00"), e[66], le.Uint32(e[68:]), le.Uint32(e[72:]), le.Uint32(e[76:]), le.Uint32(e[116:]), le.Uint32(e[120:])})
	}
	if len(c.entries) == 0 {
		return nil, errCompound
	}
	raw := c.chain(le.Uint32(b[60:]))
	for i := 0; i+4 <= len(raw); i += 4 {
		c.miniFAT = append(c.miniFAT, le.Uint32(raw[i:]))
	}
	c.mini = c.chain(c.entries[0].start)
	return c, nil
}

func (c *compound) at(n uint32) []byte {
	from := (int64(n) + 1) * int64(c.sector)
	if from < 0 || from >= int64(len(c.b)) {
		return nil
	}
	return c.b[from:min(from+int64(c.sector), int64(len(c.b)))]
}

// chain joins a stream's sectors; a circle ends where more has come than the file holds.
func (c *compound) chain(n uint32) []byte {
	var out []byte
	for k := 0; n < uint32(len(c.fat)) && k < maxChain && len(out) <= len(c.b); k++ {
		out = append(out, c.at(n)...)
		n = c.fat[n]
	}
	return out
}

// content gives a stream.
func (c *compound) content(e compoundEntry) []byte {
	if e.size >= c.cutoff {
		out := c.chain(e.start)
		return out[:min(len(out), int(e.size))]
	}
	var out []byte
	n := e.start
	for k := 0; n < uint32(len(c.miniFAT)) && k < maxChain && len(out) < int(e.size); k++ {
		from := int(n) * c.small
		if from+c.small > len(c.mini) {
			break
		}
		out = append(out, c.mini[from:from+c.small]...)
		n = c.miniFAT[n]
	}
	return out[:min(len(out), int(e.size))]
}

// children lists what is in a storage; each entry is given once.
func (c *compound) children(of uint32) []uint32 {
	var out []uint32
	seen := map[uint32]bool{}
	todo := []uint32{c.entries[of].down}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == noEntry || n >= uint32(len(c.entries)) || seen[n] || n == of {
			continue
		}
		seen[n] = true
		out = append(out, n)
		todo = append(todo, c.entries[n].left, c.entries[n].right)
	}
	return out
}

func utf16leText(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(b[i:]))
	}
	return string(utf16.Decode(units))
}

// msg reads a message as Outlook keeps it: [MS-OXMSG], the properties of [MS-OXPROPS].
func (r *reading) msg(content []byte, depth int) {
	c, err := openCompound(content)
	if err != nil {
		r.unread(0, 1, WhyDamaged)
		return
	}
	r.message(c, 0, depth)
}

// message reads one message of a compound file: the file's own, or one that lies in it as an attachment.
func (r *reading) message(c *compound, at uint32, depth int) {
	names := map[string]string{"0037": "Subject", "0c1a": "From", "0c1f": "From", "5d01": "From", "0042": "Sender", "0065": "Sender", "5d02": "Sender", "0e04": "To", "0e03": "Cc", "0e02": "Bcc", "007d": "Header", "0070": "Topic", "0e1d": "Subject", "1035": "Message-ID", "3ffa": "LastModifier", "3ff8": "Creator"}
	for _, n := range c.children(at) {
		e := c.entries[n]
		switch {
		case strings.HasPrefix(e.name, "__recip_version1.0"):
			for _, k := range c.children(n) {
				id, text := c.property(k)
				if id == "3001" || id == "39fe" || id == "3003" {
					r.part(Part{Place: PlaceMetadata, Name: "Recipient", Text: text})
				}
			}
		case strings.HasPrefix(e.name, "__attach_version1.0"):
			r.attachment(c, n, depth)
		case strings.HasPrefix(e.name, "__substg1.0_"):
			id, text := c.property(n)
			switch id {
			case "1000":
				r.part(Part{Place: PlaceText, Text: text})
			case "1013":
				HTML(bytes.NewReader(c.content(e)), "", r.part)
			case "1009":
				r.part(Part{Place: PlaceText, Name: "RTF", Text: rtfText(lzfu(c.content(e)))})
			default:
				if name, ok := names[id]; ok && strings.TrimSpace(text) != "" {
					r.part(Part{Place: PlaceMetadata, Name: name, Text: name + ": " + text})
				}
			}
		}
	}
}

// property gives the number and the text of a property that is a stream of its own.
func (c *compound) property(n uint32) (id, text string) {
	e := c.entries[n]
	name := strings.ToLower(strings.TrimPrefix(e.name, "__substg1.0_"))
	if e.kind != 2 || len(name) != 8 || name == strings.ToLower(e.name) {
		return "", ""
	}
	switch b := c.content(e); name[4:] {
	case "001f":
		return name[:4], utf16leText(b)
	case "001e":
		return name[:4], whole(b, "")
	}
	return name[:4], ""
}

func (r *reading) attachment(c *compound, at uint32, depth int) {
	name, kind := "", ""
	var body []byte
	inner := uint32(noEntry)
	for _, n := range c.children(at) {
		e := c.entries[n]
		id, text := c.property(n)
		switch lower := strings.ToLower(e.name); {
		case id == "3707", id == "3704" && name == "":
			name = text
		case id == "370e":
			kind = text
		case lower == "__substg1.0_37010102":
			body = c.content(e)
		case lower == "__substg1.0_3701000d" && e.kind == 1:
			inner = n
		}
	}
	r.part(Part{Place: PlaceAttachment, Text: name})
	if inner != noEntry {
		if depth >= maxDepth {
			r.unread(0, 1, WhyTooDeep)
			return
		}
		was := r.in
		r.in = strings.TrimPrefix(was+"/mejl.msg", "/")
		r.message(c, inner, depth+1)
		r.in = was
		return
	}
	if r.left -= int64(len(body)); r.left < 0 {
		r.unread(0, 1, WhyTooLarge)
		return
	}
	if len(body) > 0 {
		r.inside(name, kind, body, depth)
	}
}

// lzfu unpacks compressed RTF: [MS-OXRTFCP].
func lzfu(b []byte) []byte {
	if len(b) < 16 {
		return nil
	}
	if string(b[8:12]) == "MELA" {
		return b[16:]
	}
	const start = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`
	var window [4096]byte
	at := copy(window[:], start)
	want := min(int(binary.LittleEndian.Uint32(b[4:])), 32<<20)
	var out []byte
	for i := 16; i < len(b) && len(out) < want; {
		flags := b[i]
		i++
		for bit := 0; bit < 8 && i < len(b) && len(out) < want; bit++ {
			if flags>>bit&1 == 0 {
				out = append(out, b[i])
				window[at] = b[i]
				at = (at + 1) % len(window)
				i++
				continue
			}
			if i+1 >= len(b) {
				return out
			}
			ref := int(b[i])<<8 | int(b[i+1])
			i += 2
			from, n := ref>>4, ref&15+2
			if from == at {
				return out
			}
			for range n {
				c := window[from%len(window)]
				out = append(out, c)
				window[at] = c
				at, from = (at+1)%len(window), from+1
			}
		}
	}
	return out
}

// rtfText takes the words out of RTF: control words are passed over, \'e5 and \u229 are letters.
func rtfText(b []byte) string {
	var out strings.Builder
	skip := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '{' || c == '}' || c == '\r' || c == '\n':
		case c != '\\' || i+1 >= len(b):
			if skip > 0 {
				skip--
				continue
			}
			out.Write(lenientBytes(b[i : i+1]))
		case b[i+1] == '\'' && i+3 < len(b):
			var v byte
			if _, err := fmt.Sscanf(string(b[i+2:i+4]), "%02x", &v); err == nil && skip == 0 {
				out.Write(lenientBytes([]byte{v}))
			}
			skip = max(0, skip-1)
			i += 3
		case !letterByte(b[i+1]):
			if b[i+1] == '\\' || b[i+1] == '{' || b[i+1] == '}' {
				out.WriteByte(b[i+1])
			} else if b[i+1] == '~' {
				out.WriteByte(' ')
			}
			i++
		default:
			j := i + 1
			for j < len(b) && letterByte(b[j]) {
				j++
			}
			word := string(b[i+1 : j])
			k := j
			for k < len(b) && (b[k] >= '0' && b[k] <= '9' || b[k] == '-' && k == j) {
				k++
			}
			n := 0
			fmt.Sscanf(string(b[j:k]), "%d", &n)
			switch word {
			case "par", "line", "row":
				out.WriteByte('\n')
			case "tab", "cell":
				out.WriteByte('\t')
			case "u":
				out.WriteRune(rune(uint16(n)))
				skip = 1
			case "bin":
				k += max(0, min(n, len(b)-k))
			}
			if k < len(b) && b[k] == ' ' {
				k++
			}
			i = k - 1
		}
	}
	return strings.ReplaceAll(out.String(), "\x00", "")
}
