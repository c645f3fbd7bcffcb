package main

import (
	"context"
	"flag"
	"fmt"

	"varn/cmd/varn/wire"
	"varn/internal/transport/cli"
)

func migrateCommand() cli.Command {
	return cli.Command{
		Name: "migrate", Summary: "Brings the tables to what this version needs; serve does it too", Usage: "[--data DIR] [--config FILE]",
		Example: "varn migrate --config /etc/varn/varn.toml",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments"}
				}
				c, err := config(t)
				if err != nil {
					return err
				}
				if err := wire.Migrate(ctx, c); err != nil {
					return err
				}
				_, err = fmt.Fprintln(t.Out, "The tables are what this version needs.")
				return err
			}
		},
	}
}
