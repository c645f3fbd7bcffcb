package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/internal/transport/cli"
)

func TestKeysRotateGivesEachKeyItsNextVersion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if status, _, errs := answered(t, dir, "", "keys", "rotate"); status != cli.Failed || strings.Count(errs, "\n") != 1 {
		t.Errorf("with no data: %d %s", status, errs)
	}
	parts := filepath.Join(dir, "parts.txt")
	if err := os.WriteFile(parts, []byte("Kommunstyrelsen (KS)\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := answered(t, dir, "", "init", "--json", "--name", "Exempelstads kommun", "--authorities", parts, "--head", "Sigrid Vakt",
		"--head-address", "sigrid.vakt@example.se", "--custodians", "Gudrun Ek, Halvar Lind, Ingegerd Alm"); status != cli.Done {
		t.Fatalf("%d %s", status, errs)
	}
	rotate := func(args ...string) (all []rotated) {
		status, out, errs := answered(t, dir, "", append([]string{"keys", "rotate", "--json"}, args...)...)
		if status != cli.Done {
			t.Fatalf("%d %s", status, errs)
		}
		for line := range strings.Lines(out) {
			var r rotated
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
		}
		return all
	}
	if all := rotate("--purpose", "names"); len(all) != 1 || all[0].Purpose != "names" || all[0].Version != 2 || all[0].Org == "" {
		t.Errorf("%+v", all)
	}
	for _, r := range rotate() {
		if want := map[string]int{"names": 3, "setting": 2, "exclusion": 2, "ceremony": 2, "directory": 2, "exposure": 2, "mail": 2}[r.Purpose]; r.Version != want {
			t.Errorf("%+v, want %d", r, want)
		}
	}
	if status, _, errs := answered(t, dir, "", "keys", "rotate", "--purpose", "unlock"); status != cli.Misused || !strings.Contains(errs, "--purpose") {
		t.Errorf("a key that can't be rotated: %d %s", status, errs)
	}
	if status, _, errs := answered(t, dir, "", "audit", "verify"); status != cli.Done {
		t.Errorf("the log after it: %d %s", status, errs)
	}
}
