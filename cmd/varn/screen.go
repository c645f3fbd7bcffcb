package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"varn/internal/domain/screening"
	"varn/internal/transport/cli"
)

// mostScreened is the most that varn screen reads of one message, bytes.
const mostScreened = 64 << 20

func screenCommand() cli.Command {
	return cli.Command{
		Name: "screen", Summary: "Screens a message for threats and abuse, and says which words and why", Usage: "[--json] [--jsonl] [--lang sv|en] FILE|-",
		Example: "varn screen --json brev.eml",
		Flags: func(f *flag.FlagSet) func(context.Context, cli.Terminal, []string) error {
			asJSON := f.Bool("json", false, "print one JSON object")
			rows := f.Bool("jsonl", false, "read one JSON object a line, with \"text\" and perhaps \"subject\", and print one for each")
			lang := f.String("lang", "sv", "the language of the reasons: sv or en")
			return func(_ context.Context, t cli.Terminal, args []string) error {
				if len(args) != 1 {
					return cli.Misuse{Text: "give one file, or - for standard input"}
				}
				if *lang != "sv" && *lang != "en" {
					return cli.Misuse{Text: "--lang: sv or en"}
				}
				in := t.In
				if args[0] != "-" {
					file, err := os.Open(args[0])
					if err != nil {
						return cli.Misuse{Text: err.Error()}
					}
					defer file.Close()
					if info, err := file.Stat(); err != nil || info.IsDir() {
						return cli.Misuse{Text: args[0] + ": not a file"}
					}
					in = file
				}
				if *rows {
					return screenRows(t, in, *lang)
				}
				raw, err := io.ReadAll(io.LimitReader(in, mostScreened+1))
				if err != nil {
					return err
				}
				if len(raw) > mostScreened {
					return cli.Misuse{Text: fmt.Sprintf("%s: larger than %d MB", args[0], mostScreened>>20)}
				}
				result := speak(screening.Screen(toScreen(raw)), *lang)
				if *asJSON {
					err = printJSON(t.Out, result)
				} else {
					printScreened(t.Out, result, *lang)
				}
				return found(result.Verdict != screening.Pass, err)
			}
		},
	}
}

// found exits with 1 when something was found.
func found(something bool, err error) error {
	if err == nil && something {
		return cli.Findings
	}
	return err
}

// printJSON prints one object on a line; < and > stay readable.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// speak gives the reasons in another language than Swedish.
func speak(r screening.Result, lang string) screening.Result {
	for i := range r.Reasons {
		r.Reasons[i].Why = r.Reasons[i].WhyIn(lang)
	}
	return r
}

// screenRows screens one JSON object a line.
func screenRows(t cli.Terminal, in io.Reader, lang string) error {
	lines := bufio.NewReaderSize(in, 1<<16)
	out := bufio.NewWriter(t.Out)
	something := false
	for n := 1; ; n++ {
		line, err := readRow(lines)
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var row struct {
			Subject string  `json:"subject"`
			Text    *string `json:"text"`
		}
		if err == nil {
			err = json.Unmarshal(line, &row)
		}
		if err == nil && row.Text == nil {
			err = errors.New("no text")
		}
		if err != nil {
			return errors.Join(out.Flush(), cli.Misuse{Text: fmt.Sprintf("line %d: %v", n, err)})
		}
		result := speak(screening.Screen(screening.Input{Subject: row.Subject, Text: *row.Text}), lang)
		something = something || result.Verdict != screening.Pass
		if err := printJSON(out, result); err != nil {
			return err
		}
	}
	return found(something, out.Flush())
}

// readRow reads a line of at most mostScreened bytes, the last one with or without its end.
func readRow(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		piece, err := in.ReadSlice('\n')
		if len(line)+len(piece) > mostScreened {
			return nil, fmt.Errorf("larger than %d MB", mostScreened>>20)
		}
		line = append(line, piece...)
		switch {
		case err == nil:
			return line, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		default:
			return nil, err
		}
	}
}

func printScreened(w io.Writer, r screening.Result, lang string) {
	words := map[screening.Verdict][2]string{
		screening.Alarm: {"larm", "alarm"}, screening.Flag: {"flaggas", "flag"}, screening.Pass: {"inget funnet", "nothing found"},
	}
	i := 0
	if lang == "en" {
		i = 1
	}
	fmt.Fprintf(w, "%s: %s %.2f, %s %.2f\n", words[r.Verdict][i], [...]string{"hot", "threat"}[i], r.Threat, [...]string{"kränkning", "abuse"}[i], r.Abuse)
	if len(r.Kinds) > 0 {
		kinds := make([]string, len(r.Kinds))
		for k, kind := range r.Kinds {
			kinds[k] = string(kind)
		}
		fmt.Fprintf(w, "  %s\n", strings.Join(kinds, ", "))
	}
	for _, reason := range r.Reasons {
		fmt.Fprintf(w, "  %q (%s%d–%d): %s\n", reason.Text, map[bool]string{true: "", false: reason.In + " "}[reason.In == ""], reason.Start, reason.End, reason.Why)
	}
}
