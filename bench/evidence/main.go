// Evidence measures how fast a package of originals is made and verified, beside `zip -0` with
// `sha256sum` of the same files, and `sha256sum` alone. One JSON line.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"time"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/evidence"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
)

type result struct {
	Items       int     `json:"items"`
	MB          int     `json:"mb"`
	PackS       float64 `json:"pack_s"`
	ZipS        float64 `json:"zip_and_sha256sum_s"`
	VerifyS     float64 `json:"verify_s"`
	SumS        float64 `json:"sha256sum_s"`
	PackOfZip   float64 `json:"pack_of_zip"`
	VerifyOfSum float64 `json:"verify_of_sha256sum"`
	Repeats     int     `json:"repeats"`
}

func main() {
	items := flag.Int("items", 50, "originals")
	mb := flag.Int("mb", 500, "size of them together")
	repeats := flag.Int("repeats", 5, "interleaved runs; the median counts")
	flag.Parse()
	if err := run(*items, *mb, *repeats); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(items, mb, repeats int) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "varn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	h, s, ref, err := house(ctx, dir)
	if err != nil {
		return err
	}
	defer h.Close()
	files, err := originals(ctx, h, s, ref, filepath.Join(dir, "original"), items, mb)
	if err != nil {
		return err
	}
	var pack, zip, verify, sum []float64
	packed, zipped := filepath.Join(dir, "paket.zip"), filepath.Join(dir, "peer.zip")
	for range repeats {
		for _, step := range []struct {
			times *[]float64
			act   func() error
		}{
			{&pack, func() error { return packTo(ctx, h, s, ref, packed) }},
			{&zip, func() error {
				if err := exec.Command("zip", append([]string{"-0", "-q", zipped}, files...)...).Run(); err != nil {
					return fmt.Errorf("zip: %w (apt-get install zip)", err)
				}
				return exec.Command("sha256sum", files...).Run()
			}},
			{&verify, func() error { return verified(packed, h.Keys.VerifierKey()) }},
			{&sum, func() error { return exec.Command("sha256sum", files...).Run() }},
		} {
			at := time.Now()
			if err := step.act(); err != nil {
				return err
			}
			*step.times = append(*step.times, time.Since(at).Seconds())
		}
		_, _ = os.Remove(packed), os.Remove(zipped) // made again in the next round
	}
	r := result{Items: items, MB: mb, PackS: median(pack), ZipS: median(zip), VerifyS: median(verify), SumS: median(sum), Repeats: repeats}
	r.PackOfZip, r.VerifyOfSum = r.PackS/r.ZipS, r.VerifyS/r.SumS
	return json.NewEncoder(os.Stdout).Encode(r)
}

func house(ctx context.Context, dir string) (*wire.House, *access.Session, string, error) {
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	h, err := wire.Open(ctx, c, wire.Options{Pool: seal.NewTestPool()})
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
		// A package is taken by a person at a browser, never by a program.
		secret, err := h.SignIn.Begin(ctx, h.Org(), s.Person, s.Key, "mätning")
		if err != nil {
			return nil, nil, "", err
		}
		if s, err = h.SignIn.Resume(ctx, h.Org(), secret); err != nil {
			return nil, nil, "", err
		}
		parts, err := h.People.Authorities(ctx, s)
		if err != nil {
			return nil, nil, "", err
		}
		ref, err := h.Cases.OpenCase(ctx, s, casework.NewCase{Authority: parts[0].ID, Title: "Mätning", Text: "Mätning.",
			Members: []casework.Member{{Kind: casefile.ByPerson, ID: s.Person, Reason: "mäter"}}})
		return h, s, ref, err
	}
	return nil, nil, "", fmt.Errorf("no head of security")
}

// originals makes files that no compression helps with, and attaches them.
func originals(ctx context.Context, h *wire.House, s *access.Session, ref, dir string, items, mb int) ([]string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	r := rand.NewChaCha8([32]byte{1})
	var files, uploads []string
	for i := range items {
		content := make([]byte, mb*1_000_000/items)
		_, _ = r.Read(content) // a ChaCha8 never fails
		path := filepath.Join(dir, fmt.Sprintf("%02d.bin", i))
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return nil, err
		}
		files = append(files, path)
		p, err := h.Cases.BeginUpload(ctx, s, casework.NewUpload{Name: filepath.Base(path), Length: int64(len(content))})
		if err != nil {
			return nil, err
		}
		if _, err := h.Cases.AppendUpload(ctx, h.Org(), casework.Appending{Address: p.Secret, Length: -1, Size: int64(len(content)), Body: bytes.NewReader(content)}); err != nil {
			return nil, err
		}
		uploads = append(uploads, p.Secret)
		if len(uploads) == casework.MaxAttachments || i == items-1 {
			if _, err := h.Cases.Attach(ctx, s, ref, "", uploads); err != nil {
				return nil, err
			}
			uploads = nil
		}
	}
	return files, nil
}

func packTo(ctx context.Context, h *wire.House, s *access.Session, ref, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := h.Cases.MakePackage(ctx, s, ref, "", f); err != nil {
		return err
	}
	return f.Close()
}

func verified(path, key string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	r, err := evidence.Verify(f, info.Size(), key)
	if err == nil && !r.OK() {
		err = fmt.Errorf("%v", r.Findings)
	}
	return err
}

func median(v []float64) float64 {
	sort.Float64s(v)
	return v[len(v)/2]
}
