package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"pgregory.net/rapid"

	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// places are the two kinds; every test of this file runs on both.
func places(t *testing.T, each func(t *testing.T, p Place)) {
	t.Helper()
	t.Run("disk", func(t *testing.T) {
		t.Parallel()
		d, err := OpenDisk(filepath.Join(t.TempDir(), "blobs"), 0)
		if err != nil {
			t.Fatal(err)
		}
		each(t, d)
	})
	t.Run("s3", func(t *testing.T) {
		t.Parallel()
		each(t, fakeS3(t))
	})
}

func fakeS3(t *testing.T) *S3 {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("varn"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	s, err := OpenS3(t.Context(), S3Config{
		Endpoint: strings.TrimPrefix(server.URL, "http://"), Bucket: "varn", Prefix: "test/", Region: "us-east-1",
		AccessKey: "varn", SecretKey: "varn", Plain: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func do(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, p Place, name string) []byte {
	t.Helper()
	size, err := p.Size(t.Context(), name)
	do(t, err)
	b, err := io.ReadAll(io.NewSectionReader(Reader(t.Context(), p, name), 0, size))
	do(t, err)
	return b
}

func add(t *testing.T, p Place, name string, at int64, parts ...[]byte) {
	t.Helper()
	a, err := p.Append(t.Context(), name, at)
	do(t, err)
	for _, b := range parts {
		_, err := a.Write(b)
		do(t, err)
	}
	do(t, a.Sync(), a.Close())
}

func TestPutIsReadBackAndReplaced(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		ctx := t.Context()
		for _, n := range []int{1, 100_000} {
			b := noise(n)
			do(t, p.Put(ctx, "blob-one", b))
			if got := content(t, p, "blob-one"); !bytes.Equal(got, b) {
				t.Fatalf("%d bytes: %d came back", n, len(got))
			}
		}
		do(t, p.Put(ctx, "blob-one", []byte("short")))
		if got := content(t, p, "blob-one"); string(got) != "short" {
			t.Fatalf("%q", got)
		}
	})
}

func TestReadingStopsAtTheEnd(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		ctx, b := t.Context(), make([]byte, 10)
		do(t, p.Put(ctx, "blob-one", []byte("0123456789")))
		for _, c := range []struct {
			off  int64
			want string
			err  error
		}{{0, "0123456789", nil}, {4, "456789", io.EOF}, {10, "", io.EOF}, {partSize, "", io.EOF}, {3 * partSize, "", io.EOF}} {
			n, err := p.ReadAt(ctx, "blob-one", b, c.off)
			if string(b[:n]) != c.want || err != c.err {
				t.Errorf("at %d: %q %v", c.off, b[:n], err)
			}
		}
	})
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		ctx := t.Context()
		_, err1 := p.Size(ctx, "none")
		_, err2 := p.ReadAt(ctx, "none", make([]byte, 1), 0)
		_, err3 := p.ReadAt(ctx, "none", make([]byte, 1), 2*partSize)
		_, err4 := p.Append(ctx, "none", 5)
		for i, err := range []error{err1, err2, err3, err4} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%d: %v", i, err)
			}
		}
		do(t, p.Delete(ctx, "none"), p.Put(ctx, "some", []byte("x")), p.Delete(ctx, "some"), p.Delete(ctx, "some"))
		if _, err := p.Size(ctx, "some"); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

func TestAnAppendGoesOnAndDropsWhatWasNotAcknowledged(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		whole := noise(2*partSize + 1000)
		add(t, p, "blob-one", 0, whole[:100], whole[100:partSize+500])
		add(t, p, "blob-one", partSize+500, noise(partSize)) // came, was never acknowledged
		add(t, p, "blob-one", partSize+500, whole[partSize+500:])
		if !bytes.Equal(content(t, p, "blob-one"), whole) {
			t.Fatal("other bytes")
		}
		add(t, p, "blob-one", 2*partSize)
		if !bytes.Equal(content(t, p, "blob-one"), whole[:2*partSize]) {
			t.Fatal("the end of a part")
		}
		add(t, p, "blob-one", 3)
		if string(content(t, p, "blob-one")) != string(whole[:3]) {
			t.Fatal("cut")
		}
		if _, err := p.Append(t.Context(), "blob-one", 4); err == nil || fault.Is(err, fault.NotFound) {
			t.Fatalf("a hole: %v", err)
		}
	})
}

func TestWhatWasNotSyncedMayBeLostButNotMore(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		first := noise(1000)
		add(t, p, "blob-one", 0, first)
		a, err := p.Append(t.Context(), "blob-one", 1000)
		do(t, err)
		_, err = a.Write(noise(500))
		do(t, err, a.Close())
		if got := content(t, p, "blob-one"); len(got) < 1000 || !bytes.Equal(got[:1000], first) {
			t.Fatal("an acknowledged byte is gone")
		}
	})
}

func TestWalkSeesEveryBlobOnce(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		ctx := t.Context()
		want := map[string]int64{"ab-1": 3, "ab-2": 4, "zz99": partSize + 7, "0000": 1}
		for name, n := range want {
			add(t, p, name, 0, noise(int(n)))
		}
		got, last := map[string]int64{}, ""
		do(t, p.Walk(ctx, func(name string, size int64) error {
			if name <= last {
				t.Errorf("%s after %s", name, last)
			}
			got[name], last = size, name
			return nil
		}))
		for name, n := range want {
			if size, ok := got[name]; !ok || size != n || len(got) != len(want) {
				t.Errorf("%s: %d of %d; %d blobs", name, size, n, len(got))
			}
		}
		stop := errors.New("stop")
		if err := p.Walk(ctx, func(string, int64) error { return stop }); !errors.Is(err, stop) {
			t.Error(err)
		}
	})
}

func TestAnEmptyBlobIsNone(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		ctx := t.Context()
		do(t, p.Put(ctx, "put1", []byte("x")), p.Put(ctx, "put1", nil))
		add(t, p, "add1", 0, []byte("x"))
		add(t, p, "add1", 0)
		for _, name := range []string{"put1", "add1"} {
			_, err1 := p.Size(ctx, name)
			_, err2 := p.ReadAt(ctx, name, make([]byte, 1), 0)
			if !fault.Is(err1, fault.NotFound) || !fault.Is(err2, fault.NotFound) {
				t.Error(name, err1, err2)
			}
		}
		do(t, p.Walk(ctx, func(name string, _ int64) error { return errors.New(name) }))
		add(t, p, "add1", 0, []byte("y"))
		if string(content(t, p, "add1")) != "y" {
			t.Error("begun anew")
		}
	})
}

func TestNamesLeadNowhereElse(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		ctx := t.Context()
		for _, bad := range []string{"", "abc", "../../x", "ab/cd", "ABCD", "åäöå", "ab.d", strings.Repeat("a", 65)} {
			_, err1 := p.Append(ctx, bad, 0)
			_, err2 := p.ReadAt(ctx, bad, nil, 0)
			_, err3 := p.Size(ctx, bad)
			for i, err := range []error{err1, err2, err3, p.Put(ctx, bad, nil), p.Delete(ctx, bad)} {
				if err == nil {
					t.Errorf("%q passed %d", bad, i)
				}
			}
		}
	})
}

// TestASealedStreamThroughAPlace: the two packages fit together, cut and resumed at random.
func TestASealedStreamThroughAPlace(t *testing.T) {
	t.Parallel()
	places(t, func(t *testing.T, p Place) {
		rapid.Check(t, func(r *rapid.T) {
			s := seal.NewStream(seal.NewKey(), seal.Bind("org", "file"))
			plain := noise(rapid.IntRange(0, 5*seal.ChunkSize).Draw(r, "length"))
			var tail seal.Box
			taken := int64(0)
			for step := 0; taken < int64(len(plain)) || step == 0; step++ {
				w, err := s.Resume(nil, taken, tail)
				do(t, err)
				a, err := p.Append(t.Context(), "stream", w.SealedOffset())
				do(t, err)
				w, err = s.Resume(a, taken, tail)
				do(t, err)
				n := rapid.IntRange(0, len(plain)-int(taken)).Draw(r, "part")
				_, err = w.Write(plain[taken : taken+int64(n)])
				do(t, err)
				taken, tail = w.Taken(), w.Tail()
				if taken == int64(len(plain)) {
					do(t, w.Close())
				}
				do(t, a.Sync(), a.Close())
			}
			size, err := p.Size(t.Context(), "stream")
			do(t, err)
			reader, err := s.Reader(Reader(context.Background(), p, "stream"), size)
			do(t, err)
			got, err := io.ReadAll(io.NewSectionReader(reader, 0, reader.Size()))
			if err != nil || !bytes.Equal(got, plain) {
				r.Fatalf("%v", err)
			}
		})
	})
}

func TestS3IsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	t.Cleanup(server.Close)
	c := S3Config{Endpoint: strings.TrimPrefix(server.URL, "http://"), Bucket: "varn", AccessKey: "a", SecretKey: "b", Plain: true}
	if _, err := OpenS3(t.Context(), c); err == nil || !strings.HasPrefix(err.Error(), "s3.bucket: ") {
		t.Errorf("no bucket: %v", err)
	}
	c.Endpoint = "http://not a host"
	if _, err := OpenS3(t.Context(), c); err == nil || !strings.HasPrefix(err.Error(), "s3.endpoint: ") {
		t.Errorf("no host: %v", err)
	}
}

func TestOnDiskOnlyTheOwnerReads(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "blobs")
	d, err := OpenDisk(dir, 0)
	do(t, err, d.Put(t.Context(), "blob-one", []byte("x")))
	add(t, d, "blob-two", 0, []byte("x"))
	do(t, filepath.Walk(dir, func(path string, s os.FileInfo, err error) error {
		if err == nil && s.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, s.Mode())
		}
		return err
	}))
}
