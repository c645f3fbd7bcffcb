package seal

import (
	"bytes"
	"strconv"
	"testing"
)

// renewed is a series as the organisation's purpose keys are one.
type renewed struct {
	root    Key
	purpose string
	newest  int
}

func (r *renewed) Newest() int { return r.newest }

func (r *renewed) Version(n int) Key {
	return r.root.Derive("varn purpose", r.purpose, strconv.Itoa(n))
}

// later is the key of the purpose "names" under a root, when version n is the newest.
func later(root Key, n int) Key {
	return root.Derive("varn purpose", "names", "1").In(&renewed{root: root, purpose: "names", newest: n})
}

func TestABoxTellsItsVersionAndOpensUnderItsOwn(t *testing.T) {
	t.Parallel()
	root, ad, text := NewKey(), Bind("org", "row"), []byte("Asta Lindvik")
	first := root.Derive("varn purpose", "names", "1")
	for _, n := range []int{1, 2, 255, 256, MaxVersion} {
		k := later(root, n)
		for _, b := range []Box{k.Seal(text, ad), k.SealPadded(text, ad)} {
			if b.Version() != n {
				t.Errorf("version %d calls itself %d", n, b.Version())
			}
		}
		if got, err := later(root, 7).Open(k.Seal(text, ad), ad); err != nil || !bytes.Equal(got, text) {
			t.Errorf("version %d when 7 is the newest: %v", n, err)
		}
		if got, err := later(root, 1).OpenPadded(k.SealPadded(text, ad), ad); err != nil || !bytes.Equal(got, text) {
			t.Errorf("version %d, padded, before its rotation is known: %v", n, err)
		}
	}
	if _, err := first.Open(later(root, 2).Seal(text, ad), ad); err == nil {
		t.Error("version 1 opens version 2")
	}
	if got, err := first.Open(later(root, 1).Seal(text, ad), ad); err != nil || !bytes.Equal(got, text) {
		t.Errorf("before the first rotation a box is what it always was: %v", err)
	}
}

// TestAVersionCannotBeRewritten: the attacker has the row and changes what it says of itself.
func TestAVersionCannotBeRewritten(t *testing.T) {
	t.Parallel()
	root, ad := NewKey(), Bind("org", "row")
	k := later(root, 3)
	b := k.SealPadded([]byte("Asta Lindvik"), ad).Bytes()
	bare := append([]byte{formatPadded}, b[1+versionSize:]...)
	for name, forged := range map[string][]byte{
		"another version":  append([]byte{formatPaddedLater, 0, 2}, b[3:]...),
		"version 0":        append([]byte{formatPaddedLater, 0, 0}, b[3:]...),
		"version 1":        append([]byte{formatPaddedLater, 0, 1}, b[3:]...),
		"no version":       bare,
		"the other format": append([]byte{formatSealedLater}, b[1:]...),
		"cut in its head":  b[:2],
	} {
		if _, err := k.OpenPadded(NewBox(forged), ad); err != ErrOpen {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := k.Open(NewBox(forged), ad); err != ErrOpen {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v := NewBox([]byte{formatPaddedLater, 0, 1}).Version(); v != 0 {
		t.Errorf("version 1 in a head is read as %d", v)
	}
}

func TestChecksAndTagsKeepTheirVersion(t *testing.T) {
	t.Parallel()
	root := NewKey()
	one, five := later(root, 1), later(root, 5)
	if one.Tag("address", "a@example.se") != five.Tag("address", "a@example.se") || !bytes.Equal(one.MAC(Bind("x")), five.MAC(Bind("x"))) ||
		!one.Derive("unlock").Equal(five.Derive("unlock")) {
		t.Error("a rotation changes what is looked up")
	}
}
