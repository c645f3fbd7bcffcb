// Cases measures a house with many cases: the first listing of never-opened ones, a search in all
// sealed titles once their keys are re-wrapped, a start on the same data, and what one more costs
// among the demo's people. One JSON line.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/usecase/casework"
)

type result struct {
	Cases       int     `json:"cases"`
	OpenMS      float64 `json:"one_case_created_ms"`
	FirstListMS float64 `json:"first_1000_never_opened_ms"`
	SearchMS    float64 `json:"search_ms"`
	StartMS     float64 `json:"start_ms"`
	HeapMB      float64 `json:"heap_mb"`
}

func main() {
	n := flag.Int("cases", 100_000, "how many cases")
	repeats := flag.Int("repeats", 5, "how often the search is measured; the median counts")
	flag.Parse()
	if err := run(*n, *repeats); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(n, repeats int) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "varn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	h, err := wire.Open(ctx, c, wire.Options{})
	if err != nil {
		return err
	}
	accounts, err := demo.Found(ctx, h)
	if err != nil {
		return err
	}
	tokens := map[access.Role]string{}
	for _, a := range accounts {
		tokens[a.Role] = a.Token
	}
	out := result{Cases: n}
	// A seat of their own for the registrar, who has never opened anything.
	reader, err := h.SignIn.Resume(ctx, h.Org(), tokens[access.Registrar])
	if err != nil {
		return err
	}
	sender, err := h.SignIn.Resume(ctx, h.Org(), tokens[access.Elected])
	if err != nil {
		return err
	}
	all, err := h.People.Authorities(ctx, sender)
	if err != nil {
		return err
	}
	if out.OpenMS, err = creating(ctx, h, sender, all[0].ID, reader.Functions[0]); err != nil {
		return err
	}
	seed := func(k int) error { return open(ctx, h, sender, all[0].ID, reader.Functions[0], k) }
	if err := seed(min(n, 1000)); err != nil {
		return err
	}
	at := time.Now()
	if _, err := h.Cases.ListCases(ctx, reader, casework.Wanted{Query: "finns inte"}); err != nil {
		return err
	}
	out.FirstListMS = ms(at)
	if err := seed(n - min(n, 1000)); err != nil {
		return err
	}
	look := func() (float64, error) {
		at := time.Now()
		got, err := h.Cases.ListCases(ctx, reader, casework.Wanted{Query: "finns inte"})
		if err == nil && len(got.Lines) != 0 {
			err = fmt.Errorf("found %d", len(got.Lines))
		}
		return ms(at), err
	}
	if _, err := look(); err != nil { // re-wraps
		return err
	}
	var times []float64
	for range repeats {
		t, err := look()
		if err != nil {
			return err
		}
		times = append(times, t)
	}
	sort.Float64s(times)
	out.SearchMS = times[len(times)/2]
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	out.HeapMB = float64(m.HeapAlloc) / (1 << 20)
	if err := h.Close(); err != nil {
		return err
	}
	at = time.Now()
	if h, err = wire.Open(ctx, c, wire.Options{}); err != nil {
		return err
	}
	out.StartMS = ms(at)
	if err := h.Close(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// creating is the median time of creating one case, with nothing else going on.
func creating(ctx context.Context, h *wire.House, s *access.Session, authority, function string) (float64, error) {
	var times []float64
	for range 200 {
		at := time.Now()
		if err := open(ctx, h, s, authority, function, 1); err != nil {
			return 0, err
		}
		times = append(times, ms(at))
	}
	sort.Float64s(times)
	return times[len(times)/2], nil
}

// open opens cases for a function, eight at a time.
func open(ctx context.Context, h *wire.House, s *access.Session, authority, function string, n int) error {
	var next atomic.Int64
	var workers sync.WaitGroup
	errs := make(chan error, 8)
	for range 8 {
		workers.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(n) {
					return
				}
				_, err := h.Cases.OpenCase(ctx, s, casework.NewCase{Authority: authority, Title: fmt.Sprintf("Ärende om händelse nummer %d", i), Text: "text",
					Members: []casework.Member{{Kind: casefile.ByFunction, ID: function}}})
				if err != nil {
					errs <- err
					return
				}
			}
		})
	}
	workers.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

func ms(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }
