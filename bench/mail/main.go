// Command mail measures Värn's relay beside Postfix: the same letters from the same source to the same sink, in turns.
//
//	go run ./bench/mail [-n 2000] [-sessions 10] [-size 2048] [-pairs 5] [-postfix FOLDER]
//
// Värn takes each letter with authentication results, screening, sealing and a durable queue, rewrites and signs it. Postfix is a
// private instance (postfix-setup.sh FOLDER, as root), virtual aliases with its queue on the same disk. Run it on a quiet machine.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/audit"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/domain/ruling"
	"varn/internal/infra/mailauth"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
	"varn/internal/usecase/founding"
)

var (
	n        = flag.Int("n", 2000, "letters a round")
	sessions = flag.Int("sessions", 10, "sessions at once")
	size     = flag.Int("size", 2048, "bytes of a letter")
	pairs    = flag.Int("pairs", 5, "rounds of each")
	postfix  = flag.String("postfix", "", "folder of a running instance of postfix-setup.sh; empty: Värn alone")
	sign     = flag.String("sign", "none", "arc, dkim or none")
	sink     = flag.String("sink", "127.0.0.1:2600", "where letters come out")
)

const (
	domain  = "relay.test"
	aliases = 1000
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "varn-bench-mail-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	source := filepath.Join(dir, "smtpbench")
	if out, err := exec.Command("go", "build", "-o", source, "./bench/mail/smtpbench").CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	at, stop, err := varn(dir)
	if err != nil {
		return err
	}
	defer stop()
	var ratios []float64
	for range *pairs {
		ours, err := measure(source, at)
		if err != nil {
			return err
		}
		fmt.Printf("varn    %s\n", ours)
		if *postfix == "" {
			continue
		}
		theirs, err := measure(source, "127.0.0.1:2525")
		if err != nil {
			return err
		}
		fmt.Printf("postfix %s\n", theirs)
		ratios = append(ratios, rate(ours)/rate(theirs))
	}
	if len(ratios) > 0 {
		slices.Sort(ratios)
		fmt.Printf("median ratio of forwarded letters: %.2f\n", ratios[len(ratios)/2])
	}
	return nil
}

// measure sends one round and gives the source's line of JSON.
func measure(source, to string) ([]byte, error) {
	cmd := exec.Command(source, "-to", to, "-sink", *sink, "-sessions", strconv.Itoa(*sessions), "-n", strconv.Itoa(*n), "-size", strconv.Itoa(*size),
		"-rcpt", "alias%d@"+domain, "-aliases", strconv.Itoa(aliases), "-wait", "60s")
	cmd.Stderr = os.Stderr
	return cmd.Output()
}

func rate(line []byte) float64 {
	var v map[string]any
	if json.Unmarshal(line, &v) != nil {
		return 0
	}
	f, _ := v["fwd_per_s"].(float64)
	return f
}

// varn serves a municipality of a thousand official addresses, all forwarded.
func varn(dir string) (at string, stop func(), err error) {
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	c.Mail.Domains, c.Mail.Host, c.Mail.Gateway, c.Mail.Trusted, c.Mail.Sign = []string{domain}, "mx."+domain, *sink, []string{"127.0.0.0/8"}, *sign
	h, err := wire.Open(context.Background(), c, wire.Options{Pool: seal.NewTestPool(), Net: wire.MailNet{Resolver: nobody{}}})
	if err != nil {
		return "", nil, err
	}
	if err := fill(h); err != nil {
		return "", nil, err
	}
	server, err := h.MailServer()
	if err != nil {
		return "", nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go h.Queue.Run(ctx)
	go func() { _ = server.Serve(ln) }()
	return ln.Addr().String(), func() {
		rest, end := context.WithTimeout(context.Background(), 5*time.Second)
		defer end()
		_ = server.Shutdown(rest)
		cancel()
		_ = h.Close()
	}, nil
}

// fill founds the organisation and opens the addresses.
func fill(h *wire.House) error {
	ctx := context.Background()
	f, err := h.Founding.Found(ctx, founding.Plan{Profile: organisation.Profile{Name: "Exempelstads kommun", Primary: "#0B5C73", Accent: "#6B3FA0"},
		Parts:      []founding.Part{{Label: organisation.Label{Name: "Kommunstyrelsen", Code: "KS"}}},
		Custodians: []string{"Gudrun Ek", "Halvar Lind", "Ingegerd Alm", "Jöns Rönn", "Karin Sälg"}, Threshold: 3,
		Head: person.Profile{Name: "Sigrid Vakt", Address: "sigrid.vakt@example.se"}, Admin: person.Profile{Name: "Bo Drift", Address: "bo.drift@example.se"}})
	if err != nil {
		return err
	}
	k, err := h.Ring.Org(f.Org)
	if err != nil {
		return err
	}
	now := clock.Of(time.Now())
	var authority string
	return h.DB.Org(f.Org).Write(ctx, func(tx *store.Tx) error {
		all, err := tx.Authorities()
		if err != nil {
			return err
		}
		authority = all[0].ID
		body, err := ruling.Body(ruling.Mail, ruling.MailRule{Decision: "KS 1", Date: "2026-11-01", Forward: true})
		if err != nil {
			return err
		}
		r := ruling.Ruling{Org: f.Org, ID: ident.New(), Kind: ruling.Mail, Scope: authority, State: ruling.Active, Created: now, Version: 1}
		r.Sealed = k.For(keyring.Settings).SealPadded(body, r.AD())
		r.MAC = k.Vouch(r.Who())
		if err := tx.InsertRuling(r); err != nil {
			return err
		}
		rows := []audit.Row{{Kind: "ruling", ID: r.ID, Hash: r.Who().Hash()}}
		for i := range aliases {
			m, err := mailbox.Mailbox{Authority: authority, ID: ident.New(), Kind: mailbox.Office, Person: f.Head, State: mailbox.Open, Delivery: mailbox.Forward, Created: now}.
				Sealing(k, mailbox.Card{Address: fmt.Sprintf("alias%d@%s", i, domain), Name: "Asta Lindvik", Forward: fmt.Sprintf("person%d@internal.test", i)})
			if err != nil {
				return err
			}
			if err := tx.InsertMailbox(m); err != nil {
				return err
			}
			rows = append(rows, m.Row())
		}
		return tx.Log(audit.Entry{Act: "mailbox.open", Rows: rows})
	})
}

// nobody is a DNS that holds nothing.
type nobody struct{}

func missing(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (nobody) LookupTXT(_ context.Context, name string) ([]string, error)     { return nil, missing(name) }
func (nobody) LookupMX(_ context.Context, name string) ([]*net.MX, error)     { return nil, missing(name) }
func (nobody) LookupIPAddr(_ context.Context, h string) ([]net.IPAddr, error) { return nil, missing(h) }
func (nobody) LookupAddr(_ context.Context, a string) ([]string, error)       { return nil, missing(a) }

var _ mailauth.Resolver = nobody{}
