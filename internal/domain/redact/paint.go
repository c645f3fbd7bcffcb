package redact

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"varn/internal/domain/extract"
)

const maxPixels = 40_000_000

// paint draws boxes on the picture of a page and gives it anew.
func paint(w Work, content []byte) Result {
	c, err := png.DecodeConfig(bytes.NewReader(content))
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0:
		return Result{Why: extract.WhyDamaged}
	case c.Width > maxPixels/c.Height:
		return Result{Why: extract.WhyTooLarge}
	}
	in, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return Result{Why: extract.WhyDamaged}
	}
	width, height := c.Width, c.Height
	if most := max(width, height); w.Side > 0 && most > w.Side {
		width, height = max(1, width*w.Side/most), max(1, height*w.Side/most)
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	if width == c.Width {
		draw.Draw(out, out.Bounds(), in, in.Bounds().Min, draw.Over)
	} else {
		draw.ApproxBiLinear.Scale(out, out.Bounds(), in, in.Bounds(), draw.Over, nil)
	}
	for _, b := range w.Boxes {
		r := image.Rect(int(b.X0*float64(width)/1000), int(b.Y0*float64(height)/1000), int(b.X1*float64(width)/1000+1), int(b.Y1*float64(height)/1000+1))
		if w.Solid {
			draw.Draw(out, r.Inset(-2), image.Black, image.Point{}, draw.Src)
			continue
		}
		draw.Draw(out, r, image.NewUniform(color.NRGBA{255, 213, 0, 90}), image.Point{}, draw.Over)
		edge := image.NewUniform(color.RGBA{176, 0, 32, 255})
		for _, side := range []image.Rectangle{{r.Min.Sub(image.Pt(3, 3)), image.Pt(r.Max.X+3, r.Min.Y-1)}, {image.Pt(r.Min.X-3, r.Max.Y+1), r.Max.Add(image.Pt(3, 3))}, {r.Min.Sub(image.Pt(3, 3)), image.Pt(r.Min.X-1, r.Max.Y+3)}, {image.Pt(r.Max.X+1, r.Min.Y-3), r.Max.Add(image.Pt(3, 3))}} {
			draw.Draw(out, side, edge, image.Point{}, draw.Src)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: 78}); err != nil {
		return Result{Why: extract.WhyDamaged}
	}
	return Result{Content: b.Bytes(), Width: width, Height: height}
}
