package main

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestTheIconsAreDrawnFromTheMark: what the pages serve is what this draws.
func TestTheIconsAreDrawnFromTheMark(t *testing.T) {
	t.Parallel()
	for name, one := range icons() {
		f, err := os.Open(filepath.Join("..", "..", "internal", "transport", "web", "static", name))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		stored, err := png.Decode(f)
		if err != nil {
			t.Fatal(err)
		}
		drawn := one.draw()
		if stored.Bounds() != drawn.Bounds() {
			t.Fatalf("%s is %s", name, stored.Bounds())
		}
		for y := range one.size {
			for x := range one.size {
				ar, ag, ab, aa := stored.At(x, y).RGBA()
				br, bg, bb, ba := drawn.At(x, y).RGBA()
				if ar != br || ag != bg || ab != bb || aa != ba {
					t.Fatalf("%s differs at %d, %d: run go run ./tools/icon internal/transport/web/static", name, x, y)
				}
			}
		}
	}
}
