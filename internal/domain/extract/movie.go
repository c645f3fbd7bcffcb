package extract

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
)

// Bounds of a film's boxes.
const (
	maxBoxes    = 20_000
	maxBoxDepth = 12
)

// movie reads what a film says about itself: where, when and with what it was made. Its boxes are those of
// ISO/IEC 14496-12 and of QuickTime.
func (r *reading) movie(content []byte) {
	m := &boxes{r: r}
	m.walk(content, 0, "")
	if m.damaged {
		r.unread(0, 1, WhyDamaged)
	}
}

type boxes struct {
	r       *reading
	count   int
	keys    []string // of the item list that follows
	damaged bool
}

// walk goes through the boxes of a box.
func (m *boxes) walk(b []byte, depth int, in string) {
	for len(b) >= 8 {
		if m.count++; m.count > maxBoxes || depth > maxBoxDepth {
			m.damaged = true
			return
		}
		size, head := uint64(binary.BigEndian.Uint32(b)), 8
		name := string(b[4:8])
		switch {
		case size == 1 && len(b) >= 16:
			size, head = binary.BigEndian.Uint64(b[8:]), 16
		case size == 0:
			size = uint64(len(b))
		}
		if size < uint64(head) {
			m.damaged = m.damaged || in != "udta"
			return
		}
		if size > uint64(len(b)) { // the file was cut: what is there is read
			m.damaged = true
			size = uint64(len(b))
		}
		m.box(name, b[head:size], depth, in)
		b = b[size:]
	}
}

func (m *boxes) box(name string, b []byte, depth int, in string) {
	switch {
	case name == "moov" || name == "trak" || name == "udta" || name == "mdia" || name == "minf" || name == "ilst" && len(m.keys) == 0:
		m.walk(b, depth+1, name)
	case name == "ilst":
		m.walk(b, depth+1, "keyed")
	case name == "meta":
		if len(b) > 8 && string(b[4:8]) != "hdlr" && string(b[8:12]) == "hdlr" { // with a version in MP4, without in QuickTime
			b = b[4:]
		}
		m.keys = nil
		m.walk(b, depth+1, name)
		m.keys = nil
	case name == "keys":
		m.keyNames(b)
	case name == "loci" && in == "udta":
		m.loci(b)
	case name == "xml " || name == "uuid" && bytes.Contains(b, []byte("<x:xmpmeta")), name == "XMP_":
		if i := bytes.IndexByte(b, '<'); i >= 0 {
			m.r.xmp(b[i:])
		}
	case in == "keyed":
		if n := int(binary.BigEndian.Uint32([]byte(name))); n >= 1 && n <= len(m.keys) {
			m.value(m.keys[n-1], dataOf(b))
		}
	case in == "ilst":
		m.value(name, dataOf(b))
	case in == "udta" && strings.HasPrefix(name, "\xa9"):
		if len(b) >= 4 { // QuickTime: a length and a language first
			if n := int(binary.BigEndian.Uint16(b)); n > 0 && n <= len(b)-4 {
				b = b[4 : 4+n]
			} else if d := dataOf(b); len(d) > 0 {
				b = d
			}
		}
		m.value(name, b)
	case in == "udta" && (name == "cprt" || name == "auth" || name == "titl" || name == "dscp" || name == "perf"):
		if len(b) > 6 { // 3GPP: version, flags and language first
			m.value(name, b[6:])
		}
	}
}

// dataOf gives the value of an item: the inside of its data box, after type and locale.
func dataOf(b []byte) []byte {
	if len(b) < 16 || string(b[4:8]) != "data" {
		return nil
	}
	n := int(binary.BigEndian.Uint32(b))
	if n < 16 || n > len(b) {
		return nil
	}
	return b[16:n]
}

func (m *boxes) keyNames(b []byte) {
	if len(b) < 8 {
		return
	}
	b = b[8:]
	for len(b) >= 8 && len(m.keys) < 1000 {
		n := int(binary.BigEndian.Uint32(b))
		if n < 8 || n > len(b) {
			return
		}
		m.keys = append(m.keys, string(b[8:n]))
		b = b[n:]
	}
}

// value keeps what a film says under a name.
func (m *boxes) value(name string, b []byte) {
	s := whole(b[:min(len(b), maxValue)], "")
	name = strings.ReplaceAll(name, "\xa9", "©")
	lower := strings.ToLower(name)
	switch short := lower[strings.LastIndexByte(lower, '.')+1:]; {
	case short == "iso6709" || short == "©xyz":
		if at, ok := iso6709(s); ok {
			m.r.fact(FactGPS, name, at)
			return
		}
		m.r.fact(FactLocation, name, s)
	case strings.HasPrefix(short, "location") || strings.Contains(lower, ".location."):
		m.r.fact(FactLocation, name, s)
	case short == "author" || short == "artist" || short == "©aut" || short == "©art" || short == "auth" || short == "©wrt" || short == "©prd" || short == "director" || short == "producer" || short == "copyright" || short == "cprt" || short == "©cpy":
		m.r.fact(FactAuthor, name, s)
	case short == "make" || short == "model" || short == "software" || short == "©mak" || short == "©mod" || short == "©swr" || short == "©too":
		m.r.fact(FactSoftware, name, s)
	case short == "creationdate" || short == "©day":
		m.r.fact(FactDate, name, s)
	default:
		if len(s) > 0 && len(s) < maxValue && !strings.ContainsRune(s, '\ufffd') {
			m.r.fact(FactOther, name, s)
		}
	}
}

// loci reads a place as 3GPP TS 26.244 section 8.3 writes it: a name, a role and three fixed-point numbers.
func (m *boxes) loci(b []byte) {
	if len(b) < 6 {
		return
	}
	b = b[6:]
	name, rest, ok := bytes.Cut(b, []byte{0})
	if !ok || len(rest) < 13 {
		return
	}
	m.r.fact(FactLocation, "loci", whole(name, ""))
	fixed := func(b []byte) string {
		return strconv.FormatFloat(float64(int32(binary.BigEndian.Uint32(b)))/65536, 'f', 6, 64)
	}
	m.r.fact(FactGPS, "loci", fixed(rest[5:])+", "+fixed(rest[1:]))
}

// iso6709 reads +59.3293+018.0686+012/ as decimal degrees.
func iso6709(s string) (string, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), "/")
	if len(s) < 4 || s[0] != '+' && s[0] != '-' {
		return "", false
	}
	i := strings.IndexAny(s[1:], "+-")
	if i < 0 {
		return "", false
	}
	lat, rest := s[:i+1], s[i+1:]
	long := rest
	if j := strings.IndexAny(rest[1:], "+-C"); j >= 0 {
		long = rest[:j+1]
	}
	a, err := strconv.ParseFloat(lat, 64)
	b, err2 := strconv.ParseFloat(long, 64)
	if err != nil || err2 != nil || a < -90 || a > 90 || b < -180 || b > 180 {
		return "", false
	}
	return strconv.FormatFloat(a, 'f', 6, 64) + ", " + strconv.FormatFloat(b, 'f', 6, 64), true
}
