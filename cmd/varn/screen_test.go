package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/internal/domain/screening"
	"varn/internal/transport/cli"
)

// screens runs varn screen and gives its exit status and what it printed.
func screens(t *testing.T, in string, args ...string) (int, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	status := cli.Run(t.Context(), cli.Terminal{In: strings.NewReader(in), Out: &out, Err: &errs, Env: func(string) string { return "" }},
		commands(), append([]string{"screen"}, args...))
	return status, out.String(), errs.String()
}

func TestScreenPrintsOneObjectAndExitsByWhatItFound(t *testing.T) {
	t.Parallel()
	status, out, _ := screens(t, "Hej. Jag vet var du bor.\n", "--json", "-")
	var r screening.Result
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != cli.Failed {
		t.Fatalf("status %d, %v: %s", status, err, out)
	}
	if r.Verdict != screening.Alarm || len(r.Kinds) != 1 || r.Kinds[0] != screening.VeiledThreat {
		t.Errorf("got %s", out)
	}
	if len(r.Reasons) != 1 || r.Reasons[0].Text != "Jag vet var du bor" || r.Reasons[0].Start != 5 || r.Reasons[0].End != 23 {
		t.Errorf("reasons: %s", out)
	}
	status, out, _ = screens(t, "När öppnar simhallen i sommar?", "--json", "-")
	if want := `{"verdict":"pass","threat":0,"abuse":0,"kinds":[],"reasons":[]}` + "\n"; status != cli.Done || out != want {
		t.Errorf("status %d: %s", status, out)
	}
}

func TestScreenReadsALetter(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "brev.eml")
	raw := "From: a@example.se\r\nTo: b@example.se\r\nSubject: =?utf-8?q?Fr=C3=A5ga?=\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
		"Jag ska d=F6da dig.\r\n\r\n> Jag vet var du bor.\r\n"
	if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, _ := screens(t, "", file, "--lang", "en")
	if status != cli.Failed || !strings.Contains(out, `"Jag ska döda dig"`) && !strings.Contains(out, `"döda dig"`) || strings.Contains(out, "bor") {
		t.Errorf("status %d: %s", status, out)
	}
	if !strings.HasPrefix(out, "alarm: threat ") || !strings.Contains(out, "Says that somebody will kill") {
		t.Errorf("not in English: %s", out)
	}
}

func TestScreenAnswersEachLine(t *testing.T) {
	t.Parallel()
	in := `{"text":"Jag ska döda dig"}` + "\n\n" + `{"subject":"Jag vet var du bor","text":"Hej"}` + "\n" + `{"text":"Tack för ett bra möte!"}`
	status, out, errs := screens(t, in, "--jsonl", "-")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if status != cli.Failed || len(lines) != 3 {
		t.Fatalf("status %d, %s: %s", status, errs, out)
	}
	for i, want := range []screening.Verdict{screening.Alarm, screening.Alarm, screening.Pass} {
		var r screening.Result
		if err := json.Unmarshal([]byte(lines[i]), &r); err != nil || r.Verdict != want {
			t.Errorf("line %d: %v %s", i+1, err, lines[i])
		}
		if i == 1 && (len(r.Reasons) == 0 || r.Reasons[0].In != "subject") {
			t.Errorf("the hit in the subject: %s", lines[i])
		}
	}
}

func TestScreenRefusesWrongUse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		args []string
		says string
	}{
		{"", nil, "give one file"},
		{"", []string{"a", "b"}, "give one file"},
		{"", []string{"/nowhere/at/all"}, "no such file"},
		{"", []string{t.TempDir()}, "not a file"},
		{"", []string{"--lang", "fi", "-"}, "sv or en"},
		{"{\"text\":\"a\"}\nnonsense", []string{"--jsonl", "-"}, "line 2"},
		{"{\"words\":\"a\"}", []string{"--jsonl", "-"}, "line 1: no text"},
	} {
		if status, out, errs := screens(t, c.in, c.args...); status != cli.Misused || !strings.Contains(errs, c.says) {
			t.Errorf("%q: status %d, %q, %q", c.args, status, out, errs)
		}
	}
}
