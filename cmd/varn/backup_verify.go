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
	"varn/internal/kit/clock"
	"varn/internal/transport/cli"
)

// logKeyFlag declares where the log's public key is kept; without it the one beside the server key
// is taken, and on a machine that has none there is nothing to compare with.
func logKeyFlag(f *flag.FlagSet) func(wire.Config) (wire.LogKey, error) {
	given := f.String("log-key", "", "the log's public key (varn audit key prints it), or a file that holds it; without it the one beside the server key")
	return func(c wire.Config) (wire.LogKey, error) {
		if *given != "" {
			key, err := logKeyOf(*given)
			return wire.LogKey{Key: key, From: *given}, err
		}
		keys, err := c.Keys()
		if err != nil {
			return wire.LogKey{}, nil
		}
		return wire.LogKey{Key: keys.VerifierKey(), From: "the one in " + keys.Folder()}, nil
	}
}

func logKeyOf(given string) (string, error) {
	if raw, err := os.ReadFile(given); err == nil {
		given = string(raw)
	}
	key := strings.TrimSpace(given)
	if _, err := note.NewVerifier(key); err != nil {
		return "", cli.Misuse{Text: "--log-key: neither a log's public key nor a file that holds one"}
	}
	return key, nil
}

func backupVerifyCommand() cli.Command {
	return cli.Command{
		Name: "backup verify", Summary: "Proves a backup: restores it into an empty place, walks it, and removes it again", Usage: "[--from DIR|s3://BUCKET/PREFIX] [--name STAMP] [--backup-key FILE | --sheet TEXT …] [--log-key FILE] [--json]",
		Example: "varn backup verify --data /var/lib/varn --from /mnt/backup",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			from := f.String("from", "", "where backups lie; without it the key backup of the configuration")
			name := f.String("name", "", "how the backup's name begins; without it the newest")
			openers := openerFlags(f)
			logKey := logKeyFlag(f)
			asJSON := f.Bool("json", false, "print one JSON object a line for each organisation")
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
				place, err := c.BackupSource(ctx, or(*from, c.Backup))
				if err != nil {
					return err
				}
				with, err := openers(c)
				if err != nil {
					return err
				}
				trusted, err := logKey(c)
				if err != nil {
					return err
				}
				proofs, err := wire.Proving{From: place, Name: *name, With: with, LogKey: trusted, Clock: clock.System{}}.Run(ctx)
				if err != nil {
					return err
				}
				return errors.Join(wire.NoteProven(ctx, c, proofs), reportProofs(t, proofs, *asJSON))
			}
		},
	}
}

func reportProofs(t cli.Terminal, proofs []wire.Proof, asJSON bool) error {
	var result error
	for _, p := range proofs {
		if !p.OK() {
			result = cli.Findings
		}
		if asJSON {
			if err := json.NewEncoder(t.Out).Encode(p); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(t.Out, "%s, made %s, organisation %s\n  the root opens; %d rows carry its MAC; %d attachments are there\n  the log: %d entries, %d checkpoints, %d sealed rows compared\n",
			p.Name, p.Made, p.Org, p.Walk.Rows, p.Walk.Objects, p.Log.Size, p.Log.Checkpoints, p.Log.Rows)
		if p.Compared == "" {
			fmt.Fprintf(t.Out, "  its log is signed with %s, which was compared with NO other: give --log-key with what varn audit key once printed\n", p.LogKey)
		} else {
			fmt.Fprintf(t.Out, "  its log is signed with the same key as %s\n", p.Compared)
		}
		for _, f := range p.Log.Findings {
			fmt.Fprintf(t.Err, "%s\n", f)
		}
		for _, f := range p.Walk.Wrong {
			fmt.Fprintf(t.Err, "%s\n", f)
		}
		if p.Backup.Missing > 0 {
			fmt.Fprintf(t.Err, "%d attachments were missing when the backup was made\n", p.Backup.Missing)
		}
		if p.OK() {
			fmt.Fprintln(t.Out, "  nothing is wrong")
		}
	}
	return result
}
