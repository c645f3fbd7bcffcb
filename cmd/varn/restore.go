package main

import (
	"context"
	"flag"
	"fmt"

	"varn/cmd/varn/wire"
	"varn/internal/kit/clock"
	"varn/internal/transport/cli"
)

func restoreCommand() cli.Command {
	return cli.Command{
		Name: "restore", Summary: "Brings an installation back from a backup into an empty place; --accept: takes an older database that was put back", Usage: "--from DIR|s3://BUCKET/PREFIX --data NEWDIR [--backup-key FILE | --sheet TEXT …] [--log-key FILE] [--name STAMP] | --accept",
		Example: `varn restore --from /mnt/backup --data /var/lib/varn --sheet "J01…" --sheet "J02…" --sheet "J03…"`,
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			from := f.String("from", "", "where backups lie; without it the key backup of the configuration")
			name := f.String("name", "", "how the backup's name begins, such as 20261121-0830; without it the newest")
			second := f.String("second-key-place", "", "folder of the second key place, which holds what opens attachments")
			lose := f.Bool("lose-erasable", false, "go on without cases and attachments when no key place can open them")
			accept := f.Bool("accept", false, "log that an older database was put back on purpose, and let it start")
			openers := openerFlags(f)
			logKey := f.String("log-key", "", "the log's public key (varn audit key printed it), or a file that holds it: a backup with another is refused")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments; quote each sheet"}
				}
				if err := harden(); err != nil {
					return err
				}
				c, err := config(t)
				if err != nil {
					return err
				}
				if *second != "" {
					c.SecondKeys = *second
				}
				if *accept {
					return acceptOlder(ctx, t, c)
				}
				place, err := c.BackupSource(ctx, or(*from, c.Backup))
				if err != nil {
					return err
				}
				with, err := openers(c)
				if err != nil {
					return err
				}
				trusted := ""
				if *logKey != "" {
					if trusted, err = logKeyOf(*logKey); err != nil {
						return err
					}
				}
				made, err := wire.Restore{Config: c, From: place, With: with, Name: *name, LoseErasable: *lose, LogKey: trusted, Clock: clock.System{}}.Run(ctx)
				if err != nil {
					return err
				}
				for _, m := range made {
					fmt.Fprintf(t.Out, "Organisation %s is back in %s as it stood %s: %d attachments. Everybody signs in anew.\n", m.Org, c.Data, moment(m.Made), m.Objects)
					if m.Missing > 0 {
						fmt.Fprintf(t.Err, "%d attachments were missing when the backup was made.\n", m.Missing)
					}
				}
				fmt.Fprintln(t.Out, "The restore is in the log. Check with varn audit verify and varn doctor, then run varn serve.")
				return nil
			}
		},
	}
}

func acceptOlder(ctx context.Context, t cli.Terminal, c wire.Config) error {
	orgs, err := wire.AcceptOlder(ctx, c, clock.System{})
	if err != nil {
		return err
	}
	if len(orgs) == 0 {
		fmt.Fprintln(t.Out, "The database is as new as its log: there is nothing to accept.")
	}
	for _, org := range orgs {
		fmt.Fprintf(t.Out, "It is in the log of organisation %s that an older database was put back; varn serve starts now.\n", org)
	}
	return nil
}
