// Backup measures what a backup under way costs those who write: messages a second without and
// with one, in pairs, over a data directory with large attachments. One JSON line.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/kit/seal"
	"varn/internal/usecase/casework"
)

type result struct {
	MB       int     `json:"mb"`
	Quiet    float64 `json:"messages_per_s_without"`
	During   float64 `json:"messages_per_s_during"`
	Ratio    float64 `json:"ratio"`
	BackupS  float64 `json:"backup_s"`
	Failures int64   `json:"failures"`
}

func main() {
	mb := flag.Int("mb", 5120, "attachments in the data directory")
	pairs := flag.Int("pairs", 3, "interleaved pairs; the median ratio counts")
	flag.Parse()
	if err := run(*mb, *pairs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(mb, pairs int) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "varn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	h, err := wire.Open(ctx, c, wire.Options{Pool: seal.NewTestPool()})
	if err != nil {
		return err
	}
	defer h.Close()
	w, err := writersOf(ctx, h)
	if err != nil {
		return err
	}
	const file = 512
	for left := mb; left > 0; left -= file {
		if err := w.attach(ctx, min(left, file)); err != nil {
			return err
		}
	}
	out := result{MB: mb}
	var ratios []float64
	for i := range pairs {
		quiet := w.rate(ctx, nil)
		done := make(chan error, 1)
		at := time.Now()
		go func() { done <- backup(ctx, h, filepath.Join(dir, fmt.Sprint("backup", i))) }()
		during := w.rate(ctx, done)
		out.BackupS = time.Since(at).Seconds()
		if w.backupErr != nil {
			return w.backupErr
		}
		out.Quiet, out.During = quiet, during
		ratios = append(ratios, during/quiet)
	}
	sort.Float64s(ratios)
	out.Ratio, out.Failures = ratios[len(ratios)/2], w.failures.Load()
	return json.NewEncoder(os.Stdout).Encode(out)
}

func backup(ctx context.Context, h *wire.House, to string) error {
	desk, err := h.Backup(ctx, to)
	if err != nil {
		return err
	}
	_, err = desk.Make(ctx, h.Org())
	return err
}

// writers are eight who write messages, each in a case of their own.
type writers struct {
	h         *wire.House
	s         *access.Session
	refs      []string
	failures  atomic.Int64
	backupErr error
}

func writersOf(ctx context.Context, h *wire.House) (*writers, error) {
	accounts, err := demo.Found(ctx, h)
	if err != nil {
		return nil, err
	}
	w := &writers{h: h}
	for _, a := range accounts {
		if a.Role == access.HeadOfSecurity {
			if w.s, err = h.SignIn.Resume(ctx, h.Org(), a.Token); err != nil {
				return nil, err
			}
		}
	}
	got, err := h.Cases.ListCases(ctx, w.s, casework.Wanted{Limit: 8})
	for _, l := range got.Lines {
		w.refs = append(w.refs, l.Ref)
	}
	return w, err
}

func (w *writers) attach(ctx context.Context, mb int) error {
	p, err := w.h.Cases.BeginUpload(ctx, w.s, casework.NewUpload{Name: "film.mp4", Type: "video/mp4", Length: int64(mb) << 20})
	if err != nil {
		return err
	}
	body := io.LimitReader(rand.NewChaCha8([32]byte{7}), int64(mb)<<20)
	if _, err := w.h.Cases.AppendUpload(ctx, w.h.Org(), casework.Appending{Address: p.Secret, Length: -1, Size: int64(mb) << 20, Body: body}); err != nil {
		return err
	}
	_, err = w.h.Cases.Attach(ctx, w.s, w.refs[0], "", []string{p.Secret})
	return err
}

// rate is messages a second: for five seconds, or for as long as done says nothing.
func (w *writers) rate(ctx context.Context, done chan error) float64 {
	var sent atomic.Int64
	var stop atomic.Bool
	var all sync.WaitGroup
	at := time.Now()
	for _, ref := range w.refs {
		all.Go(func() {
			for !stop.Load() {
				if _, err := w.h.Cases.AddMessage(ctx, w.s, ref, "ett meddelande av vanlig längd"); err != nil {
					w.failures.Add(1)
					continue
				}
				sent.Add(1)
			}
		})
	}
	if done == nil {
		time.Sleep(5 * time.Second)
	} else {
		w.backupErr = <-done
	}
	stop.Store(true)
	all.Wait()
	return float64(sent.Load()) / time.Since(at).Seconds()
}
