package seal

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"varn/internal/kit/clock"
)

func TestXAESAgreesWithItsPublishedVectors(t *testing.T) {
	t.Parallel()
	nonce := []byte("ABCDEFGHIJKLMNOPQRSTUVWX")
	for _, c := range []struct {
		key      byte
		aad, out string
	}{
		{1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"},
		{3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"},
	} {
		b := newBlock(bytes.Repeat([]byte{c.key}, 32))
		if got := hex.EncodeToString(b.seal(nil, nonce, []byte("XAES-256-GCM"), []byte(c.aad))); got != c.out {
			t.Errorf("key %d: %s", c.key, got)
		}
	}
}

func TestACaseOpensForItsHolderAndRekeys(t *testing.T) {
	t.Parallel()
	c := NewCase()
	ad := Bind("org", "case", "item", "message").With(1)
	it, err := SealTo(c.Public(), []byte("hej"), ad)
	if err != nil {
		t.Fatal(err)
	}
	again, err := CaseFrom(c.Seed())
	if err != nil {
		t.Fatal(err)
	}
	plain, rekeyed, err := again.Open(it, ad)
	if err != nil || string(plain) != "hej" || rekeyed.IsZero() {
		t.Fatalf("%v %q", err, plain)
	}
	it.Key = rekeyed
	plain, rekeyed, err = c.Open(it, ad)
	if err != nil || string(plain) != "hej" || !rekeyed.IsZero() {
		t.Fatalf("%v %q", err, plain)
	}
}

func TestACourierOpensLikeAWrapAndRenewsItself(t *testing.T) {
	t.Parallel()
	at := clock.At(time.Unix(1_800_000_000, 0))
	c, p := NewCourier(at), NewPrivate()
	wrap := func(ad AD) Box {
		b, err := c.Wrap(p.Public(), []byte("seed"), ad)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Unwrap(b, ad); err != nil || string(got) != "seed" {
			t.Fatalf("%v %q", err, got)
		}
		return b
	}
	enc := func(b Box) string { return string(b.b[1 : 1+encSize]) }
	one, two := wrap(Bind("a")), wrap(Bind("b"))
	at.Move(61 * time.Second)
	three := wrap(Bind("a"))
	at.Move(-time.Hour)
	if four := wrap(Bind("a")); enc(one) != enc(two) || enc(one) == enc(three) || enc(three) == enc(four) {
		t.Fatal("one encapsulation for 60 s, never for longer")
	}
}

func TestUnlockersGiveThePrivateKeyBack(t *testing.T) {
	t.Parallel()
	org, p, pool := NewKey(), NewPrivate(), NewTestPool()
	ad := Bind("org", "person", "unlocker")
	secret := NewKey().Bytes()
	got, err := OpenSecret(org, secret, WrapSecret(org, secret, p, ad), ad)
	if err != nil || !got.Public().Equal(p.Public()) {
		t.Fatal(err)
	}
	b, err := pool.WrapPassphrase(t.Context(), org, "en l\u00e5ng fras", p, ad)
	if err != nil {
		t.Fatal(err)
	}
	got, err = pool.OpenPassphrase(t.Context(), org, "en la\u030ang fras", b, ad)
	if err != nil || !bytes.Equal(got.Seed(), p.Seed()) {
		t.Fatal(err)
	}
}
