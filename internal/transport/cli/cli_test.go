package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"strings"
	"testing"
)

func commands(got *[]string) []Command {
	return []Command{{
		Name: "audit verify", Summary: "Checks the log", Usage: "[FILE]", Example: "varn audit verify",
		Flags: func(f *flag.FlagSet) func(context.Context, Terminal, []string) error {
			mode := f.String("mode", "", "how")
			return func(_ context.Context, _ Terminal, args []string) error {
				*got = append(args, *mode)
				switch *mode {
				case "wrong":
					return Misuse{"no such mode"}
				case "found":
					return Findings
				case "fail":
					return errors.New("line one\nline two")
				}
				return nil
			}
		},
	}}
}

func TestExitStatusSaysHowItWent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args string
		want int
		says string
	}{
		{"audit verify", Done, ""},
		{"audit verify --mode found", Failed, ""},
		{"audit verify --mode fail", Failed, "varn audit verify: line one line two\n"},
		{"audit verify --mode wrong", Misused, "no such mode; see: varn audit verify --help"},
		{"audit verify --nonsense", Misused, "see: varn audit verify --help"},
		{"audit", Misused, "there is no command"},
		{"", Misused, ""},
	} {
		var got []string
		var out, errs bytes.Buffer
		status := Run(t.Context(), Terminal{Out: &out, Err: &errs}, commands(&got), strings.Fields(c.args))
		if status != c.want || !strings.Contains(errs.String(), c.says) || strings.Count(errs.String(), "\n") > 1 {
			t.Errorf("%q: status %d, says %q", c.args, status, errs.String())
		}
	}
}

func TestFlagsMayFollowArguments(t *testing.T) {
	t.Parallel()
	var got []string
	Run(t.Context(), Terminal{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}, commands(&got), []string{"audit", "verify", "a", "--mode", "x", "b"})
	if strings.Join(got, " ") != "a b x" {
		t.Fatalf("got %q", got)
	}
}

func TestHelpHasAnExample(t *testing.T) {
	t.Parallel()
	var got []string
	var out bytes.Buffer
	if Run(t.Context(), Terminal{Out: &out, Err: &out}, commands(&got), []string{"audit", "verify", "--help"}) != Done {
		t.Fatal("help fails")
	}
	for _, want := range []string{"Example:", "-mode", "Exit status"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("help lacks %q:\n%s", want, out.String())
		}
	}
}
