// Command directory measures the public directory: a page with 120 people from memory beside a bare net/http
// handler that serves the same bytes with the same headers, and what the first rendering costs.
//
//	go run ./bench/directory
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/domain/register"
	"varn/internal/kit/seal"
	"varn/internal/usecase/directory"
)

const (
	people  = 120
	workers = 8
	round   = 2 * time.Second
	rounds  = 5
	path    = "/kontakt/organ/regionfullmaktige"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "varn-bench-directory")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve, c.Origin = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0, "http://localhost:8080"
	h, err := wire.Open(ctx, c, wire.Options{Clock: &demo.Clock{}, Pool: seal.NewTestPool()})
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }()
	if _, err := demo.Found(ctx, h); err != nil {
		return err
	}
	if err := fill(ctx, h); err != nil {
		return err
	}
	handler, err := h.Handler(false)
	if err != nil {
		return err
	}
	var first []time.Duration
	var said *httptest.ResponseRecorder
	for i := range 20 {
		// What has a query is not kept, and so rendered each time.
		q := httptest.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s?n=%d", path, i), nil)
		w := httptest.NewRecorder()
		at := time.Now()
		handler.ServeHTTP(w, q)
		first = append(first, time.Since(at))
	}
	opened, err := opening(ctx, h)
	if err != nil {
		return err
	}
	said = httptest.NewRecorder()
	handler.ServeHTTP(said, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
	if said.Code != http.StatusOK {
		return fmt.Errorf("the page answers %d", said.Code)
	}
	slices.Sort(first)
	fmt.Printf("page with %d people: %d bytes\n", people, said.Body.Len())
	fmt.Printf("rendering without memory: median %v, slowest %v of %d; opening the whole register: %v\n", first[len(first)/2].Round(time.Microsecond), first[len(first)-1].Round(time.Microsecond), len(first), opened.Round(time.Microsecond))
	body, head := said.Body.Bytes(), said.Header()
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range head {
			w.Header()[k] = v
		}
		_, _ = w.Write(body)
	})
	var ours, theirs []float64
	for range rounds { // by turns, so that what else the machine does meets both
		theirs = append(theirs, rate(bare))
		ours = append(ours, rate(handler))
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	fmt.Printf("from memory: %.0f/s; bare net/http handler: %.0f/s; share %.2f (median of %d rounds, %d connections)\n", ours[rounds/2], theirs[rounds/2], ours[rounds/2]/theirs[rounds/2], rounds, workers)
	return nil
}

// fill enters the people of a council.
func fill(ctx context.Context, h *wire.House) error {
	var b strings.Builder
	b.WriteString("Id;Namn;Parti;Organ;Uppdrag;From;Tom\n")
	for i := range people {
		fmt.Fprintf(&b, "%d;Förnamn%d Efternamn%d;Framtidspartiet;Regionfullmäktige;Ledamot;2026-10-15;2030-10-14\n", i, i, i)
	}
	f, err := register.Read(strings.NewReader(b.String()), nil)
	if err != nil {
		return err
	}
	p, err := h.Directory.PlanImport(ctx, h.Org(), f.Rows, true)
	if err != nil {
		return err
	}
	p.Ends = nil
	return h.Directory.ApplyImport(ctx, h.Org(), p)
}

// opening is how long it takes a node to open the directory that it has not seen.
func opening(ctx context.Context, h *wire.House) (time.Duration, error) {
	cold := &directory.Desk{DB: h.DB, Ring: h.Ring, Clock: h.Clock}
	at := time.Now()
	_, err := cold.Public(ctx, h.Org())
	return time.Since(at), err
}

// rate is how many requests a second a handler answers over real connections.
func rate(handler http.Handler) float64 {
	server := httptest.NewServer(handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers, DisableCompression: true}}
	var n atomic.Int64
	var all sync.WaitGroup
	end := time.Now().Add(round)
	for range workers {
		all.Go(func() {
			for time.Now().Before(end) {
				a, err := client.Get(server.URL + path)
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, a.Body)
				_ = a.Body.Close()
				n.Add(1)
			}
		})
	}
	all.Wait()
	return float64(n.Load()) / round.Seconds()
}
