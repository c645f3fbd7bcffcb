package main

import (
	"math/rand"
	"testing"
	"unicode/utf8"
)

// TestValidUTF8AgreesWithTheLibrary holds the quick check to the slow one.
func TestValidUTF8AgreesWithTheLibrary(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(1))
	pieces := []string{"a", "hej ", "å", "ö", "Åsa", "–", "”", "𝄞", "\xff", "\xc3", "\x80", "\xc0\x80", "\xc1\xbf", "\xed\xa0\x80", "\xe2\x80", "och att det är ", "\xf4\x90\x80\x80"}
	for range 200_000 {
		var b []byte
		for range r.Intn(12) {
			b = append(b, pieces[r.Intn(len(pieces))]...)
		}
		want := 0
		for want < len(b) {
			c, n := utf8.DecodeRune(b[want:])
			if c == utf8.RuneError && n <= 1 {
				break
			}
			want += n
		}
		if got := validUTF8(b); got != want {
			t.Fatalf("%q: %d bytes are valid, said %d", b, want, got)
		}
	}
}
