package web

import (
	"fmt"
	"math"
	"strconv"
)

// rgb is a colour in sRGB, each part 0–255.
type rgb struct{ r, g, b float64 }

// parseColor reads "#0B5C73".
func parseColor(s string) (rgb, error) {
	n, err := strconv.ParseUint(trimHash(s), 16, 32)
	if err != nil || len(s) != 7 || s[0] != '#' {
		return rgb{}, fmt.Errorf("%q is no colour: write it as #0B5C73", s)
	}
	return rgb{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, nil
}

func trimHash(s string) string {
	if s == "" {
		return s
	}
	return s[1:]
}

func (c rgb) hex() string {
	return fmt.Sprintf("#%02x%02x%02x", int(math.Round(c.r)), int(math.Round(c.g)), int(math.Round(c.b)))
}

// luminance is the relative luminance of WCAG 2.2, 0 black to 1 white.
func (c rgb) luminance() float64 {
	return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b)
}

func linear(v float64) float64 {
	v /= 255
	if v <= 0.03928 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// contrast is the contrast ratio of WCAG 2.2, 1 to 21.
func (c rgb) contrast(d rgb) float64 {
	a, b := c.luminance(), d.luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

// at is the colour mixed with black or white until it has a luminance.
func (c rgb) at(luminance float64) rgb {
	black, white := rgb{}, rgb{255, 255, 255}
	if luminance <= 0 {
		return black
	}
	if luminance >= 1 {
		return white
	}
	low, high := black, c
	if c.luminance() <= luminance {
		low, high = c, white
	}
	mid := low
	for range 40 {
		mid = rgb{(low.r + high.r) / 2, (low.g + high.g) / 2, (low.b + high.b) / 2}
		if mid.luminance() > luminance {
			high = mid
		} else {
			low = mid
		}
	}
	return mid
}

// lightness is CIE L*, 0 to 100; fromLightness is the luminance of one.
func (c rgb) lightness() float64 {
	y := c.luminance()
	if y <= 216.0/24389 {
		return y * 24389 / 27
	}
	return 116*math.Cbrt(y) - 16
}

func fromLightness(l float64) float64 {
	l = min(100, max(0, l))
	if l <= 8 {
		return l * 27 / 24389
	}
	return math.Pow((l+16)/116, 3)
}

// pale takes 30 % of the colour's strength away, for dark surfaces.
func (c rgb) pale() rgb {
	grey := c.luminance()
	g := rgb{255, 255, 255}.at(grey)
	return rgb{c.r + (g.r-c.r)*0.3, c.g + (g.g-c.g)*0.3, c.b + (g.b-c.b)*0.3}
}
