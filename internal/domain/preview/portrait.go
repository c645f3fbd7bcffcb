package preview

import (
	"bytes"
	"image"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// The sides of a portrait's pictures, in pixels.
const (
	LargeSide = 480
	SmallSide = 120
)

// portrait draws the middle of a photo anew in two sizes, turned as EXIF says that it was held. Nothing of the
// original's bytes is in them, and nothing of what it says about itself is told.
func portrait(content []byte) Preview {
	if sniff(content) != "picture" {
		return Preview{Why: Unknown}
	}
	orientation := metadata(content, &facts{})
	c, _, err := image.DecodeConfig(bytes.NewReader(content))
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0:
		return Preview{Why: Damaged}
	case c.Width > maxPixels/c.Height:
		return Preview{Why: TooLarge}
	}
	full, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return Preview{Why: Damaged}
	}
	b := full.Bounds()
	side := min(b.Dx(), b.Dy())
	x, y := b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/2
	if b.Dy() > b.Dx() {
		y = b.Min.Y + (b.Dy()-side)/4 // a standing picture has the face above its middle
	}
	var out [2][]byte
	for i, want := range []int{LargeSide, SmallSide} {
		drawn := image.NewRGBA(image.Rect(0, 0, want, want))
		draw.Draw(drawn, drawn.Bounds(), image.White, image.Point{}, draw.Src)
		draw.ApproxBiLinear.Scale(drawn, drawn.Bounds(), full, image.Rect(x, y, x+side, y+side), draw.Over, nil)
		var to bytes.Buffer
		if err := jpeg.Encode(&to, turned(drawn, orientation), &jpeg.Options{Quality: 85}); err != nil {
			return Preview{Why: Damaged}
		}
		out[i] = to.Bytes()
	}
	return Preview{Picture: out[0], Small: out[1]}
}

// Bare tells whether a JPEG holds nothing but its picture: no application segment, no comment, nothing after
// its end. It looks at the markers and decodes nothing.
func Bare(b []byte) bool {
	if !bytes.HasPrefix(b, []byte("\xff\xd8")) || !bytes.HasSuffix(b, []byte("\xff\xd9")) {
		return false
	}
	for at := 2; at+4 <= len(b); {
		if b[at] != 0xff {
			return false
		}
		size := int(b[at+2])<<8 | int(b[at+3])
		switch kind := b[at+1]; {
		case kind == 0xda: // the picture's own data: a marker in it is only the end
			rest := b[at+2+size:]
			for i := 0; i+1 < len(rest); i++ {
				if rest[i] == 0xff && rest[i+1] != 0 {
					return rest[i+1] == 0xd9 && i+2 == len(rest)
				}
			}
			return false
		case kind != 0xdb && kind != 0xc0 && kind != 0xc4 || size < 2 || at+2+size >= len(b):
			return false
		}
		at += 2 + size
	}
	return false
}
