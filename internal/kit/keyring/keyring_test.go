package keyring

import (
	"testing"

	"varn/internal/kit/seal"
)

func TestAPurposeIsSealedUnderItsNewestVersionAndNeverAnOlder(t *testing.T) {
	t.Parallel()
	root, ad := seal.NewKey(), seal.Bind("row")
	k, other := New().Add("org", root, nil), New().Add("org", root, nil)
	if v := k.For(Names).Seal([]byte("x"), ad).Version(); v != 1 {
		t.Fatalf("before any rotation: %d", v)
	}
	k.Learn(Names, 3)
	k.Learn(Names, 2)
	b := k.For(Names).SealPadded([]byte("x"), ad)
	if b.Version() != 3 || k.Newest(Names) != 3 {
		t.Errorf("version %d, newest %d", b.Version(), k.Newest(Names))
	}
	if got, err := other.For(Names).OpenPadded(b, ad); err != nil || string(got) != "x" {
		t.Errorf("a process that has not heard of the rotation: %v", err)
	}
	if v := k.For(Settings).Seal([]byte("x"), ad).Version(); v != 1 {
		t.Errorf("another purpose went along: %d", v)
	}
	if _, err := k.For(Settings).OpenPadded(b, ad); err == nil {
		t.Error("another purpose's key opens it")
	}
}

func TestWhatIsLookedUpDoesNotRotate(t *testing.T) {
	t.Parallel()
	k := New().Add("org", seal.NewKey(), nil)
	for _, p := range []Purpose{Who, Lookup, Log, Unlock, Sessions, Idempotency, Drafts, Standby, Rates, Receipts, Versions} {
		k.Learn(p, 5)
		if k.Newest(p) != 1 || k.For(p).Seal([]byte("x"), seal.Bind("row")).Version() != 1 {
			t.Errorf("%s rotates", p)
		}
	}
}
