package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"varn/cmd/varn/wire"
	"varn/internal/domain/register"
	"varn/internal/kit/locale"
	"varn/internal/transport/cli"
	"varn/internal/usecase/directory"
	"varn/internal/usecase/people"
)

func importCommand() cli.Command {
	return cli.Command{
		Name: "import people", Summary: "Reads people from a register: shows what would change, writes with --apply", Usage: "FILE [--map HEADER=COLUMN,…] [--apply] [--json]",
		Example: "varn import people ledamoter.csv --map Kontakt=address --apply",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			return importing(f, runImport)
		},
	}
}

// importing adds what the imports have in common, and runs one of them.
func importing(f *flag.FlagSet, run func(context.Context, cli.Terminal, wire.Config, importPlan) error) func(context.Context, cli.Terminal, []string) error {
	config := configured(f)
	mapping := f.String("map", "", "columns that the file heads in its own way: HEADER=COLUMN, with commas between; columns are "+columnNames())
	apply := f.Bool("apply", false, "write the changes; without it nothing is written")
	asJSON := f.Bool("json", false, "print one JSON object")
	return func(ctx context.Context, t cli.Terminal, args []string) error {
		if len(args) != 1 {
			return cli.Misuse{Text: "give one file"}
		}
		m, err := mappingOf(*mapping)
		if err != nil {
			return err
		}
		c, err := config(t)
		if err != nil {
			return err
		}
		return run(ctx, t, c, importPlan{file: args[0], mapping: m, apply: *apply, json: *asJSON})
	}
}

// importDirectoryCommand reads representatives with their assignments.
func importDirectoryCommand() cli.Command {
	return cli.Command{
		Name: "import directory", Summary: "Reads representatives with their assignments: shows what would change, writes with --apply", Usage: "FILE [--map HEADER=COLUMN,…] [--make-bodies] [--apply] [--end-many] [--json]",
		Example: "varn import directory uppdrag.xlsx --map Instans=body --apply",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			bodies := f.Bool("make-bodies", false, "enter bodies that are missing, under the authority of the same name or else the first")
			many := f.Bool("end-many", false, "end those who are not in the file even when they are more than a third")
			return importing(f, func(ctx context.Context, t cli.Terminal, c wire.Config, p importPlan) error {
				p.bodies, p.many = *bodies, *many
				return runImportDirectory(ctx, t, c, p)
			})
		},
	}
}

func runImportDirectory(ctx context.Context, t cli.Terminal, c wire.Config, plan importPlan) (err error) {
	in, err := os.Open(plan.file)
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := register.Read(in, plan.mapping)
	if err != nil {
		return err
	}
	if len(file.Problems) > 0 {
		return reportProblems(t, file, plan.json)
	}
	h, err := wire.Open(ctx, c, wire.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if h.Org() == "" {
		return errors.New("there is no organisation yet; run varn init first")
	}
	p, err := h.Directory.PlanImport(ctx, h.Org(), file.Rows, plan.bodies)
	if err != nil {
		return err
	}
	if len(p.Problems) > 0 {
		return reportProblems(t, register.File{Problems: p.Problems}, plan.json)
	}
	if here := len(p.Ends) + len(p.Changed) + p.Same; plan.apply && !plan.many && len(p.Ends) > 3 && len(p.Ends)*3 > here {
		return fmt.Errorf("%d of %d are not in the file and would be ended; nothing was written: see that the file is whole, or run with --end-many", len(p.Ends), here)
	}
	if plan.apply {
		if err := h.Directory.ApplyImport(ctx, h.Org(), p); err != nil {
			return err
		}
	}
	return reportDirectory(t, p, plan)
}

func reportDirectory(t cli.Terminal, p *directory.Plan, plan importPlan) error {
	if plan.json {
		return json.NewEncoder(t.Out).Encode(map[string]any{"written": plan.apply, "new": len(p.New), "changed": len(p.Changed), "same": p.Same, "ended": len(p.Ends), "bodies": len(p.Bodies)})
	}
	for _, b := range p.Bodies {
		fmt.Fprintf(t.Out, "+ body: %s\n", b)
	}
	for _, a := range p.New {
		fmt.Fprintf(t.Out, "+ row %d: %s\n", a.Row.Line, a.Row.Name)
	}
	for _, x := range p.Changed {
		fmt.Fprintf(t.Out, "~ row %d: %s\n", x.Row.Line, x.Card.Name)
	}
	for _, r := range p.Ends {
		fmt.Fprintf(t.Out, "- not in the file any more: %s\n", r.Name)
	}
	fmt.Fprintf(t.Out, "%d new, %d changed, %d as before, %d ended.\n", len(p.New), len(p.Changed), p.Same, len(p.Ends))
	if !plan.apply {
		fmt.Fprintln(t.Out, "Nothing was written. Run the command again with --apply to write it.")
	}
	return nil
}

type importPlan struct {
	file        string
	mapping     register.Mapping
	apply, json bool
	// bodies are made when they are missing; many may end
	bodies, many bool
}

func columnNames() string {
	var names []string
	for _, c := range register.Columns() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

func mappingOf(text string) (register.Mapping, error) {
	m := register.Mapping{}
	for _, pair := range strings.Split(text, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		header, column, ok := strings.Cut(pair, "=")
		known := false
		for _, c := range register.Columns() {
			known = known || string(c) == strings.TrimSpace(column)
		}
		if !ok || !known {
			return nil, cli.Misuse{Text: "--map: give HEADER=COLUMN with one of the columns " + columnNames()}
		}
		m[strings.TrimSpace(header)] = register.Column(strings.TrimSpace(column))
	}
	return m, nil
}

func runImport(ctx context.Context, t cli.Terminal, c wire.Config, plan importPlan) (err error) {
	in, err := os.Open(plan.file)
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := register.Read(in, plan.mapping)
	if err != nil {
		return err
	}
	if len(file.Problems) > 0 {
		return reportProblems(t, file, plan.json)
	}
	h, err := wire.Open(ctx, c, wire.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if h.Org() == "" {
		return errors.New("there is no organisation yet; run varn init first")
	}
	diff, err := h.People.PlanImport(ctx, h.Org(), file.Rows)
	if err != nil {
		return err
	}
	if plan.apply {
		if err := h.People.ApplyImport(ctx, h.Org(), diff); err != nil {
			return err
		}
	}
	return reportDifference(t, diff, plan)
}

// reportProblems names every problem with its row and column; nothing was written.
func reportProblems(t cli.Terminal, file register.File, asJSON bool) error {
	texts, err := locale.Load()
	if err != nil {
		return err
	}
	type problem struct {
		Row    int    `json:"row"`
		Column string `json:"column"`
		Code   string `json:"code"`
		Says   string `json:"says"`
	}
	all := make([]problem, 0, len(file.Problems))
	for _, p := range file.Problems {
		all = append(all, problem{p.Line, p.Column, p.Code, texts.Say(locale.English, locale.Key(p.Code), 200)})
	}
	if asJSON {
		if err := json.NewEncoder(t.Out).Encode(map[string]any{"written": false, "problems": all}); err != nil {
			return err
		}
		return cli.Findings
	}
	for _, p := range all {
		where := fmt.Sprintf("row %d", p.Row)
		if p.Column != "" {
			where += ", column " + p.Column
		}
		fmt.Fprintf(t.Err, "%s: %s\n", where, p.Says)
	}
	fmt.Fprintf(t.Err, "Nothing was written. Mend the file and run the command again.\n")
	return cli.Findings
}

func reportDifference(t cli.Terminal, x *people.Difference, plan importPlan) error {
	if plan.json {
		return json.NewEncoder(t.Out).Encode(map[string]any{"written": plan.apply, "new": len(x.New), "changed": len(x.Changed), "same": x.Same, "missing": len(x.Missing)})
	}
	for _, c := range x.New {
		fmt.Fprintf(t.Out, "+ row %d: %s\n", c.Row.Line, c.After.Name)
	}
	for _, c := range x.Changed {
		fmt.Fprintf(t.Out, "~ row %d: %s\n", c.Row.Line, c.After.Name)
	}
	for _, p := range x.Missing {
		fmt.Fprintf(t.Out, "? not in the file any more: %s\n", p.Name)
	}
	fmt.Fprintf(t.Out, "%d new, %d changed, %d as before, %d not in the file.\n", len(x.New), len(x.Changed), x.Same, len(x.Missing))
	if !plan.apply {
		fmt.Fprintln(t.Out, "Nothing was written. Run the command again with --apply to write it.")
	}
	return nil
}
