package seal

import (
	"fmt"
	"testing"
)

// The reference's own vectors: key 00 01 … 0f, messages of 0, 1, 8 and 15 bytes 00 01 ….
func TestSieveIsSipHash(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]uint64{0: 0x726fdb47dd0e0e31, 1: 0x74f839c593dc67fd, 8: 0x93f5f5799a932462, 15: 0xa129ca6149be45e5} {
		m := make([]byte, n)
		for i := range m {
			m[i] = byte(i)
		}
		if got := sip(0x0706050403020100, 0x0f0e0d0c0b0a0908, m); got != want {
			t.Errorf("%d bytes: %x, want %x", n, got, want)
		}
	}
}

func TestBlindHangsOnKeyAndPurpose(t *testing.T) {
	t.Parallel()
	k, v := NewKey(), []byte("anna lindgren")
	a, b, c := k.Blind("one"), k.Blind("two"), NewKey().Blind("one")
	if a.Sieve(v) != k.Blind("one").Sieve(v) || a.Tag(v) != k.Blind("one").Tag(v) {
		t.Error("the same key and purpose give another value")
	}
	if a.Sieve(v) == b.Sieve(v) || a.Sieve(v) == c.Sieve(v) || a.Tag(v) == b.Tag(v) || a.Tag(v) == c.Tag(v) || a.Sieve(v) == a.Tag(v) {
		t.Error("another key or purpose gives the same value")
	}
	if s := fmt.Sprintf("%v %+v %#v", a, a, a); s != "[sealed] [sealed] [sealed]" {
		t.Errorf("it prints itself: %s", s)
	}
}
