package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"

	"varn/cmd/varn/wire"
	"varn/internal/kit/keyring"
	"varn/internal/transport/cli"
)

func keysRotateCommand() cli.Command {
	return cli.Command{
		Name: "keys rotate", Summary: "Gives purpose keys a new version; what is stored is sealed anew under it in the background", Usage: "[--purpose P] [--json]",
		Example: "varn keys rotate --data /var/lib/varn --purpose names",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			purpose := f.String("purpose", "", "one of "+strings.Join(rotating(), ", ")+"; without it all of them")
			asJSON := f.Bool("json", false, "print one JSON object a line for each key")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments"}
				}
				which := keyring.Rotating()
				if *purpose != "" {
					if which = []keyring.Purpose{keyring.Purpose(*purpose)}; !which[0].Rotates() {
						return cli.Misuse{Text: "--purpose: give one of " + strings.Join(rotating(), ", ")}
					}
				}
				return beside(ctx, t, config, func(h *wire.House) error { return rotateKeys(ctx, t, h, which, *asJSON) })
			}
		},
	}
}

func rotating() []string {
	var names []string
	for _, p := range keyring.Rotating() {
		names = append(names, string(p))
	}
	slices.Sort(names)
	return names
}

// rotated is what a program reads of a rotation.
type rotated struct {
	Org     string `json:"org"`
	Purpose string `json:"purpose"`
	Version int    `json:"version"`
}

func rotateKeys(ctx context.Context, t cli.Terminal, h *wire.House, which []keyring.Purpose, asJSON bool) error {
	for _, org := range h.Ring.Orgs() {
		all, err := h.Operate.RotateKeys(ctx, org, which)
		if err != nil {
			return err
		}
		for _, r := range all {
			one := rotated{org, string(r.Purpose), r.Version}
			if asJSON {
				if err := json.NewEncoder(t.Out).Encode(one); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(t.Out, "organisation %s: %s is sealed under version %d from now on\n", one.Org, one.Purpose, one.Version)
		}
	}
	if !asJSON {
		fmt.Fprintln(t.Out, "Running servers follow within a minute; what is stored is sealed anew a little later, while a server runs.")
	}
	return nil
}
