package paper

import (
	"sync"

	"golang.org/x/image/font/sfnt"
)

// faces are the fonts, read once, to ask which characters they have.
var faces = sync.OnceValue(func() []*sfnt.Font {
	var out []*sfnt.Font
	for _, b := range [][]byte{regularFont, boldFont} {
		if f, err := sfnt.Parse(b); err == nil {
			out = append(out, f)
		}
	}
	return out
})

// drawn tells whether both fonts can draw a character. Those beyond the first plane are not asked
// for: the writer of PDF has no room for them.
func drawn(r rune) bool {
	if r < 0x7f {
		return true
	}
	if r > 0xffff || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
		return false
	}
	var buffer sfnt.Buffer
	for _, f := range faces() {
		if i, err := f.GlyphIndex(&buffer, r); err != nil || i == 0 {
			return false
		}
	}
	return len(faces()) > 0
}
