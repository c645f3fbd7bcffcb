package seal

import (
	"bytes"
	"context"
	"io"
	"testing"

	"varn/internal/kit/clock"
)

func BenchmarkTitleOpen(b *testing.B) {
	c, ad := NewCase(), Bind("org", "case", "item", "title").With(1)
	it := c.Seal([]byte("Hot mot ledamot i socialnämnden efter beslut"), ad)
	own := NewKey()
	seed := own.Seal(c.Seed(), ad)
	b.Run("title", func(b *testing.B) {
		for b.Loop() {
			_, _, _ = c.Open(it, ad)
		}
	})
	b.Run("case key and title", func(b *testing.B) {
		for b.Loop() {
			raw, _ := own.Open(seed, ad)
			k, _ := CaseFrom(raw)
			_, _, _ = k.Open(it, ad)
		}
	})
}

func BenchmarkWrap(b *testing.B) {
	p, ad := NewPrivate(), Bind("org", "case", "1")
	to, courier := p.Public(), NewCourier(clock.System{})
	once, _ := to.Wrap(p.Seed(), ad)
	shared, _ := courier.Wrap(to, p.Seed(), ad)
	b.Run("wrap", func(b *testing.B) {
		for b.Loop() {
			_, _ = to.Wrap(p.Seed(), ad)
		}
	})
	b.Run("courier", func(b *testing.B) {
		for b.Loop() {
			_, _ = courier.Wrap(to, p.Seed(), ad)
		}
	})
	b.Run("unwrap", func(b *testing.B) {
		for b.Loop() {
			_, _ = p.Unwrap(once, ad)
		}
	})
	b.Run("unwrap shared", func(b *testing.B) {
		for b.Loop() {
			_, _ = p.Unwrap(shared, ad)
		}
	})
}

func BenchmarkStream(b *testing.B) {
	s, plain := NewStream(NewKey(), Bind("org", "file")), noise(16<<20)
	b.Run("seal", func(b *testing.B) {
		b.SetBytes(int64(len(plain)))
		for b.Loop() {
			w := s.Writer(io.Discard)
			_, _ = w.Write(plain)
			_ = w.Close()
		}
	})
	sealed := sealStream(b, s, plain)
	b.Run("open", func(b *testing.B) {
		b.SetBytes(int64(len(plain)))
		for b.Loop() {
			r, _ := s.Reader(bytes.NewReader(sealed), int64(len(sealed)))
			if _, err := io.Copy(io.Discard, io.NewSectionReader(r, 0, r.Size())); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkPassphrase(b *testing.B) {
	pool, org, p := NewPool(1), NewKey(), NewPrivate()
	for b.Loop() {
		if _, err := pool.WrapPassphrase(context.Background(), org, "en lång fras", p, AD{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDestroy(b *testing.B) {
	for name, objects := range map[string]uint32{"1000": 1000, "1000000": 1_000_000} {
		b.Run(name, func(b *testing.B) {
			db, root := rows{}, NewKey()
			for l := uint32(0); l < objects; l += 256 {
				if _, err := NewEpoch("org", root, db).Make(l); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				root, _ = NewEpoch("org", root, db).Destroy(objects / 2)
			}
		})
	}
}
