package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"varn/cmd/varn/wire"
	"varn/internal/domain/audit"
	"varn/internal/transport/cli"
)

func auditVerifyCommand() cli.Command {
	return cli.Command{
		Name: "audit verify", Summary: "Proves that the log is whole and unchanged: of the installation, or of an export", Usage: "[FILE] [--key KEY|FILE] [--checkpoint FILE] [--json]",
		Example: "varn audit verify logg.jsonl --key varn-0a1b2c3d4e5f+1a2b3c4d+AZz…",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			key := f.String("key", "", "the log's public key, or a file that holds it; without it the installation's")
			checkpoint := f.String("checkpoint", "", "file with a checkpoint that was kept outside (printed, or by a witness): shows whether the export has been cut")
			asJSON := f.Bool("json", false, "print one JSON object for each log")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				switch {
				case len(args) > 1:
					return cli.Misuse{Text: "give one file, or none for the installation itself"}
				case len(args) == 0 && (*key != "" || *checkpoint != ""):
					return cli.Misuse{Text: "--key and --checkpoint belong to an export: give its file"}
				case len(args) == 0:
					return beside(ctx, t, config, func(h *wire.House) error { return verifyLive(ctx, t, h, *asJSON) })
				}
				c, err := config(t)
				if err != nil {
					return err
				}
				trust, err := trustOf(c, *key, *checkpoint)
				if err != nil {
					return err
				}
				return verifyExport(t, args[0], trust, *asJSON)
			}
		},
	}
}

func verifyLive(ctx context.Context, t cli.Terminal, h *wire.House, asJSON bool) error {
	var result error
	for _, org := range h.Ring.Orgs() {
		report, err := h.Inspect.Verify(ctx, org)
		if err != nil {
			return err
		}
		if err := reportLog(t, report, asJSON); err != nil {
			result = err
		}
	}
	return result
}

// trustOf takes the public key as text or from a file, or the installation's own.
func trustOf(c wire.Config, key, checkpoint string) (audit.Trust, error) {
	var trust audit.Trust
	if key == "" {
		keys, err := c.Keys()
		if err != nil {
			return trust, fmt.Errorf("give --key, the log's public key (varn audit key prints it): %w", err)
		}
		trust.Key = keys.Verifier()
	} else {
		if raw, err := os.ReadFile(key); err == nil {
			key = string(raw)
		}
		verifier, err := note.NewVerifier(strings.TrimSpace(key))
		if err != nil {
			return trust, cli.Misuse{Text: "--key: neither a log's public key nor a file that holds one"}
		}
		trust.Key = verifier
	}
	if checkpoint != "" {
		raw, err := os.ReadFile(checkpoint)
		if err != nil {
			return trust, err
		}
		trust.Held = [][]byte{raw}
	}
	return trust, nil
}

func verifyExport(t cli.Terminal, path string, trust audit.Trust, asJSON bool) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	report, err := audit.VerifyExport(in, trust)
	if err != nil {
		return err
	}
	return reportLog(t, report, asJSON)
}

func reportLog(t cli.Terminal, r audit.Report, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(t.Out).Encode(r); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(t.Out, "organisation %s: %d entries, %d checkpoints, root %s\n", r.Org, r.Size, r.Checkpoints, r.Root)
		for _, line := range []struct {
			n    int64
			text string
		}{
			{r.Rows, "sealed rows compared with what was logged of them"}, {r.Erased, "entries erased as retention demands"},
			{r.Unsigned, "entries newer than the newest checkpoint"}, {r.Pending, "entries still on their way into the tree"},
			{r.Restores, "checkpoints given up by a logged restore"},
		} {
			if line.n > 0 {
				fmt.Fprintf(t.Out, "  %d %s\n", line.n, line.text)
			}
		}
		for _, f := range r.Findings {
			fmt.Fprintf(t.Err, "%s\n", f)
		}
		if r.OK() {
			fmt.Fprintln(t.Out, "  nothing is wrong")
		}
	}
	if !r.OK() {
		return cli.Findings
	}
	return nil
}

func auditExportCommand() cli.Command {
	return cli.Command{
		Name: "audit export", Summary: "Writes the log to a file that anybody can verify with the public key alone", Usage: "FILE [--org ID]",
		Example: "varn audit export logg.jsonl",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			org := f.String("org", "", "organisation, where there are several")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) != 1 {
					return cli.Misuse{Text: "give one file"}
				}
				return beside(ctx, t, config, func(h *wire.House) error {
					if *org == "" && len(h.Ring.Orgs()) > 1 {
						return cli.Misuse{Text: "--org: there are several organisations; give one of " + strings.Join(h.Ring.Orgs(), ", ")}
					}
					return exportLog(ctx, h, or(*org, h.Org()), args[0])
				})
			}
		},
	}
}

// exportLog never writes over a file: it may be the one that shows what was changed since.
func exportLog(ctx context.Context, h *wire.House, org, path string) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(h.Inspect.Export(ctx, org, "", out), out.Sync(), out.Close())
	if err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

func auditKeyCommand() cli.Command {
	return cli.Command{
		Name: "audit key", Summary: "Prints the log's public key, for auditors and witnesses", Usage: "[--data DIR]",
		Example: "varn audit key --data /var/lib/varn > logg.key",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			return func(_ context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments"}
				}
				c, err := config(t)
				if err != nil {
					return err
				}
				keys, err := c.Keys()
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(t.Out, keys.VerifierKey())
				return err
			}
		},
	}
}
