package seal

import (
	"bytes"
	"context"
	"testing"

	"varn/internal/kit/clock"
)

// fixed keys: a finding must come again from its file.
func fuzzKey(b byte) Key { return keyOf([KeySize]byte(bytes.Repeat([]byte{b}, KeySize))) }

func FuzzBoxOpen(f *testing.F) {
	k, ad := fuzzKey(1), Bind("org", "row")
	f.Add(k.Seal([]byte("hej"), ad).Bytes())
	f.Add(k.SealPadded([]byte("hej"), ad).Bytes())
	old := k
	k = k.In(&renewed{root: fuzzKey(13), purpose: "names", newest: 2})
	f.Add(k.Seal([]byte("hej"), ad).Bytes())
	f.Add(k.SealPadded([]byte("hej"), ad).Bytes())
	f.Add([]byte{formatSealed})
	f.Add([]byte{formatSealedLater, 0, 1})
	f.Add([]byte{formatPaddedLater, 0xff, 0xff})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		b := NewBox(raw)
		got1, err1 := k.Open(b, ad)
		got2, err2 := k.OpenPadded(b, ad)
		if (err1 == nil && string(got1) != "hej") || (err2 == nil && string(got2) != "hej") {
			t.Fatal("a box that nobody sealed opens")
		}
		if _, err := old.Open(b, ad); err == nil && b.Version() != 1 {
			t.Fatal("a key of no series opens a later version")
		}
		if _, err := k.OpenHash(b, ad); err == nil {
			t.Fatal("another format opens")
		}
	})
}

func FuzzParsePublic(f *testing.F) {
	p, _ := PrivateFrom(fuzzKey(2).Bytes())
	f.Add(p.Public().Bytes())
	f.Add(bytes.Repeat([]byte{0xff}, PublicSize))
	f.Add(append([]byte{formatPublic}, make([]byte, PublicSize-1)...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := ParsePublic(raw)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Bytes(), raw) || len(p.Fingerprint()) != 29 {
			t.Fatal("a key with two spellings")
		}
		if _, err := p.Wrap([]byte("x"), AD{}); err != nil && err != ErrFormat {
			t.Fatal(err)
		}
	})
}

func FuzzUnwrap(f *testing.F) {
	p, _ := PrivateFrom(fuzzKey(3).Bytes())
	ad := Bind("org", "case")
	once, _ := p.Public().Wrap([]byte("seed"), ad)
	shared, _ := NewCourier(clock.System{}).Wrap(p.Public(), []byte("seed"), ad)
	f.Add(once.Bytes())
	f.Add(shared.Bytes())
	f.Add([]byte{formatWrap})
	f.Fuzz(func(t *testing.T, raw []byte) {
		if got, err := p.Unwrap(NewBox(raw), ad); err == nil && string(got) != "seed" {
			t.Fatal("a wrap that nobody made opens")
		}
		if len(p.kept().known) > keptDecapsulations || len(p.kept().order) > keptDecapsulations {
			t.Fatal("it remembers without bound")
		}
	})
}

func FuzzOpenSecret(f *testing.F) {
	org, secret := fuzzKey(4), fuzzKey(5).Bytes()
	p, _ := PrivateFrom(fuzzKey(6).Bytes())
	right := WrapSecret(org, secret, p, AD{})
	f.Add(right.Bytes(), secret)
	f.Add([]byte{formatSecret}, []byte{})
	f.Fuzz(func(t *testing.T, raw, given []byte) {
		got, err := OpenSecret(org, given, NewBox(raw), AD{})
		if err == nil && (!got.seed.Equal(p.seed) || !bytes.Equal(given, secret)) {
			t.Fatal("opens")
		}
	})
}

func FuzzOpenPassphrase(f *testing.F) {
	org, pool := fuzzKey(7), NewTestPool()
	p, _ := PrivateFrom(fuzzKey(8).Bytes())
	right, _ := pool.WrapPassphrase(context.Background(), org, "fras", p, AD{})
	f.Add(right.Bytes(), "fras")
	f.Add([]byte{formatPassphrase, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "")
	f.Fuzz(func(t *testing.T, raw []byte, given string) {
		got, err := pool.OpenPassphrase(context.Background(), org, given, NewBox(raw), AD{})
		if err == nil && (!got.seed.Equal(p.seed) || given != "fras") {
			t.Fatal("opens")
		}
	})
}

func FuzzPeelStandby(f *testing.F) {
	org := fuzzKey(9)
	p, _ := PrivateFrom(fuzzKey(10).Bytes())
	right, _ := WrapStandby(org, p.Public(), []byte("seed"), AD{})
	f.Add(right.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		inner, err := PeelStandby(org, NewBox(raw), AD{})
		if err != nil {
			return
		}
		if got, err := p.Unwrap(inner, AD{}); err != nil || string(got) != "seed" {
			t.Fatal("opens")
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	f.Add(NewReceipt().Text())
	f.Add("o0iIlL-")
	f.Add("\xff\u00a0")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseReceipt(s)
		if err != nil {
			return
		}
		if again, err := ParseReceipt(r.Text()); err != nil || *again.code() != *r.code() {
			t.Fatal("its own text is refused")
		}
	})
}

func FuzzParseSheet(f *testing.F) {
	p, _ := PrivateFrom(fuzzKey(11).Bytes())
	sheets, _ := Split(p, "org", 3, 2)
	f.Add(sheets[0].Text())
	f.Add(sheets[1].Code())
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		sh, err := ParseSheet(s)
		if err != nil {
			return
		}
		if again, err := ParseSheet(sh.Text()); err != nil || *again.b() != *sh.b() {
			t.Fatal("its own text is refused")
		}
		_, _ = Combine([]Sheet{sh, sheets[0]}, p.Public())
	})
}

func FuzzStream(f *testing.F) {
	s := NewStream(fuzzKey(12), Bind("file"))
	f.Add(s.SealChunk(nil, []byte("hej"), 0, true))
	f.Add(s.SealChunk(nil, nil, 0, true))
	f.Add(s.SealChunk(nil, []byte("hej"), 0, false))
	f.Add([]byte{formatChunk})
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := openStream(s, raw)
		if err == nil && string(got) != "hej" && len(got) > 0 {
			t.Fatal("opens")
		}
		_, _ = s.Resume(&bytes.Buffer{}, int64(len(raw)), NewBox(raw))
	})
}
