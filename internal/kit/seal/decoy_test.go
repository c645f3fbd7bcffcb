package seal

import (
	"errors"
	"testing"
)

func TestADecoyCostsARealTryAndOpensForNobody(t *testing.T) {
	t.Parallel()
	pool, org, ad := NewTestPool(), NewKey(), Bind("decoy")
	real, err := pool.WrapPassphrase(t.Context(), org, "fyra lugna älgar", NewPrivate(), ad)
	if err != nil {
		t.Fatal(err)
	}
	decoy := pool.Decoy(ad)
	if decoy.Size() != real.Size() {
		t.Fatalf("a decoy of %d bytes beside a wrap of %d", decoy.Size(), real.Size())
	}
	want, err := argonOf(real)
	if err != nil {
		t.Fatal(err)
	}
	got, err := argonOf(decoy)
	if err != nil || got.Time != want.Time || got.MemoryKiB != want.MemoryKiB || got.Threads != want.Threads {
		t.Fatalf("a decoy costs %+v, a wrap %+v, %v", got, want, err)
	}
	if _, err := pool.OpenPassphrase(t.Context(), org, "fyra lugna älgar", decoy, ad); !errors.Is(err, ErrOpen) {
		t.Fatalf("a decoy opened: %v", err)
	}
}
