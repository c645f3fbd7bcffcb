package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"varn/cmd/varn/demo"
	"varn/cmd/varn/wire"
	"varn/internal/transport/cli"
)

func demoCommand() cli.Command {
	return cli.Command{
		Name: "demo", Summary: "Founds the fictional municipality Exempelstad and serves it", Usage: "[--json] [--data DIR] [--listen ADDR]",
		Example: "varn demo --listen 127.0.0.1:8080",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			asJSON := f.Bool("json", false, "print one JSON object when it is ready to serve")
			data := f.String("data", "", "an empty folder for the data; without it a temporary one that is removed at the end")
			listen := f.String("listen", "127.0.0.1:0", "address to serve at, on this machine only")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments"}
				}
				return runDemo(ctx, t, demoPlan{json: *asJSON, data: *data, listen: *listen})
			}
		},
	}
}

type demoPlan struct {
	json         bool
	data, listen string
}

func runDemo(ctx context.Context, t cli.Terminal, plan demoPlan) (err error) {
	ln, err := loopback(plan.listen)
	if err != nil {
		return err
	}
	root, err := os.MkdirTemp("", "varn-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	c := wire.Defaults()
	c.Origin = fmt.Sprintf("http://localhost:%d", ln.Addr().(*net.TCPAddr).Port)
	c.Data, c.ServerKey, c.Reserve = filepath.Join(root, "data"), filepath.Join(root, "keys", "server"), 0
	if plan.data != "" {
		if c, err = c.At(plan.data); err != nil {
			return err
		}
		c.ServerKey = c.Data + "-keys/server" // beside the folder: keys never lie in it
		if err := empty(c.Data); err != nil {
			return err
		}
	}
	h, err := wire.Open(ctx, c, wire.Options{Clock: &demo.Clock{}, Program: itself(), Resolver: net.DefaultResolver})
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	accounts, err := demo.Found(ctx, h)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	handler, err := h.Handler(true)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if err := announce(t, c.Origin, accounts, plan.json); err != nil {
		return errors.Join(err, ln.Close())
	}
	return serveOn(ctx, ln, handler)
}

// loopback listens on this machine only: the demo's links let anybody in.
func loopback(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, cli.Misuse{Text: "--listen: give an address and a port, such as 127.0.0.1:8080"}
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, cli.Misuse{Text: "--listen: the demo serves this machine alone; give 127.0.0.1 or localhost"}
	}
	return net.Listen("tcp", addr)
}

// empty refuses a folder in which something lies already.
func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return cli.Misuse{Text: "--data: the folder is not empty; give one that is"}
	}
	return nil
}

// announce tells how to get in, once it is ready to serve.
func announce(t cli.Terminal, origin string, accounts []demo.Account, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(t.Out).Encode(struct {
			URL      string         `json:"url"`
			Accounts []demo.Account `json:"accounts"`
		}{origin, accounts})
	}
	fmt.Fprintf(t.Out, "Exempelstad is ready at %s\n\nFollow a link to come in as somebody:\n", origin)
	for _, a := range accounts {
		fmt.Fprintf(t.Out, "  %-24s %-18s %s\n", a.Role, a.Name, a.Link)
	}
	fmt.Fprintf(t.Out, "\nSigrid Vaktmyr also has a passphrase: sigrid.vaktmyr@example.se, %q\nEverything is fictional. Ctrl+C ends the demo.\n", demo.Passphrase)
	return nil
}
