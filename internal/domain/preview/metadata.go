package preview

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"strings"
)

// Bounds of what is read of a picture's own words.
const (
	maxSegments = 200
	maxEntries  = 300
	maxXMP      = 1 << 20
	maxTokens   = 5000
)

// metadata reads EXIF, XMP and IPTC of a picture, and gives how it was held.
func metadata(b []byte, said *facts) (orientation int) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xd8")):
		return jpegSegments(b, said)
	case bytes.HasPrefix(b, []byte("\x89PNG")):
		return pngChunks(b, said)
	case len(b) > 12 && string(b[8:12]) == "WEBP":
		return webpChunks(b, said)
	}
	return 0
}

func jpegSegments(b []byte, said *facts) (orientation int) {
	at := 2
	for range maxSegments {
		if at+4 > len(b) || b[at] != 0xff || b[at+1] == 0xda {
			return orientation
		}
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		if size < 2 || at+2+size > len(b) {
			return orientation
		}
		part := b[at+4 : at+2+size]
		switch mark := b[at+1]; {
		case mark == 0xe1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")):
			orientation = exif(part[6:], said)
		case mark == 0xe1 && bytes.HasPrefix(part, []byte("http://ns.adobe.com/xap/1.0/\x00")):
			xmp(part[29:], said)
		case mark == 0xed:
			iptc(part, said)
		}
		at += 2 + size
	}
	return orientation
}

func pngChunks(b []byte, said *facts) (orientation int) {
	at := 8
	for range maxSegments {
		if at+12 > len(b) {
			return orientation
		}
		size := int(binary.BigEndian.Uint32(b[at:]))
		if size < 0 || size > len(b)-at-12 {
			return orientation
		}
		part := b[at+8 : at+8+size]
		switch string(b[at+4 : at+8]) {
		case "eXIf":
			orientation = exif(part, said)
		case "tEXt":
			if name, value, ok := bytes.Cut(part, []byte{0}); ok {
				said.add("PNG", string(name), string(value[:min(len(value), maxValue)]))
			}
		case "iTXt":
			if i := bytes.Index(part, []byte("<x:xmpmeta")); i >= 0 {
				xmp(part[i:], said)
			}
		}
		at += 12 + size
	}
	return orientation
}

func webpChunks(b []byte, said *facts) (orientation int) {
	at := 12
	for range maxSegments {
		if at+8 > len(b) {
			return orientation
		}
		size := int(binary.LittleEndian.Uint32(b[at+4:]))
		if size < 0 || size > len(b)-at-8 {
			return orientation
		}
		part := b[at+8 : at+8+size]
		switch string(b[at : at+4]) {
		case "EXIF":
			orientation = exif(bytes.TrimPrefix(part, []byte("Exif\x00\x00")), said)
		case "XMP ":
			xmp(part, said)
		}
		at += 8 + size + size%2
	}
	return orientation
}

// exifNames are the entries that tell who, when, where and with what.
func exifNames() map[uint16]string {
	return map[uint16]string{0x010e: "ImageDescription", 0x010f: "Make", 0x0110: "Model", 0x0131: "Software", 0x0132: "DateTime", 0x013b: "Artist", 0x8298: "Copyright",
		0x9003: "DateTimeOriginal", 0x9004: "DateTimeDigitized", 0x9010: "OffsetTime", 0x9011: "OffsetTimeOriginal", 0x9286: "UserComment", 0xa430: "CameraOwnerName", 0xa431: "BodySerialNumber", 0xa433: "LensMake", 0xa434: "LensModel"}
}

func gpsNames() map[uint16]string {
	return map[uint16]string{1: "GPSLatitudeRef", 2: "GPSLatitude", 3: "GPSLongitudeRef", 4: "GPSLongitude", 6: "GPSAltitude", 7: "GPSTimeStamp", 29: "GPSDateStamp"}
}

// exif reads the directories of a TIFF block, each once, within bounds.
func exif(b []byte, said *facts) (orientation int) {
	if len(b) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(b[:2]) == "MM" {
		order = binary.BigEndian
	} else if string(b[:2]) != "II" {
		return 0
	}
	t := tiff{b: b, order: order, said: said, seen: map[uint32]bool{}}
	t.directory(order.Uint32(b[4:]), exifNames())
	return t.orientation
}

type tiff struct {
	b           []byte
	order       binary.ByteOrder
	said        *facts
	seen        map[uint32]bool
	read        int
	orientation int
}

func (t *tiff) directory(at uint32, names map[uint16]string) {
	if t.seen[at] || uint64(at)+2 > uint64(len(t.b)) {
		return
	}
	t.seen[at] = true
	n := int(t.order.Uint16(t.b[at:]))
	for i := range n {
		from := uint64(at) + 2 + uint64(i)*12
		if t.read++; from+12 > uint64(len(t.b)) || t.read > maxEntries {
			return
		}
		e := t.b[from : from+12]
		tag, kind, count := t.order.Uint16(e), t.order.Uint16(e[2:]), t.order.Uint32(e[4:])
		switch tag {
		case 0x8769:
			t.directory(t.order.Uint32(e[8:]), exifNames())
			continue
		case 0x8825:
			t.directory(t.order.Uint32(e[8:]), gpsNames())
			continue
		case 0x0112:
			t.orientation = int(t.order.Uint16(e[8:]))
		}
		if name, ok := names[tag]; ok {
			t.said.add("EXIF", name, t.value(e, kind, count))
		}
	}
}

// value writes an entry's value; a list of numbers up to six.
func (t *tiff) value(e []byte, kind uint16, count uint32) string {
	size := map[uint16]uint64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 10: 8}[kind]
	length := size * uint64(count)
	if size == 0 || length == 0 || length > 64<<10 {
		return ""
	}
	raw := e[8:12]
	if length > 4 {
		at := uint64(t.order.Uint32(e[8:]))
		if at+length > uint64(len(t.b)) {
			return ""
		}
		raw = t.b[at : at+length]
	}
	raw = raw[:length]
	if kind == 2 || kind == 7 || kind == 1 {
		return strings.Trim(strings.ToValidUTF8(string(raw), ""), "\x00 ")
	}
	var out []string
	for i := uint64(0); i < min(uint64(count), 6); i++ {
		one := raw[i*size:]
		switch kind {
		case 3:
			out = append(out, fmt.Sprint(t.order.Uint16(one)))
		case 4:
			out = append(out, fmt.Sprint(t.order.Uint32(one)))
		default:
			if below := t.order.Uint32(one[4:]); below != 0 {
				out = append(out, fmt.Sprintf("%g", float64(t.order.Uint32(one))/float64(below)))
			}
		}
	}
	return strings.Join(out, " ")
}

// xmp lists the simple values of a packet. Nothing outside it is fetched: the reader knows of no place.
func xmp(b []byte, said *facts) {
	d := xml.NewDecoder(bytes.NewReader(b[:min(len(b), maxXMP)]))
	d.Strict = false
	name := ""
	for range maxTokens {
		token, err := d.Token()
		if err != nil {
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local != "li" && token.Name.Local != "Alt" && token.Name.Local != "Seq" && token.Name.Local != "Bag" {
				name = token.Name.Local
			}
			for _, a := range token.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "about" && a.Name.Local != "lang" && a.Name.Space != "" {
					said.add("XMP", a.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" && name != "" {
				said.add("XMP", name, text)
			}
		}
	}
}

// iptc reads the second record of Photoshop's block.
func iptc(b []byte, said *facts) {
	names := map[byte]string{5: "ObjectName", 25: "Keywords", 55: "DateCreated", 60: "TimeCreated", 80: "By-line", 90: "City", 101: "Country", 105: "Headline", 110: "Credit", 115: "Source", 116: "Copyright", 120: "Caption"}
	for i := 0; i+5 <= len(b); {
		j := bytes.Index(b[i:], []byte{0x1c, 0x02})
		if j < 0 || i+j+5 > len(b) {
			return
		}
		i += j
		size := int(binary.BigEndian.Uint16(b[i+3:]))
		if size > len(b)-i-5 {
			return
		}
		if name, ok := names[b[i+2]]; ok {
			said.add("IPTC", name, strings.ToValidUTF8(string(b[i+5:i+5+size]), ""))
		}
		i += 5 + size
	}
}
