package preview

import (
	"bytes"
	"image"
	"image/jpeg"

	// The formats that are decoded.
	_ "image/gif"
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

const (
	maxPixels = 40_000_000
	side      = 1000 // of a preview, in pixels
	quality   = 80
)

// picture decodes a picture of a bounded size and draws it anew, small: nothing of the original's bytes
// is in what is shown.
func picture(content []byte) Preview {
	var said facts
	orientation := metadata(content, &said)
	c, _, err := image.DecodeConfig(bytes.NewReader(content))
	out := Preview{Width: c.Width, Height: c.Height, Facts: said}
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0:
		out.Why = Damaged
		return out
	case c.Width > maxPixels/c.Height:
		out.Why = TooLarge
		return out
	}
	full, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		out.Why = Damaged
		return out
	}
	w, h := c.Width, c.Height
	if longest := max(w, h); longest > side {
		w, h = max(w*side/longest, 1), max(h*side/longest, 1)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(small, small.Bounds(), full, full.Bounds(), draw.Over, nil)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, turned(small, orientation), &jpeg.Options{Quality: quality}); err != nil {
		out.Why = Damaged
		return out
	}
	out.Picture = b.Bytes()
	return out
}

// turned gives a picture as EXIF says that it was held; 1 to 8.
func turned(in *image.RGBA, orientation int) image.Image {
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	if orientation < 2 || orientation > 8 {
		return in
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			out.SetRGBA(tx, ty, in.RGBAAt(x, y))
		}
	}
	return out
}
