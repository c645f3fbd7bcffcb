package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/internal/kit/seal"
	"varn/internal/transport/cli"
)

// answered runs the program with arguments and answers, on keys and data of its own.
func answered(t *testing.T, dir, answers string, args ...string) (status int, out, errors string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := map[string]string{"VARN_SERVER_KEY": filepath.Join(dir, "keys", "server"), "VARN_RESERVE": "0"}
	term := cli.Terminal{In: strings.NewReader(answers), Out: &stdout, Err: &stderr, Env: func(name string) string { return env[name] }}
	status = cli.Run(context.WithoutCancel(t.Context()), term, commands(), append(args, "--data", filepath.Join(dir, "data")))
	return status, stdout.String(), stderr.String()
}

func TestInitByFlagsGivesSheetsThatFitTogether(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	parts := filepath.Join(dir, "parts.txt")
	if err := os.WriteFile(parts, []byte("Kommunstyrelsen (KS)\n- Kansliet\nSocialnämnden (SN)\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"init", "--json", "--name", "Exempelstads kommun", "--authorities", parts, "--head", "Sigrid Vakt", "--head-address", "sigrid.vakt@example.se"}
	if status, _, errs := answered(t, dir, "", append(args, "--custodians", "Gudrun Ek")...); status != cli.Failed || !strings.Contains(errs, "custodians: ") || strings.Count(errs, "\n") != 1 {
		t.Fatalf("too few custodians: %d %s", status, errs)
	}
	args = append(args, "--custodians", "Gudrun Ek, Halvar Lind, Ingegerd Alm, Jöns Rönn, Karin Sälg")
	status, out, errs := answered(t, dir, "", args...)
	if status != cli.Done {
		t.Fatalf("%d %s", status, errs)
	}
	var r initPapers
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Sheets) != 5 || r.Needed != 3 || !strings.Contains(r.Head, "/inbjudan#") || r.Admin != "" {
		t.Errorf("%+v", r)
	}
	for _, s := range r.Sheets {
		if sheet, err := seal.ParseSheet(s.Share); err != nil || sheet.Needed() != 3 {
			t.Errorf("the sheet of %s: %v", s.Custodian, err)
		}
	}
	if status, _, errs := answered(t, dir, "", args...); status != cli.Failed || !strings.Contains(errs, "set up already") {
		t.Errorf("a second time: %d %s", status, errs)
	}
}

func TestInitAsksForWhatNoFlagSays(t *testing.T) {
	t.Parallel()
	answers := "Exempelstads kommun\nKommunstyrelsen (KS), Socialnämnden (SN)\nGudrun Ek, Halvar Lind, Ingegerd Alm\nSigrid Vakt\nsigrid.vakt@example.se\n"
	status, out, errs := answered(t, t.TempDir(), answers, "init")
	if status != cli.Done || strings.Count(out, "\f") != 3 || !strings.Contains(errs, "The first head of security: ") {
		t.Fatalf("%d %s %s", status, out, errs)
	}
	if !strings.Contains(out, "kept by Ingegerd Alm") {
		t.Errorf("the sheets name nobody: %s", out)
	}
}
