// Reports measures how fast an installation takes reports over TLS, with clients from different
// loopback addresses on connections that are kept, and opens every acknowledged one afterwards. It
// starts the server itself, as a child, so that the memory it reports is the server's alone.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"varn/bench/served"
	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/infra/pgtest"
)

func main() {
	seconds := flag.Int("seconds", 4, "length of each run")
	size := flag.Int("size", 2048, "bytes of a narrative")
	views := flag.Int("views", 1, "1: one view to three functions; 3: three views of each report")
	attach := flag.Bool("attach", false, "with a file of 1 MiB")
	offered := flag.Int("offered", 0, "reports a second that are offered; 0: as many as go")
	only := flag.Int("clients", 0, "only with so many clients; 0: 1, 2, 4, 8 and 32")
	postgres := flag.Bool("postgres", false, "on a PostgreSQL of its own, with fsync; otherwise on SQLite")
	serve := flag.String("serve", "", "")
	flag.Parse()
	if *serve != "" {
		exit(served.Child(*serve))
	}
	o := options{seconds: *seconds, size: *size, views: *views, attach: *attach, offered: *offered, clients: *only}
	exit(onEngine(*postgres, o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

type options struct {
	seconds, size, views, offered, clients int
	attach                                 bool
}

func onEngine(postgres bool, o options) error {
	if !postgres {
		return run(wire.Config{}, "sqlite", o)
	}
	cluster, err := pgtest.Start(true)
	if err != nil {
		return err
	}
	defer cluster.Stop()
	if err := cluster.Create("reports", ""); err != nil {
		return err
	}
	d := cluster.Database("reports")
	return run(wire.Config{Database: d.URL, DatabaseOwner: d.OwnerURL, DatabaseWorker: d.WorkerURL}, "postgres", o)
}

func run(c wire.Config, engine string, o options) error {
	dir, err := os.MkdirTemp("", "varn-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	pool, err := served.Configure(&c, dir)
	if err != nil {
		return err
	}
	accounts, err := found(c, o.views)
	if err != nil {
		return err
	}
	server, err := served.Start(c)
	if err != nil {
		return err
	}
	defer server.Stop()
	m := &measuring{options: o, server: server, pool: pool, url: c.Origin + "/api/v1", file: filepath.Join(dir, "file")}
	for _, a := range accounts {
		switch a.Role {
		case access.Elected:
			if o.views == 3 && !slices.Contains(ofParty(), a.Name) {
				continue
			}
			m.senders = append(m.senders, a.Token)
		case access.HeadOfSecurity:
			m.reader = a.Token
		}
	}
	clients := []int{1, 2, 4, 8, 32}
	if o.offered > 0 {
		clients = []int{32}
	}
	if o.clients > 0 {
		clients = []int{o.clients}
	}
	for _, n := range clients {
		r, err := m.measure(n, time.Duration(o.seconds)*time.Second)
		if err != nil {
			return err
		}
		r.Engine = engine
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
		if o.views > 1 {
			time.Sleep(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute))) // each person is counted by the minute
		}
	}
	return nil
}

// ofParty are the elected whose party has a named contact, so that a report of theirs has three views.
func ofParty() []string {
	return []string{"Asta Lindvik", "Agnes Björkfors", "Annika Rosmark", "Daniel Ängskog", "Erik Tallmo", "Greta Ljungdal", "Ida Kornmark"}
}

// found founds Exempelstad with everybody's token and the rules that the measurement needs.
func found(c wire.Config, views int) ([]demo.Account, error) {
	h, err := wire.Open(context.Background(), c, wire.Options{})
	if err != nil {
		return nil, err
	}
	accounts, err := demo.FoundAll(context.Background(), h)
	if err != nil {
		return nil, err
	}
	if err := decide(context.Background(), h, views); err != nil {
		return nil, err
	}
	return accounts, h.Close()
}
