package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"varn/internal/domain/exposure"
	"varn/internal/transport/cli"
)

// scanning is what varn scan was asked for.
type scanning struct {
	json, sarif, text, reveal bool
	domains                   []string
	list, baseline, write     string
	by, why, until            string
	lang                      string
	least                     float64
	workers                   int
}

func scanCommand() cli.Command {
	return cli.Command{
		Name: "scan", Summary: "Finds personal data in files, folders and web pages",
		Usage:   "[--json|--sarif] [--list people.csv] [--domain exempelstad.se] [--baseline FILE] PATH|URL|- …",
		Example: "varn scan --domain exempelstad.se --list skyddade.csv protokoll/ https://www.exempelstad.se/kontakt",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			var s scanning
			f.BoolVar(&s.json, "json", false, "print one JSON object a line for each finding")
			f.BoolVar(&s.sarif, "sarif", false, "print SARIF 2.1.0")
			f.BoolVar(&s.text, "text", false, "print the text that was read and nothing else: findings' start and end are bytes of it")
			f.BoolVar(&s.reveal, "reveal", false, "show values in clear; otherwise value and context are masked")
			f.Func("domain", "the organisation's own `domain`: mail addresses there are official and no finding; may be given again", func(v string) error {
				s.domains = append(s.domains, strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })...)
				return nil
			})
			f.StringVar(&s.list, "list", "", "CSV `file` of protected persons: columns name, address, phone, email, plate (or namn, adress, telefon, e-post, regnr)")
			f.StringVar(&s.baseline, "baseline", "", "`file` of accepted findings, which are left out until their last day")
			f.StringVar(&s.write, "baseline-write", "", "accept everything found, into this `file`; needs --by and --why")
			f.StringVar(&s.by, "by", "", "who accepts (with --baseline-write)")
			f.StringVar(&s.why, "why", "", "why it may stand (with --baseline-write)")
			f.StringVar(&s.until, "until", "", "last `day` that it may stand, like 2027-06-30 (with --baseline-write)")
			f.StringVar(&s.lang, "lang", "sv", "the language of kinds and reasons: sv or en")
			f.Float64Var(&s.least, "least", 0, "the least confidence of a finding, 0 to 1")
			f.IntVar(&s.workers, "j", 0, "how many processors to use; 0: all")
			return func(ctx context.Context, t cli.Terminal, args []string) error { return s.run(ctx, t, args) }
		},
	}
}

// check tells what is wrong with what was asked for.
func (s *scanning) check(args []string) error {
	switch {
	case len(args) == 0:
		return cli.Misuse{Text: "give a file, a folder, a web address, or - for standard input"}
	case s.lang != "sv" && s.lang != "en":
		return cli.Misuse{Text: "--lang: sv or en"}
	case s.json && s.sarif, s.text && (s.json || s.sarif):
		return cli.Misuse{Text: "give one of --json, --sarif and --text"}
	case s.text && len(args) != 1:
		return cli.Misuse{Text: "--text: give one file"}
	case s.write != "" && (s.by == "" || s.why == ""):
		return cli.Misuse{Text: "--baseline-write: say by whom with --by, and why with --why"}
	case s.least < 0 || s.least > 1:
		return cli.Misuse{Text: "--least: a number from 0 to 1"}
	case s.workers < 0 || s.workers > 1024:
		return cli.Misuse{Text: "-j: a number from 1 to 1024"}
	}
	if s.until != "" {
		if _, err := time.Parse(time.DateOnly, s.until); err != nil {
			return cli.Misuse{Text: "--until: a date like 2027-06-30"}
		}
	}
	return nil
}

func (s *scanning) run(ctx context.Context, t cli.Terminal, args []string) error {
	if err := s.check(args); err != nil {
		return err
	}
	if t.Out == io.Writer(os.Stdout) { // the process is this command's alone
		lean()
	}
	var o exposure.Options
	o.Domains = s.domains
	if s.list != "" {
		list, err := readList(s.list)
		if err != nil {
			return cli.Misuse{Text: "--list: " + err.Error()}
		}
		o.Listed = list
	}
	out, err := newScanOut(t, s)
	if err != nil {
		return err
	}
	r := &scanRun{ctx: ctx, t: t, s: s, scanner: exposure.New(o), out: out}
	for _, arg := range args {
		if err := r.source(arg); err != nil {
			_ = out.w.Flush()
			return err
		}
	}
	if err := out.close(); err != nil {
		return err
	}
	return found(out.count > 0 || out.unread > 0, nil)
}

// readBaseline reads a file of accepted findings; none yet is an empty one where it is to be written.
func readBaseline(name string, perhaps bool) (exposure.Baseline, error) {
	raw, err := os.ReadFile(name)
	if os.IsNotExist(err) && perhaps {
		return exposure.NewBaseline(), nil
	}
	if err != nil {
		return exposure.Baseline{}, cli.Misuse{Text: "--baseline: " + err.Error()}
	}
	b, err := exposure.ReadBaseline(raw)
	if err != nil {
		return exposure.Baseline{}, cli.Misuse{Text: fmt.Sprintf("--baseline: %s: %v", name, err)}
	}
	return b, nil
}
