package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/infra/store"
	"varn/internal/transport/cli"
)

// configured declares the flags that every command takes and reads the configuration.
func configured(f *flag.FlagSet) func(cli.Terminal) (wire.Config, error) {
	file := f.String("config", "", "configuration file (TOML)")
	data := f.String("data", "", "data directory")
	return func(t cli.Terminal) (wire.Config, error) {
		c, err := wire.LoadConfig(*file, t.Env)
		if err == nil && *data != "" {
			c, err = c.At(*data)
		}
		return c, err
	}
}

// itself is this program's own path; empty where the system does not say.
func itself() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	return path
}

func serveCommand() cli.Command {
	return cli.Command{
		Name: "serve", Summary: "Serves the pages and the API", Usage: "[--data DIR] [--config FILE] [--listen ADDR]",
		Example: "varn serve --data /var/lib/varn --config /etc/varn/varn.toml",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			listen := f.String("listen", "", "address to serve at")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments"}
				}
				if err := harden(); err != nil {
					return err
				}
				c, err := config(t)
				if err != nil {
					return err
				}
				if *listen != "" {
					c.Listen = *listen
				}
				h, err := wire.Open(ctx, c, wire.Options{Log: slog.New(slog.NewJSONHandler(t.Err, nil)), Program: itself(), Resolver: net.DefaultResolver})
				var older *store.Older
				if errors.As(err, &older) {
					return fmt.Errorf("the database is older than its log was once (%d entries, %d signed): if it was put back on purpose, run: varn restore --accept --data %s", older.Have, older.Want, c.Data)
				}
				if err != nil {
					return err
				}
				return errors.Join(served(ctx, h, t), h.Close())
			}
		},
	}
}

// served serves and does the jobs that are due; both have ended when it returns.
func served(ctx context.Context, h *wire.House, t cli.Terminal) error {
	ctx, stop := context.WithCancel(ctx)
	var jobs sync.WaitGroup
	jobs.Go(func() { h.Worker().Run(ctx) })
	letters, err := h.ServeMail(ctx)
	if err != nil {
		stop()
		jobs.Wait()
		return err
	}
	jobs.Go(func() { h.Queue.Run(ctx) })
	err = errors.Join(serve(ctx, h, t), letters())
	stop()
	jobs.Wait()
	return err
}

// serve serves until ctx ends, then lets requests under way finish.
func serve(ctx context.Context, h *wire.House, t cli.Terminal) error {
	handler, err := h.Handler(false)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", h.Config.Listen)
	if err != nil {
		return err
	}
	if h.Org() == "" {
		fmt.Fprintf(t.Out, "Värn is not set up yet. Open %s/uppsattning and give this code: %s\n", h.Config.Origin, h.SetUpCode())
	}
	secure, err := h.TLS()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if secure != nil {
		ln = tls.NewListener(ln, secure)
	}
	if h.Config.Metrics == "" {
		return serveOn(ctx, ln, handler)
	}
	metrics, err := net.Listen("tcp", h.Config.Metrics)
	if err != nil {
		return errors.Join(fmt.Errorf("metrics: %w", err), ln.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	side := make(chan error, 1)
	go func() { side <- serveOn(ctx, metrics, h.Metrics()) }()
	err = serveOn(ctx, ln, handler)
	stop()
	return errors.Join(err, <-side)
}

// graceful is how long requests under way may take once the program is told to stop.
const graceful = 20 * time.Second

func serveOn(ctx context.Context, ln net.Listener, handler http.Handler) error {
	server := wire.NewServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceful)
	defer cancel()
	if err := server.Shutdown(end); err != nil {
		return err
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
