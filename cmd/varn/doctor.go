package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"

	"varn/cmd/varn/doctor"
	"varn/internal/kit/clock"
	"varn/internal/transport/cli"
)

func doctorCommand() cli.Command {
	return cli.Command{
		Name: "doctor", Summary: "Says what is wrong with an installation and how to mend it", Usage: "[--data DIR] [--config FILE] [--json]",
		Example: "varn doctor --config /etc/varn/varn.toml",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			asJSON := f.Bool("json", false, "print one JSON object with every finding")
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
				return reportFindings(t, doctor.Examine(ctx, c, clock.System{}), *asJSON)
			}
		},
	}
}

func reportFindings(t cli.Terminal, all []doctor.Finding, asJSON bool) error {
	sick := doctor.Sick(all)
	if asJSON {
		if err := json.NewEncoder(t.Out).Encode(map[string]any{"ok": !sick, "findings": all}); err != nil {
			return err
		}
	} else {
		for _, f := range all {
			fmt.Fprintf(t.Out, "%-6s  %s: %s\n", f.Level, f.Check, f.Says)
			if f.Mend != "" {
				fmt.Fprintf(t.Out, "        → %s\n", f.Mend)
			}
		}
	}
	if sick {
		return cli.Findings
	}
	return nil
}
