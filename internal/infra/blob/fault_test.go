package blob

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"varn/internal/kit/fault"
)

func TestTheReserveIsKeptFree(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "blobs")
	open, err := OpenDisk(dir, 0)
	do(t, err)
	add(t, open, "blob-one", 0, []byte("acknowledged"))
	d, err := OpenDisk(dir, math.MaxInt64)
	do(t, err)
	a, err := d.Append(t.Context(), "blob-one", 12)
	do(t, err)
	_, err = a.Write([]byte("more"))
	for i, err := range []error{err, d.Room(t.Context(), 1), d.Put(t.Context(), "blob-two", []byte("x"))} {
		if !fault.Is(err, fault.Unavailable) || fault.Of(err).Code != "blob.full" {
			t.Errorf("%d: %v", i, err)
		}
	}
	do(t, a.Close())
	if got := content(t, d, "blob-one"); string(got) != "acknowledged" {
		t.Errorf("%q", got)
	}
	if _, err := d.Size(t.Context(), "blob-two"); !fault.Is(err, fault.NotFound) {
		t.Error("half a blob")
	}
}

// child runs one test of this binary as another process.
func child(t *testing.T, test, dir string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^"+test+"$", "-test.v")
	c.Env = append(os.Environ(), "VARN_BLOB_CHILD="+test, "VARN_BLOB_DIR="+dir)
	return c
}

func isChild(test string) (string, bool) {
	return os.Getenv("VARN_BLOB_DIR"), os.Getenv("VARN_BLOB_CHILD") == test
}

// TestADiskThatFillsUpLeavesNoHalfBlob lets the kernel refuse a write in its middle: a process may
// write files of 100,000 bytes and no more.
func TestADiskThatFillsUpLeavesNoHalfBlob(t *testing.T) {
	t.Parallel()
	if dir, ok := isChild("TestADiskThatFillsUpLeavesNoHalfBlob"); ok {
		fillUp(t, dir)
		return
	}
	if out, err := child(t, "TestADiskThatFillsUpLeavesNoHalfBlob", t.TempDir()).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func fillUp(t *testing.T, dir string) {
	signal.Ignore(syscall.SIGXFSZ)
	do(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 100_000, Max: 100_000}))
	d, err := OpenDisk(dir, 0)
	do(t, err, d.Put(t.Context(), "blob-one", []byte("old")))
	if err := d.Put(t.Context(), "blob-one", noise(150_000)); !fault.Is(err, fault.Unavailable) || fault.Of(err).Code != "blob.full" {
		t.Errorf("put: %v", err)
	}
	if got := content(t, d, "blob-one"); string(got) != "old" {
		t.Errorf("%d bytes in the place of the old blob", len(got))
	}
	first := noise(60_000)
	add(t, d, "blob-two", 0, first)
	a, err := d.Append(t.Context(), "blob-two", 60_000)
	do(t, err)
	if _, err := a.Write(noise(60_000)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("append: %v", err)
	}
	do(t, a.Close())
	if got := content(t, d, "blob-two"); !bytes.Equal(got, first) {
		t.Errorf("%d bytes", len(got))
	}
	files := 0
	do(t, filepath.Walk(dir, func(_ string, s os.FileInfo, err error) error {
		if err == nil && !s.IsDir() {
			files++
		}
		return err
	}))
	if files != 2 {
		t.Errorf("%d files: something is left behind", files)
	}
}

// TestWhatWasSyncedSurvivesAKill kills a writing process at a random moment, five times.
func TestWhatWasSyncedSurvivesAKill(t *testing.T) {
	t.Parallel()
	if dir, ok := isChild("TestWhatWasSyncedSurvivesAKill"); ok {
		writeForEver(t, dir)
		return
	}
	for range 5 {
		dir := t.TempDir()
		c := child(t, "TestWhatWasSyncedSurvivesAKill", dir)
		out, err := c.StdoutPipe()
		do(t, err, c.Start())
		acknowledged, puts := int64(0), map[string]int{}
		lines, left := bufio.NewScanner(out), 20+rand.IntN(400)
		for lines.Scan() && left > 0 {
			left--
			if f := strings.Fields(lines.Text()); len(f) == 2 && f[0] == "append" {
				acknowledged, _ = strconv.ParseInt(f[1], 10, 64)
			} else if len(f) == 2 && f[0] == "put" {
				puts["put-"+f[1]], _ = strconv.Atoi(f[1])
			}
		}
		do(t, c.Process.Kill())
		_, _ = io.Copy(io.Discard, out)
		_ = c.Wait()
		survived(t, dir, acknowledged, puts)
	}
}

func pattern(n int64) []byte { return bytes.Repeat([]byte{byte(n), byte(n >> 8)}, 5000) }

func writeForEver(t *testing.T, dir string) {
	d, err := OpenDisk(dir, 0)
	do(t, err)
	a, err := d.Append(t.Context(), "growing", 0)
	do(t, err)
	for n := int64(0); ; n++ {
		_, err := a.Write(pattern(n))
		do(t, err, a.Sync())
		fmt.Println("append", (n+1)*10_000)
		do(t, d.Put(t.Context(), fmt.Sprintf("put-%d", n), pattern(n)))
		fmt.Println("put", n)
	}
}

func survived(t *testing.T, dir string, acknowledged int64, puts map[string]int) {
	t.Helper()
	d, err := OpenDisk(dir, 0)
	do(t, err)
	got := content(t, d, "growing")
	if int64(len(got)) < acknowledged || acknowledged == 0 {
		t.Fatalf("%d of %d acknowledged bytes", len(got), acknowledged)
	}
	for n := range acknowledged / 10_000 {
		if !bytes.Equal(got[n*10_000:][:10_000], pattern(n)) {
			t.Fatalf("block %d", n)
		}
	}
	seen := 0
	do(t, d.Walk(t.Context(), func(name string, size int64) error {
		if _, ok := puts[name]; ok {
			seen++
		}
		if name != "growing" && size != 10_000 {
			t.Errorf("half a blob: %s, %d bytes", name, size)
		}
		return nil
	}))
	if seen != len(puts) {
		t.Errorf("%d of %d acknowledged blobs", seen, len(puts))
	}
}
