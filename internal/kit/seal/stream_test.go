package seal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"
)

func hashOf(b []byte) *TreeHash {
	h := NewTreeHash()
	_, _ = h.Write(b)
	return h
}

func noise(n int) []byte {
	b := make([]byte, n)
	fill(b)
	return b
}

func sealStream(t testing.TB, s Stream, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := s.Writer(&b)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openStream(s Stream, sealed []byte) ([]byte, error) {
	r, err := s.Reader(bytes.NewReader(sealed), int64(len(sealed)))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
}

func TestAStreamComesBackWhateverItsLength(t *testing.T) {
	t.Parallel()
	s := NewStream(NewKey(), Bind("org", "case", "file"))
	for _, n := range []int{0, 1, ChunkSize - 1, ChunkSize, ChunkSize + 1, 2 * ChunkSize, 20*ChunkSize + 7} {
		plain := noise(n)
		sealed := sealStream(t, s, plain)
		if int64(len(sealed)) != SealedSize(int64(n)) {
			t.Fatalf("%d bytes: sealed size", n)
		}
		if got, err := openStream(s, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}

// TestAnInterruptedUploadGoesOn cuts anywhere, forgets everything but what is kept in the row, and
// finds chunks in the store that were written after the row was.
func TestAnInterruptedUploadGoesOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := NewKey()
		s, ad := NewStream(key, Bind("file")), Bind("hash")
		plain := noise(rapid.IntRange(0, 4*ChunkSize).Draw(t, "length"))
		var store bytes.Buffer
		var tail, state Box
		taken, rest := int64(0), plain
		h := NewTreeHash()
		for len(rest) > 0 {
			w, err := s.Resume(&store, taken, tail)
			if err != nil {
				t.Fatal(err)
			}
			store.Truncate(int(w.SealedOffset()))
			n := rapid.IntRange(1, len(rest)).Draw(t, "part")
			_, _ = w.Write(rest[:n])
			_, _ = h.Write(rest[:n])
			rest, taken, tail = rest[n:], w.Taken(), w.Tail()
			state, _ = key.SealHash(h, ad)
			_, _ = w.Write(noise(100)) // came, was never acknowledged
			if h, err = key.OpenHash(state, ad); err != nil {
				t.Fatal(err)
			}
		}
		w, err := s.Resume(&store, taken, tail)
		if err != nil {
			t.Fatal(err)
		}
		store.Truncate(int(w.SealedOffset()))
		_ = w.Close()
		got, err := openStream(s, store.Bytes())
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%v", err)
		}
		if sum := sha256.Sum256(plain); !bytes.Equal(h.Sum(nil), sum[:]) {
			t.Fatal("the hash went on wrongly")
		}
	})
}

func TestAnyPartOfAStreamIsRead(t *testing.T) {
	t.Parallel()
	s := NewStream(NewKey(), AD{})
	plain := noise(40*ChunkSize + 5)
	sealed := sealStream(t, s, plain)
	r, err := s.Reader(bytes.NewReader(sealed), int64(len(sealed)))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		off := rapid.IntRange(0, len(plain)+10).Draw(t, "off")
		p := make([]byte, rapid.IntRange(0, 3*ChunkSize).Draw(t, "n"))
		n, err := r.ReadAt(p, int64(off))
		want := plain[min(off, len(plain)):min(off+len(p), len(plain))]
		if !bytes.Equal(p[:n], want) || (n < len(p)) != (err == io.EOF) {
			t.Fatalf("%d bytes at %d: %d %v", len(p), off, n, err)
		}
	})
}

func TestAStreamThatWasTamperedWithIsRefused(t *testing.T) {
	t.Parallel()
	key := NewKey()
	s := NewStream(key, Bind("org", "file a"))
	plain := noise(3*ChunkSize + 100)
	sealed := sealStream(t, s, plain)
	other := sealStream(t, NewStream(key, Bind("org", "file b")), plain)
	older := sealStream(t, s, noise(len(plain)))
	cut := func(i int) []byte { return sealed[i*sealedChunk : min((i+1)*sealedChunk, len(sealed))] }
	for name, bad := range map[string][]byte{
		"empty":                        {},
		"cut to two chunks":            sealed[:2*sealedChunk],
		"cut inside a chunk":           sealed[:2*sealedChunk+1000],
		"cut by one byte":              sealed[:len(sealed)-1],
		"one byte more":                append(bytes.Clone(sealed), 0),
		"first chunk left out":         sealed[sealedChunk:],
		"two chunks change places":     bytes.Join([][]byte{cut(1), cut(0), cut(2), cut(3)}, nil),
		"a chunk twice":                bytes.Join([][]byte{cut(0), cut(0), cut(2), cut(3)}, nil),
		"a chunk of another object":    bytes.Join([][]byte{cut(0), other[sealedChunk : 2*sealedChunk], cut(2), cut(3)}, nil),
		"another object altogether":    other,
		"the last chunk of an older":   bytes.Join([][]byte{cut(0), cut(1), cut(2), older[3*sealedChunk:], {0}}, nil),
		"a bit in the middle":          flip(sealed, sealedChunk+500),
		"the format byte":              flip(sealed, 0),
		"the nonce of the second":      flip(sealed, sealedChunk+3),
		"the tag of the last":          flip(sealed, len(sealed)-1),
		"the last chunk as the middle": bytes.Join([][]byte{cut(0), cut(3), cut(3)}, nil),
	} {
		if got, err := openStream(s, bad); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	if _, err := openStream(NewStream(NewKey(), Bind("org", "file a")), sealed); !errors.Is(err, ErrOpen) {
		t.Error("wrong key")
	}
	if _, err := s.Resume(io.Discard, 70000, s.Writer(io.Discard).Tail()); !errors.Is(err, ErrOpen) {
		t.Error("no tail")
	}
}

// TestATailIsBoundToItsPlace: neither another upload's tail nor this one's with another length.
func TestATailIsBoundToItsPlace(t *testing.T) {
	t.Parallel()
	key := NewKey()
	s := NewStream(key, Bind("file a"))
	w := s.Writer(io.Discard)
	_, _ = w.Write(noise(ChunkSize + 10))
	tail := w.Tail()
	if _, err := s.Resume(io.Discard, w.Taken(), tail); err != nil {
		t.Fatal(err)
	}
	for _, taken := range []int64{10, ChunkSize + 9, 2*ChunkSize + 10} {
		if _, err := s.Resume(io.Discard, taken, tail); !errors.Is(err, ErrOpen) {
			t.Errorf("taken %d: %v", taken, err)
		}
	}
	if _, err := NewStream(key, Bind("file b")).Resume(io.Discard, w.Taken(), tail); !errors.Is(err, ErrOpen) {
		t.Error("another file")
	}
}

func flip(b []byte, i int) []byte {
	b = bytes.Clone(b)
	b[i] ^= 1
	return b
}
