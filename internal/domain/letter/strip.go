package letter

import (
	"bytes"
	"encoding/binary"
)

// Strip takes the metadata out of a JPEG or PNG picture without touching what it shows: segments of applications
// and comments, and what lies after its end. Anything else comes back as it is. JFIF's own segment, the one of
// Adobe that tells how colours are coded, and colour profiles stay.
func Strip(content []byte) []byte {
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xd8, 0xff}):
		return stripJPEG(content)
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		return stripPNG(content)
	}
	return content
}

func stripJPEG(b []byte) []byte {
	out := append(make([]byte, 0, len(b)), b[:2]...)
	for at := 2; at+4 <= len(b); {
		if b[at] != 0xff {
			return b // broken: it stays what it was
		}
		mark := b[at+1]
		if mark == 0xff {
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		if size < 2 || at+2+size > len(b) {
			return b
		}
		end := at + 2 + size
		icc := mark == 0xe2 && bytes.HasPrefix(b[at+4:end], []byte("ICC_PROFILE\x00"))
		if mark < 0xe1 || mark == 0xee || icc || mark > 0xef && mark != 0xfe {
			out = append(out, b[at:end]...)
		}
		at = end
		if mark == 0xda { // the picture itself: up to its end, and nothing after
			if i := endOfImage(b[at:]); i >= 0 {
				return append(out, b[at:at+i]...)
			}
			return append(out, b[at:]...)
		}
	}
	return b
}

// endOfImage finds what follows the marker EOI; embedded pictures have theirs inside segments, which are passed over by their sizes.
func endOfImage(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != 0xff {
			continue
		}
		switch m := b[i+1]; {
		case m == 0xd9:
			return i + 2
		case m == 0 || m == 0xff || m >= 0xd0 && m <= 0xd7:
		case i+4 <= len(b):
			i += 1 + int(binary.BigEndian.Uint16(b[i+2:]))
		}
	}
	return -1
}

// shown are the chunks that a PNG needs to be drawn.
var shown = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "sBIT": true, "bKGD": true, "pHYs": true}

func stripPNG(b []byte) []byte {
	out := append(make([]byte, 0, len(b)), b[:8]...)
	for at := 8; at+12 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[at:]))
		if size > len(b)-at-12 {
			return b
		}
		end := at + 12 + size
		kind := string(b[at+4 : at+8])
		if shown[kind] {
			out = append(out, b[at:end]...)
		}
		if kind == "IEND" {
			return out
		}
		at = end
	}
	return b
}
