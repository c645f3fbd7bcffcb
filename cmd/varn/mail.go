package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"

	"varn/internal/infra/maildns"
	"varn/internal/transport/cli"
)

func mailDoctorCommand() cli.Command {
	return cli.Command{
		Name: "mail doctor", Summary: "Says whether the world can reach and believe a domain's mail, and what to publish",
		Usage:   "[--host HOST] [--selector NAME] [--key FILE] [--resolver HOST:PORT] [--json] DOMAIN",
		Example: "varn mail doctor --host mail.exempelstad.se fortroendevald.exempelstad.se",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			host := f.String("host", "", "the server that takes the domain's mail and sends it; without it the first that MX names")
			selector := f.String("selector", "varn1", "the name of the DKIM key")
			key := f.String("key", "", "a file with the public DKIM key (PEM), to compare and to print")
			resolver := f.String("resolver", "", "a name server to ask, host:port; without it the machine's own")
			asJSON := f.Bool("json", false, "print one JSON object with every finding")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) != 1 || !maildns.Valid(args[0]) {
					return cli.Misuse{Text: "give one domain, such as fortroendevald.exempelstad.se"}
				}
				if *host != "" && !maildns.Valid(*host) || !maildns.Valid(*selector+".example.se") {
					return cli.Misuse{Text: "--host or --selector is no name"}
				}
				d := maildns.Domain{Name: args[0], Host: *host, Selector: *selector}
				if *key != "" {
					var err error
					if d.KeyType, d.Key, err = publishedKey(*key); err != nil {
						return cli.Misuse{Text: "--key: " + err.Error()}
					}
				}
				names, client := asking(*resolver)
				return reportMail(t, maildns.Examine(ctx, d, names, maildns.Fetch(client)), *asJSON)
			}
		},
	}
}

// asking gives what names are asked of, for records and for the policy's address alike.
func asking(server string) (*net.Resolver, *http.Client) {
	if server == "" {
		return net.DefaultResolver, &http.Client{}
	}
	names := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server)
	}}
	dialer := &net.Dialer{Resolver: names}
	return names, &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext}}
}

// publishedKey reads a public key as it stands in p=: RSA whole, Ed25519 its 32 bytes alone (RFC 8463).
func publishedKey(file string) (kind, key string, err error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", "", err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return "", "", fmt.Errorf("%s is no PEM file", file)
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return "", "", fmt.Errorf("%s holds no public key", file)
	}
	switch public := public.(type) {
	case *rsa.PublicKey:
		return "rsa", base64.StdEncoding.EncodeToString(block.Bytes), nil
	case ed25519.PublicKey:
		return "ed25519", base64.StdEncoding.EncodeToString(public), nil
	}
	return "", "", fmt.Errorf("%s: neither RSA nor Ed25519", file)
}

func reportMail(t cli.Terminal, all []maildns.Finding, asJSON bool) error {
	sick := maildns.Sick(all)
	if asJSON {
		e := json.NewEncoder(t.Out)
		e.SetEscapeHTML(false)
		if err := e.Encode(map[string]any{"ok": !sick, "findings": all}); err != nil {
			return err
		}
	} else {
		for _, f := range all {
			fmt.Fprintf(t.Out, "%-7s  %s: %s\n", f.Level, f.Check, f.Says)
			for _, r := range f.Publish {
				switch r.Type {
				case "file":
					fmt.Fprintf(t.Out, "         → at %s:\n%s", r.Name, r.Value)
				case "TXT":
					fmt.Fprintf(t.Out, "         → %s. IN TXT %q\n", r.Name, r.Value)
				default:
					fmt.Fprintf(t.Out, "         → %s. IN %s %s\n", r.Name, r.Type, r.Value)
				}
			}
		}
	}
	if sick {
		return cli.Findings
	}
	return nil
}
