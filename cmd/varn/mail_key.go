package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"

	"varn/cmd/varn/wire"
	"varn/internal/transport/cli"
)

// published is a TXT record to publish.
type published struct {
	Org  string `json:"org"`
	Name string `json:"name"`
	Text string `json:"text"`
}

func mailKeyCommand() cli.Command {
	return cli.Command{
		Name: "mail key", Summary: "Prints the DKIM record to publish for each domain that letters leave from", Usage: "[--json]",
		Example: "varn mail key --data /var/lib/varn",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			asJSON := f.Bool("json", false, "print one JSON object a line for each record")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments: the domains are those of mail.domains"}
				}
				return beside(ctx, t, config, func(h *wire.House) error { return printMailKeys(ctx, t, h, *asJSON) })
			}
		},
	}
}

func printMailKeys(ctx context.Context, t cli.Terminal, h *wire.House, asJSON bool) error {
	if len(h.Mail.Domains) == 0 {
		return cli.Misuse{Text: "no domain is configured: set mail.domains; see docs/mail.md"}
	}
	for _, org := range h.Ring.Orgs() {
		for _, domain := range h.Mail.Domains {
			name, text, err := h.Mail.PublishedKey(ctx, org, domain)
			if err != nil {
				return err
			}
			if asJSON {
				if err := json.NewEncoder(t.Out).Encode(published{org, name, text}); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(t.Out, "%s. IN TXT %q\n", name, text)
		}
	}
	return nil
}
