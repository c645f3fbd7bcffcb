package ident

import "testing"

func TestNewIsValidAndDiffers(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id := New()
		if !Valid(id) || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}

func FuzzValid(f *testing.F) {
	f.Add(New())
	f.Add("")
	f.Add("../../etc/passwd0000000000")
	f.Fuzz(func(t *testing.T, s string) {
		if !Valid(s) {
			return
		}
		if len(s) != Length {
			t.Fatalf("%q", s)
		}
		for _, r := range s {
			if (r < '0' || r > '9') && (r < 'a' || r > 'z') {
				t.Fatalf("%q has %q", s, r)
			}
		}
	})
}
