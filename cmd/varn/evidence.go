package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"varn/internal/domain/evidence"
	"varn/internal/transport/cli"
)

func evidenceVerifyCommand() cli.Command {
	return cli.Command{
		Name: "evidence verify", Summary: "Proves offline that a package of evidence is whole and unchanged", Usage: "PACKAGE.zip [--key KEY|FILE] [--json]",
		Example: "varn evidence verify underlag-2026-7K3M-QX9P.zip --key logg.key",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			key := f.String("key", "", "the log's public key, or a file that holds it; ask the municipality (varn audit key prints it). Without it the key in the package is used, which proves less")
			asJSON := f.Bool("json", false, "print one JSON object")
			return func(_ context.Context, t cli.Terminal, args []string) error {
				if len(args) != 1 {
					return cli.Misuse{Text: "give one package"}
				}
				public, err := publicKey(*key)
				if err != nil {
					return err
				}
				in, err := os.Open(args[0])
				if err != nil {
					return cli.Misuse{Text: err.Error()}
				}
				defer in.Close()
				info, err := in.Stat()
				if err != nil || !info.Mode().IsRegular() {
					return cli.Misuse{Text: args[0] + ": not a file"}
				}
				report, err := evidence.Verify(in, info.Size(), public)
				if err != nil {
					return err
				}
				return reportPackage(t, report, *asJSON)
			}
		},
	}
}

// publicKey takes a public key as text or from a file; empty stays empty.
func publicKey(key string) (string, error) {
	if key == "" {
		return "", nil
	}
	if raw, err := os.ReadFile(key); err == nil {
		key = string(raw)
	}
	key = strings.TrimSpace(key)
	if _, err := note.NewVerifier(key); err != nil {
		return "", cli.Misuse{Text: "--key: neither a log's public key nor a file that holds one"}
	}
	return key, nil
}

func reportPackage(t cli.Terminal, r evidence.Report, asJSON bool) error {
	if asJSON {
		if err := json.NewEncoder(t.Out).Encode(r); err != nil {
			return err
		}
	} else {
		printPackage(t, r)
	}
	if !r.OK() {
		return cli.Findings
	}
	return nil
}

func printPackage(t cli.Terminal, r evidence.Report) {
	fmt.Fprintf(t.Out, "package %s of case %s: %d files, %d bytes\n", r.ID, r.Case, r.Files, r.Bytes)
	fmt.Fprintf(t.Out, "  %d originals whose intake stands in the log, which had %d entries\n", r.Proven, r.LogSize)
	if r.Erased > 0 {
		fmt.Fprintf(t.Out, "  %d originals whose entry in the log had been erased as retention demands\n", r.Erased)
	}
	if r.Key != "" {
		fmt.Fprintf(t.Out, "  log key %s, fingerprint %s\n", r.Key, r.Fingerprint)
	}
	if r.Unproven {
		fmt.Fprintln(t.Out, "  the key came with the package and proves nothing by itself: compare its fingerprint with the municipality's, or give --key")
	}
	for _, f := range r.Findings {
		fmt.Fprintln(t.Err, f)
	}
	if r.OK() {
		fmt.Fprintln(t.Out, "  nothing is wrong")
	}
}
