// Package cli serves the operator at the terminal: it finds the command, reads its flags, and
// turns what comes back into one line and an exit status.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Exit statuses, the same for every command.
const (
	Done    = 0
	Failed  = 1 // findings or failure
	Misused = 2 // wrong use
)

// Terminal is where a command reads and writes.
type Terminal struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(string) string
}

// Command is one verb of the program.
type Command struct {
	Name    string // "serve", or two words: "audit verify"
	Summary string
	Usage   string // what follows the name
	Example string
	// Flags declares the command's flags and gives what runs it once they are read.
	Flags func(*flag.FlagSet) func(context.Context, Terminal, []string) error
}

// Misuse is wrong use: it exits with 2.
type Misuse struct{ Text string }

func (m Misuse) Error() string { return m.Text }

// Findings is a command that did its work and found something: it exits with 1 and prints
// nothing more.
const Findings = finding("findings")

type finding string

func (f finding) Error() string { return string(f) }

// Run finds and runs the command that args name.
func Run(ctx context.Context, t Terminal, commands []Command, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		overview(t.Out, commands)
		if len(args) == 0 {
			return Misused
		}
		return Done
	}
	c, rest, ok := find(commands, args)
	if !ok {
		fmt.Fprintf(t.Err, "varn: there is no command %q; see: varn help\n", args[0])
		return Misused
	}
	flags := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	run := c.Flags(flags)
	rest, err := parse(flags, rest)
	if errors.Is(err, flag.ErrHelp) {
		explain(t.Out, c, flags)
		return Done
	}
	if err != nil {
		fmt.Fprintf(t.Err, "varn %s: %v; see: varn %s --help\n", c.Name, err, c.Name)
		return Misused
	}
	return status(t, c, run(ctx, t, rest))
}

// parse takes flags before, between and after the other arguments.
func parse(flags *flag.FlagSet, args []string) ([]string, error) {
	var plain []string
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if len(rest) == 0 {
			return plain, nil
		}
		plain = append(plain, rest[0])
		args = rest[1:]
	}
}

func status(t Terminal, c Command, err error) int {
	var misuse Misuse
	switch {
	case err == nil:
		return Done
	case errors.Is(err, Findings):
		return Failed
	case errors.As(err, &misuse):
		fmt.Fprintf(t.Err, "varn %s: %s; see: varn %s --help\n", c.Name, misuse.Text, c.Name)
		return Misused
	}
	fmt.Fprintf(t.Err, "varn %s: %s\n", c.Name, strings.ReplaceAll(err.Error(), "\n", " "))
	return Failed
}

// find prefers two words to one: "audit verify" to "audit".
func find(commands []Command, args []string) (Command, []string, bool) {
	for n := min(2, len(args)); n > 0; n-- {
		name := strings.Join(args[:n], " ")
		for _, c := range commands {
			if c.Name == name {
				return c, args[n:], true
			}
		}
	}
	return Command{}, nil, false
}

func overview(w io.Writer, commands []Command) {
	fmt.Fprintln(w, "Värn protects elected representatives and staff from undue influence.")
	fmt.Fprintln(w, "\nUsage: varn COMMAND [flags]")
	for _, c := range commands {
		fmt.Fprintf(w, "  %-16s %s\n", c.Name, c.Summary)
	}
	fmt.Fprintln(w, "\nvarn COMMAND --help tells more and gives an example.")
}

func explain(w io.Writer, c Command, flags *flag.FlagSet) {
	fmt.Fprintf(w, "%s\n\nUsage: varn %s %s\n\n", c.Summary, c.Name, c.Usage)
	flags.SetOutput(w)
	flags.PrintDefaults()
	fmt.Fprintf(w, "\nExample:\n  %s\n\nExit status: 0 done, 1 findings or failure, 2 wrong use.\n", c.Example)
}
