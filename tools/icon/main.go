// Command icon draws Värn's mark as the pictures that a phone asks for when the pages are installed: a
// shield on nothing at 192 and 512 pixels, and one on white inside the circle that a phone may cut out.
//
//	go run ./tools/icon internal/transport/web/static
package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: icon FOLDER")
		os.Exit(2)
	}
	for name, one := range icons() {
		if err := save(filepath.Join(os.Args[1], name), one.draw()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func save(name string, img image.Image) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(f, img); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// icon is one picture. Maskable ones have a white ground, and the mark within the circle of 80 % that no
// phone cuts into.
type icon struct {
	size     int
	maskable bool
}

func icons() map[string]icon {
	return map[string]icon{"icon-192.png": {192, false}, "icon-512.png": {512, false}, "icon-maskable-512.png": {512, true}}
}

// The mark as in shield.svg: 32 units wide, 36 high.
const (
	width, height = 32, 36
	stroke        = 3.5
	fine          = 4 // samples a pixel, each way
)

func (i icon) draw() *image.NRGBA {
	scale := float64(i.size) / height
	if i.maskable {
		scale = 0.8 * float64(i.size) / math.Hypot(width, height)
	}
	left, top := (float64(i.size)-width*scale)/2, (float64(i.size)-height*scale)/2
	shield := outline()
	img := image.NewNRGBA(image.Rect(0, 0, i.size, i.size))
	for y := range i.size {
		for x := range i.size {
			field, mark := 0, 0
			for s := range fine * fine {
				px := (float64(x) + (float64(s%fine)+0.5)/fine - left) / scale
				py := (float64(y) + (float64(s/fine)+0.5)/fine - top) / scale
				switch {
				case !inside(shield, point{px, py}):
				case onMark(point{px, py}):
					mark++
				default:
					field++
				}
			}
			img.SetNRGBA(x, y, i.mix(field, mark))
		}
	}
	return img
}

// mix is the colour of a pixel of whose samples so many are the shield's field and so many its mark.
func (i icon) mix(field, mark int) color.NRGBA {
	const all = fine * fine
	if i.maskable {
		mark = all - field // white on white
	}
	n := field + mark
	if n == 0 {
		return color.NRGBA{}
	}
	one := func(c int) uint8 { return uint8((field*c + mark*255 + n/2) / n) }
	return color.NRGBA{one(0x0b), one(0x5c), one(0x73), uint8((n*255 + all/2) / all)}
}

type point struct{ x, y float64 }

// outline is the shield's edge as a polygon: M16 0 32 5v13c0 9-7 15-16 18C7 33 0 27 0 18V5z.
func outline() []point {
	out := []point{{16, 0}, {32, 5}, {32, 18}}
	out = append(out, curve(point{32, 18}, point{32, 27}, point{25, 33}, point{16, 36})...)
	out = append(out, curve(point{16, 36}, point{7, 33}, point{0, 27}, point{0, 18})...)
	return append(out, point{0, 5})
}

// curve is a cubic Bézier from a to d in 24 steps, without a.
func curve(a, b, c, d point) []point {
	const steps = 24
	out := make([]point, steps)
	for i := range out {
		t := float64(i+1) / steps
		u := 1 - t
		at := func(a, b, c, d float64) float64 { return u*u*u*a + 3*u*u*t*b + 3*u*t*t*c + t*t*t*d }
		out[i] = point{at(a.x, b.x, c.x, d.x), at(a.y, b.y, c.y, d.y)}
	}
	return out
}

// inside counts how often a ray to the right crosses the edge.
func inside(edge []point, p point) bool {
	in := false
	for i, a := range edge {
		b := edge[(i+1)%len(edge)]
		if (a.y > p.y) != (b.y > p.y) && p.x < a.x+(p.y-a.y)/(b.y-a.y)*(b.x-a.x) {
			in = !in
		}
	}
	return in
}

// onMark tells whether a point is on the V, m9 11 7 14 7-14, whose ends are round.
func onMark(p point) bool {
	return near(p, point{9, 11}, point{16, 25}) || near(p, point{16, 25}, point{23, 11})
}

// near tells whether a point is within half the stroke of a line.
func near(p, a, b point) bool {
	dx, dy := b.x-a.x, b.y-a.y
	t := max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/(dx*dx+dy*dy)))
	return math.Hypot(p.x-a.x-t*dx, p.y-a.y-t*dy) <= stroke/2
}
