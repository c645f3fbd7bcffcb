// Load measures a running installation: sealed messages through the API over TLS, at 8 and at 32
// clients, and prints one JSON line. It starts the server itself, as a child, so that the memory
// it reports is the server's alone.
package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"varn/bench/served"
	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/infra/pgtest"
	"varn/internal/kit/ident"
)

// result is one measurement.
type result struct {
	Engine   string  `json:"engine"`
	Clients  int     `json:"clients"`
	Bytes    int     `json:"bytes"`
	PerSec   float64 `json:"per_second"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
	Failures int64   `json:"failures"`
	PeakMB   float64 `json:"peak_mb"`
	// ServerMS is the server's own processor time for one message: steadier than a rate where
	// others use the machine.
	ServerMS float64 `json:"server_cpu_ms"`
	// AllMS is that of server, database and clients together: what bounds the rate where one
	// machine has all of them.
	AllMS float64 `json:"all_cpu_ms"`
}

func main() {
	seconds := flag.Int("seconds", 5, "length of each run")
	size := flag.Int("size", 500, "bytes of a message")
	postgres := flag.Bool("postgres", false, "on a PostgreSQL of its own, with fsync; otherwise on SQLite")
	serve := flag.String("serve", "", "")
	flag.Parse()
	if *serve != "" {
		if err := served.Child(*serve); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := onEngine(*postgres, *seconds, *size); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// onEngine starts the database that is measured on.
func onEngine(postgres bool, seconds, size int) error {
	if !postgres {
		return run(wire.Config{}, seconds, size)
	}
	cluster, err := pgtest.Start(true)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	if err := cluster.Create("load", ""); err != nil {
		return err
	}
	d := cluster.Database("load")
	return run(wire.Config{Database: d.URL, DatabaseOwner: d.OwnerURL, DatabaseWorker: d.WorkerURL}, seconds, size)
}

func run(c wire.Config, seconds, size int) error {
	dir, err := os.MkdirTemp("", "varn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	pool, err := served.Configure(&c, dir)
	if err != nil {
		return err
	}
	accounts, err := found(c)
	if err != nil {
		return err
	}
	server, err := served.Start(c)
	if err != nil {
		return err
	}
	defer server.Stop()
	l := &load{url: c.Origin + "/api/v1", size: size, server: server, pool: pool}
	for _, a := range accounts {
		switch a.Role {
		case "case_officer", "head_of_security":
			l.tokens = append(l.tokens, a.Token)
		}
	}
	if err := l.prepare(); err != nil {
		return err
	}
	engine := "sqlite"
	if c.Database != "" {
		engine = "postgres"
	}
	for _, clients := range []int{8, 32} {
		r := l.measure(clients, time.Duration(seconds)*time.Second)
		r.Engine = engine
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
	}
	return nil
}

func found(c wire.Config) ([]demo.Account, error) {
	h, err := wire.Open(context.Background(), c, wire.Options{})
	if err != nil {
		return nil, err
	}
	accounts, err := demo.Found(context.Background(), h)
	if err != nil {
		return nil, err
	}
	return accounts, h.Close()
}

type load struct {
	url    string
	size   int
	server *served.Server
	pool   *x509.CertPool
	tokens []string
	refs   []string
}

// prepare opens a case for each client.
func (l *load) prepare() error {
	client := l.client()
	var fs struct {
		Items []struct{ ID, Kind, Authority string } `json:"items"`
	}
	if err := l.ask(client, "GET", "/functions", l.tokens[0], nil, &fs); err != nil {
		return err
	}
	guard, authority := "", ""
	for _, f := range fs.Items {
		if f.Kind == "security" {
			guard, authority = f.ID, f.Authority
		}
	}
	for i := range 32 {
		var got struct{ Ref string }
		body := map[string]any{"authority": authority, "title": fmt.Sprintf("Mätning %d", i), "text": "start", "members": []map[string]string{{"kind": "function", "id": guard}}}
		if err := l.ask(client, "POST", "/cases", l.tokens[0], body, &got); err != nil {
			return err
		}
		l.refs = append(l.refs, got.Ref)
	}
	return nil
}

func (l *load) client() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: l.pool}, MaxIdleConnsPerHost: 4}, Timeout: 30 * time.Second}
}

func (l *load) ask(client *http.Client, method, path, token string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(method, l.url+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	if method == "POST" {
		r.Header.Set("Idempotency-Key", ident.New())
	}
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, answer)
	}
	return json.Unmarshal(answer, into)
}

// measure lets clients send for a while, each in a case of its own.
func (l *load) measure(clients int, d time.Duration) result {
	var failures atomic.Int64
	times := make([][]time.Duration, clients)
	until := time.Now().Add(d)
	spent, byAll := l.server.Spent(), spentByAll()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			client := l.client()
			text := strings.Repeat("å", l.size/2)
			for time.Now().Before(until) {
				at := time.Now()
				var got struct{ ID string }
				if err := l.ask(client, "POST", "/cases/"+l.refs[i]+"/messages", l.tokens[i%len(l.tokens)], map[string]string{"text": text}, &got); err != nil {
					failures.Add(1)
					fmt.Fprintln(os.Stderr, err)
					continue
				}
				times[i] = append(times[i], time.Since(at))
			}
		})
	}
	all.Wait()
	var flat []time.Duration
	for _, t := range times {
		flat = append(flat, t...)
	}
	sort.Slice(flat, func(i, j int) bool { return flat[i] < flat[j] })
	r := result{Clients: clients, Bytes: l.size, PerSec: float64(len(flat)) / d.Seconds(), Failures: failures.Load(), PeakMB: l.server.Peak()}
	if len(flat) > 0 {
		r.ServerMS, r.AllMS = (l.server.Spent()-spent)/float64(len(flat)), (spentByAll()-byAll)/float64(len(flat))
		r.P50, r.P99 = flat[len(flat)/2].Seconds()*1000, flat[len(flat)*99/100].Seconds()*1000
	}
	return r
}
