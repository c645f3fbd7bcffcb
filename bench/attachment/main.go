// Attachment measures how fast a large file becomes a sealed, hashed and durable attachment, and
// how fast it is opened and checked again, beside dd with fsync and the age command on the same
// disk. One JSON line; memory is this process's peak.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
)

type result struct {
	MB      int     `json:"mb"`
	InMBs   float64 `json:"in_mb_per_s"`
	OutMBs  float64 `json:"out_mb_per_s"`
	DdMBs   float64 `json:"dd_mb_per_s"`
	AgeMBs  float64 `json:"age_mb_per_s"`
	SHAMBs  float64 `json:"sha256_alone_mb_per_s"` // the same bytes, hashed and nothing else
	OfDd    float64 `json:"in_of_dd"`
	OfSHA   float64 `json:"in_of_sha256"`
	OfAge   float64 `json:"in_of_age"`
	PeakMB  float64 `json:"peak_mb"`
	Repeats int     `json:"repeats"`
}

func main() {
	mb := flag.Int("mb", 2048, "size of the file")
	repeats := flag.Int("repeats", 3, "interleaved runs; the median counts")
	flag.Parse()
	if err := run(*mb, *repeats); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(mb, repeats int) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "varn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	plain := filepath.Join(dir, "plain")
	if err := fill(plain, mb); err != nil {
		return err
	}
	h, s, ref, err := house(ctx, dir)
	if err != nil {
		return err
	}
	defer h.Close()
	var in, out, dd, age, sha []float64
	for range repeats {
		rate := func(times *[]float64, act func() error) error {
			at := time.Now()
			if err := act(); err != nil {
				return err
			}
			*times = append(*times, float64(mb)/time.Since(at).Seconds())
			return nil
		}
		id := ""
		steps := []struct {
			times *[]float64
			act   func() error
		}{
			{&in, func() (err error) { id, err = attach(ctx, h, s, ref, plain); return err }},
			{&dd, func() error {
				return exec.Command("dd", "if="+plain, "of="+filepath.Join(dir, "dd"), "bs=1M", "conv=fsync").Run()
			}},
			{&age, func() error { return ageTo(plain, filepath.Join(dir, "age"), dir) }},
			{&sha, func() error { return hashed(plain) }},
			{&out, func() error { return open(ctx, h, s, ref, id) }},
		}
		for _, step := range steps {
			if err := rate(step.times, step.act); err != nil {
				return err
			}
		}
		_ = os.Remove(filepath.Join(dir, "dd")) // made again in the next round
		_ = os.Remove(filepath.Join(dir, "age"))
	}
	r := result{MB: mb, InMBs: median(in), OutMBs: median(out), DdMBs: median(dd), AgeMBs: median(age), SHAMBs: median(sha), PeakMB: peak(), Repeats: repeats}
	r.OfDd, r.OfAge, r.OfSHA = r.InMBs/r.DdMBs, r.InMBs/r.AgeMBs, r.InMBs/r.SHAMBs
	return json.NewEncoder(os.Stdout).Encode(r)
}

// hashed does what an attachment can't be taken in without: one SHA-256 of all of it, which is one
// core's work from end to end.
func hashed(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.CopyBuffer(struct{ io.Writer }{sha256.New()}, struct{ io.Reader }{f}, make([]byte, 1<<20))
	return err
}

// fill writes a file that no compression helps with.
func fill(path string, mb int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	block := make([]byte, 1<<20)
	r := rand.NewChaCha8([32]byte{1})
	for range mb {
		_, _ = r.Read(block) // a ChaCha8 never fails
		if _, err := f.Write(block); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

func house(ctx context.Context, dir string) (*wire.House, *access.Session, string, error) {
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	h, err := wire.Open(ctx, c, wire.Options{Pool: seal.NewTestPool()}) // so that no passphrase counts in the memory
	if err != nil {
		return nil, nil, "", err
	}
	accounts, err := demo.Found(ctx, h)
	if err != nil {
		return nil, nil, "", err
	}
	for _, a := range accounts {
		if a.Role != access.HeadOfSecurity {
			continue
		}
		s, err := h.SignIn.Resume(ctx, h.Org(), a.Token)
		if err != nil {
			return nil, nil, "", err
		}
		got, err := h.Cases.ListCases(ctx, s, casework.Wanted{Limit: 1})
		if err != nil {
			return nil, nil, "", err
		}
		return h, s, got.Lines[0].Ref, nil
	}
	return nil, nil, "", fmt.Errorf("no head of security")
}

// attach sends the file as the tus handler does, in one go, and attaches it to the case.
func attach(ctx context.Context, h *wire.House, s *access.Session, ref, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	p, err := h.Cases.BeginUpload(ctx, s, casework.NewUpload{Name: "film.mp4", Type: "video/mp4", Length: info.Size()})
	if err != nil {
		return "", err
	}
	if _, err := h.Cases.AppendUpload(ctx, h.Org(), casework.Appending{Address: p.Secret, Length: -1, Size: info.Size(), Body: f}); err != nil {
		return "", err
	}
	ids, err := h.Cases.Attach(ctx, s, ref, "", []string{p.Secret})
	if err != nil {
		return "", err
	}
	return ids[len(ids)-1], nil
}

// open reads the attachment whole, which checks every chunk and the hash.
func open(ctx context.Context, h *wire.House, s *access.Session, ref, id string) error {
	f, err := h.Cases.OpenFile(ctx, s, ref, id)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, f)
	return err
}

// ageTo seals with the age command to a file, and waits for the disk.
func ageTo(plain, out, dir string) error {
	key := filepath.Join(dir, "age.key")
	if _, err := os.Stat(key); err != nil {
		if err := exec.Command("age-keygen", "-o", key).Run(); err != nil {
			return fmt.Errorf("age-keygen: %w (apt-get install age)", err)
		}
	}
	pub, err := exec.Command("age-keygen", "-y", key).Output()
	if err != nil {
		return err
	}
	if err := exec.Command("age", "-r", strings.TrimSpace(string(pub)), "-o", out, plain).Run(); err != nil {
		return err
	}
	return exec.Command("sync", out).Run()
}

func median(v []float64) float64 {
	sort.Float64s(v)
	return v[len(v)/2]
}

// peak is this process's highest resident memory, in MB, from /proc.
func peak() float64 {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(raw), "\n") {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kb); n == 1 {
			return kb / 1024
		}
	}
	return 0
}
