package seal

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAReceiptIsReadAsPeopleType(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := NewReceipt()
		text := r.Text()
		if rapid.Bool().Draw(t, "lower") {
			text = strings.ToLower(text)
		}
		for from, to := range map[string][]string{"-": {"", " ", "\u00a0", "--", "\n"}, "0": {"0", "O", "o"}, "1": {"1", "i", "L", "l", "I"}} {
			text = strings.ReplaceAll(text, from, rapid.SampledFrom(to).Draw(t, from))
		}
		got, err := ParseReceipt(" " + text + " ")
		if err != nil || got.Text() != r.Text() {
			t.Fatalf("%q: %v", text, err)
		}
	})
}

func TestAMistypedReceiptIsNoticed(t *testing.T) {
	t.Parallel()
	passed := 0
	for range 200 {
		text := strings.ReplaceAll(NewReceipt().Text(), "-", "")
		for i := range text {
			other := crockford[(strings.IndexByte(crockford, text[i])+7)%32]
			if _, err := ParseReceipt(text[:i] + string(other) + text[i+1:]); err == nil {
				passed++
			} else if !errors.Is(err, ErrFormat) {
				t.Fatal(err)
			}
		}
	}
	if passed > 5 { // 4,800 tries at 1 in 32,768
		t.Fatalf("%d of 4800 typing errors passed", passed)
	}
	for _, bad := range []string{"", "ABCD", NewReceipt().Text() + "0", "U" + NewReceipt().Text()[1:], strings.Repeat("å", 24)} {
		if _, err := ParseReceipt(bad); !errors.Is(err, ErrFormat) {
			t.Errorf("%q passed", bad)
		}
	}
}

func TestAReceiptGivesAnIDAndAKeyPairByTheOrganisation(t *testing.T) {
	t.Parallel()
	r, org := NewReceipt(), NewKey()
	again, err := ParseReceipt(r.Text())
	if err != nil {
		t.Fatal(err)
	}
	if r.Lookup(org) != again.Lookup(org) || !r.Private(org).Public().Equal(again.Private(org).Public()) {
		t.Fatal("the code is all that is needed")
	}
	if r.Lookup(org) == r.Lookup(NewKey()) || r.Private(org).Public().Equal(r.Private(NewKey()).Public()) {
		t.Fatal("without the organisation key the code tells nothing")
	}
	if len(r.Lookup(org)) != 32 || strings.Contains(r.Text(), r.Lookup(org)[:8]) {
		t.Fatal(r.Lookup(org))
	}
}
