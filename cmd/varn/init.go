package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"varn/cmd/varn/wire"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/transport/cli"
	"varn/internal/usecase/founding"
)

func initCommand() cli.Command {
	return cli.Command{
		Name: "init", Summary: "Sets the organisation up: what is not given as a flag is asked for", Usage: "[--data DIR] [--name NAME] [--authorities FILE] [--custodians NAME,…] [--head NAME --head-address ADDR] [--json]",
		Example: "varn init --name 'Exempelstads kommun' --authorities namnder.txt --head 'Sigrid Vakt' --head-address sigrid.vakt@example.se",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			config := configured(f)
			var a initAnswers
			f.StringVar(&a.name, "name", "", "the municipality's or region's name")
			f.StringVar(&a.parts, "authorities", "", "file with one authority a line, as in Kommunstyrelsen (KS), its units below with a dash first")
			f.StringVar(&a.custodians, "custodians", "", "names with commas between; five are about right")
			f.IntVar(&a.threshold, "threshold", 3, "how many sheets open")
			f.StringVar(&a.head, "head", "", "the first head of security")
			f.StringVar(&a.headAddress, "head-address", "", "their e-mail address")
			f.StringVar(&a.admin, "admin", "", "the administrator; may be left out")
			f.StringVar(&a.adminAddress, "admin-address", "", "their e-mail address")
			f.BoolVar(&a.json, "json", false, "print one JSON object, and ask for nothing")
			return func(ctx context.Context, t cli.Terminal, args []string) error {
				if len(args) > 0 {
					return cli.Misuse{Text: "it takes no arguments"}
				}
				c, err := config(t)
				if err != nil {
					return err
				}
				return runInit(ctx, t, c, a)
			}
		},
	}
}

// initAnswers is what set-up is told by flags.
type initAnswers struct {
	name, parts, custodians, head, headAddress, admin, adminAddress string
	threshold                                                       int
	json                                                            bool
}

func runInit(ctx context.Context, t cli.Terminal, c wire.Config, a initAnswers) (err error) {
	h, err := wire.Open(ctx, c, wire.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	done := errors.New("this data directory is set up already; give another with --data")
	if !h.Founding.Unfounded() {
		return done
	}
	plan, err := a.plan(t)
	if err != nil {
		return err
	}
	out, err := h.Founding.FoundAlone(ctx, plan)
	if fault.Is(err, fault.Conflict) { // by somebody else, while the questions were answered
		return done
	}
	if err != nil {
		return inWords(err)
	}
	if a.json {
		return json.NewEncoder(t.Out).Encode(initReport(c, plan, out))
	}
	return printInit(t.Out, initReport(c, plan, out))
}

// plan asks for what no flag has said.
func (a initAnswers) plan(t cli.Terminal) (founding.Plan, error) {
	ask := asker(t, a.json)
	p := founding.Plan{Threshold: a.threshold, Profile: organisation.Profile{Name: ask(a.name, "The municipality's or region's name")}}
	text := ""
	if a.parts != "" {
		b, err := os.ReadFile(a.parts)
		if err != nil {
			return p, err
		}
		text = string(b)
	} else {
		text = strings.ReplaceAll(ask("", "Authorities, with commas between, as in Kommunstyrelsen (KS)"), ",", "\n")
	}
	p.Parts = founding.ParseParts(text)
	for _, name := range strings.Split(ask(a.custodians, "Custodians of the recovery sheets, with commas between"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			p.Custodians = append(p.Custodians, name)
		}
	}
	p.Head = person.Profile{Name: ask(a.head, "The first head of security"), Address: ask(a.headAddress, "Their e-mail address"), Lang: "sv"}
	if a.admin != "" {
		p.Admin = person.Profile{Name: a.admin, Address: ask(a.adminAddress, "The administrator's e-mail address"), Lang: "sv"}
	}
	return p, nil
}

// asker gives what a flag said, or asks; a program that wants JSON is asked nothing.
func asker(t cli.Terminal, silent bool) func(given, question string) string {
	in := bufio.NewScanner(t.In)
	return func(given, question string) string {
		if given != "" || silent {
			return given
		}
		fmt.Fprintf(t.Err, "%s: ", question)
		if !in.Scan() {
			return ""
		}
		return strings.TrimSpace(in.Text())
	}
}

// inWords says every field that must be mended in one line.
func inWords(err error) error {
	f := fault.Of(err)
	if f.Kind != fault.Invalid || len(f.Fields) == 0 {
		return err
	}
	texts, loadErr := locale.Load()
	if loadErr != nil {
		return err
	}
	var lines []string
	for _, bad := range f.Fields {
		lines = append(lines, strings.ReplaceAll(bad.Name, "_", "-")+": "+texts.Say(locale.English, locale.Key(bad.Code), bad.Args...))
	}
	return errors.New(strings.Join(lines, " "))
}

// initPapers is what init prints, once: nothing of it is kept.
type initPapers struct {
	Organisation string   `json:"organisation"`
	Head         string   `json:"head_link"`
	Admin        string   `json:"administrator_link,omitempty"`
	Confirm      string   `json:"confirm"`
	Needed       int      `json:"sheets_needed"`
	Sheets       []onPage `json:"sheets"`
}

type onPage struct {
	Custodian string `json:"custodian"`
	Share     string `json:"share"`
	Code      string `json:"code"`
}

func initReport(c wire.Config, p founding.Plan, out *founding.Founded) initPapers {
	r := initPapers{Organisation: p.Profile.Name, Head: c.Origin + "/inbjudan#" + out.HeadLink, Confirm: c.Origin + "/uppsattning/bekrafta", Needed: p.Threshold}
	if out.AdminLink != "" {
		r.Admin = c.Origin + "/inbjudan#" + out.AdminLink
	}
	for _, s := range out.Sheets {
		r.Sheets = append(r.Sheets, onPage{s.Custodian, s.Share.Text(), s.Code})
	}
	return r
}

// printInit writes the sheets with a form feed between, so that each becomes a page of its own.
func printInit(w io.Writer, r initPapers) error {
	fmt.Fprintf(w, "%s is set up. What follows is shown once and kept nowhere.\n\nInvitation of the head of security:\n  %s\n", r.Organisation, r.Head)
	if r.Admin != "" {
		fmt.Fprintf(w, "Invitation of the administrator:\n  %s\n", r.Admin)
	}
	fmt.Fprintf(w, "\nWhen the head has made their key, %d custodians confirm it at\n  %s\n", r.Needed, r.Confirm)
	for i, s := range r.Sheets {
		_, err := fmt.Fprintf(w, "\n\f%s: sheet %d of %d, kept by %s\n\nPart of the recovery key:\n%s\nConfirmation code: %s\n\nKeep it locked away. Any %d sheets together open what nobody else can open.\n",
			r.Organisation, i+1, len(r.Sheets), s.Custodian, inLines(s.Share), s.Code, r.Needed)
		if err != nil {
			return err
		}
	}
	return nil
}

// inLines breaks groups into lines that a terminal and a page can hold.
func inLines(text string) string {
	var b strings.Builder
	for i, group := range strings.Fields(text) {
		if i%6 == 0 {
			b.WriteString("  ")
		}
		b.WriteString(group)
		if i%6 == 5 {
			b.WriteString("\n")
		} else {
			b.WriteString(" ")
		}
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}
