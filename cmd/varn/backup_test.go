package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/cmd/varn/wire"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/kit/seal"
	"varn/internal/transport/cli"
	"varn/internal/usecase/founding"
)

// desk is a terminal at an installation: it runs commands as the operator types them.
type desk struct {
	t      *testing.T
	dir    string
	env    map[string]string
	sheets []string
}

func founded(t *testing.T) *desk {
	t.Helper()
	dir := t.TempDir()
	d := &desk{t: t, dir: dir, env: map[string]string{"VARN_DATA": dir + "/data", "VARN_SERVER_KEY": dir + "/keys/server", "VARN_RESERVE": "1", "VARN_ORIGIN": "http://localhost:8080"}}
	c, err := wire.LoadConfig("", d.getenv)
	if err != nil {
		t.Fatal(err)
	}
	h, err := wire.Open(t.Context(), c, wire.Options{Pool: seal.NewTestPool()})
	if err != nil {
		t.Fatal(err)
	}
	f, err := h.Founding.Found(t.Context(), founding.Plan{
		Profile:    organisation.Profile{Name: "Exempelstads kommun"},
		Parts:      []founding.Part{{Label: organisation.Label{Name: "Kommunstyrelsen", Code: "KS"}}},
		Custodians: []string{"Gudrun Ek", "Halvar Lind", "Ingegerd Alm"}, Threshold: 2,
		Head: person.Profile{Name: "Sigrid Vakt", Address: "sigrid.vakt@example.se"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range f.Sheets {
		d.sheets = append(d.sheets, s.Share.Text())
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) getenv(name string) string { return d.env[name] }

func (d *desk) path(name string) string { return filepath.Join(d.dir, name) }

// types runs a command and gives its status, output and errors.
func (d *desk) types(args ...string) (int, string, string) {
	d.t.Helper()
	var out, errs bytes.Buffer
	status := cli.Run(d.t.Context(), cli.Terminal{In: strings.NewReader(""), Out: &out, Err: &errs, Env: d.getenv}, commands(), args)
	return status, out.String(), errs.String()
}

// says runs a command that must end with a status and say something.
func (d *desk) says(status int, want string, args ...string) string {
	d.t.Helper()
	got, out, errs := d.types(args...)
	if got != status || !strings.Contains(out+errs, want) {
		d.t.Errorf("varn %s: status %d, not %d, or no %q\n%s%s", strings.Join(args, " "), got, status, want, out, errs)
	}
	if status != cli.Done && strings.Count(errs, "\n") > 1 && !strings.Contains(errs, "missing") {
		d.t.Errorf("varn %s: more than one line of errors:\n%s", strings.Join(args, " "), errs)
	}
	return out
}

func TestAnOperatorBacksUpProvesAndRestores(t *testing.T) {
	t.Parallel()
	d := founded(t)
	d.says(cli.Failed, "no backups", "doctor")
	d.says(cli.Failed, "lie in one another", "backup", "--to", d.path("data/backup"))
	d.says(cli.Failed, "protects nothing", "backup", "--to", d.path("keys/backup"))
	d.says(cli.Done, "Keep a copy of it elsewhere", "backup", "--to", d.path("backup"))
	if _, _, errs := d.types("backup", "--to", d.path("backup"), "--json"); errs != "" {
		t.Errorf("the second backup tells of the key again: %s", errs)
	}
	listed := d.says(cli.Done, `"name":"b-`, "backup", "list", "--from", d.path("backup"), "--json")
	if strings.Count(listed, "\n") != 2 {
		t.Errorf("two backups: %s", listed)
	}
	d.says(cli.Done, "nothing is wrong", "backup", "verify", "--from", d.path("backup"))
	d.says(cli.Done, "signed with the same key as the one in "+d.path("keys"), "backup", "verify", "--from", d.path("backup"))
	d.env["VARN_BACKUP"] = d.path("backup")
	d.says(cli.Done, "last proven restore is 0 hours old", "doctor")
	var report struct {
		OK       bool
		Findings []struct{ Level, Check, Says, Mend string }
	}
	if err := json.Unmarshal([]byte(d.says(cli.Done, "{", "doctor", "--json")), &report); err != nil || !report.OK {
		t.Fatalf("%+v %v", report, err)
	}
	for _, f := range report.Findings {
		if f.Level != "fine" && f.Mend == "" {
			t.Errorf("%s says nothing of how to mend it", f.Check)
		}
	}

	key := d.path("keys/backup-key")
	d.says(cli.Failed, "not empty", "restore", "--backup-key", key)
	d.env["VARN_DATA"], d.env["VARN_SERVER_KEY"] = d.path("new/data"), d.path("new/keys/server")
	d.says(cli.Failed, "give --backup-key", "restore")
	d.says(cli.Failed, "sheet.few", "restore", "--sheet", d.sheets[0])
	d.says(cli.Failed, "mistyped", "restore", "--sheet", d.sheets[0], "--sheet", strings.Replace(d.sheets[1], d.sheets[1][9:11], "00", 1))
	d.says(cli.Failed, "no such backup", "restore", "--backup-key", key, "--name", "19990101")
	if left, err := os.ReadDir(d.path("new")); err == nil && len(left) > 0 {
		t.Fatalf("a refused restore leaves %v", left)
	}
	d.says(cli.Done, "Everybody signs in anew", "restore", "--sheet", d.sheets[0], "--sheet", d.sheets[2])
	d.says(cli.Done, "nothing is wrong", "audit", "verify")
	d.says(cli.Done, "nothing to accept", "restore", "--accept")
}

// TestABackupWithAnotherLogKeyIsRefused: of another installation, or made by somebody who has the
// place where backups lie and the key that opens them, but never had the log's.
func TestABackupWithAnotherLogKeyIsRefused(t *testing.T) {
	t.Parallel()
	d, other := founded(t), founded(t)
	own := d.path("logg.key")
	if err := os.WriteFile(own, []byte(d.says(cli.Done, "varn-", "audit", "key")), 0o600); err != nil {
		t.Fatal(err)
	}
	other.says(cli.Done, "", "backup", "--to", other.path("backup"))
	d.says(cli.Done, "", "backup", "--to", d.path("backup"))
	forged := []string{"--from", other.path("backup"), "--backup-key", other.path("keys/backup-key")}
	d.says(cli.Failed, "somebody has forged it", append([]string{"backup", "verify"}, forged...)...)

	away := &desk{t: t, dir: t.TempDir(), env: map[string]string{"VARN_SERVER_KEY": d.path("nowhere/server")}} // no installation at all
	away.env["VARN_DATA"] = away.path("data")
	away.says(cli.Failed, "somebody has forged it", append([]string{"backup", "verify", "--log-key", own}, forged...)...)
	away.says(cli.Failed, "somebody has forged it", append([]string{"restore", "--log-key", own}, forged...)...)
	away.says(cli.Misused, "--log-key", append([]string{"backup", "verify", "--log-key", "nonsense"}, forged...)...)
	away.says(cli.Done, "compared with NO other", append([]string{"backup", "verify"}, forged...)...)
	mine := []string{"--from", d.path("backup"), "--backup-key", d.path("keys/backup-key")}
	away.says(cli.Done, "signed with the same key as "+own, append([]string{"backup", "verify", "--log-key", own}, mine...)...)
	away.says(cli.Done, `"log_key_compared_with":"`+own, append([]string{"backup", "verify", "--json", "--log-key", own}, mine...)...)
	away.says(cli.Done, "Everybody signs in anew", append([]string{"restore", "--log-key", own}, mine...)...)
}

func TestAnAuditorVerifiesAnExportWithThePublicKeyAlone(t *testing.T) {
	t.Parallel()
	d := founded(t)
	key := d.says(cli.Done, "varn-", "audit", "key")
	export := d.path("logg.jsonl")
	d.says(cli.Done, "", "audit", "export", export)
	d.says(cli.Failed, "exists", "audit", "export", export)
	d.says(cli.Done, "nothing is wrong", "audit", "verify", export)
	away := &desk{t: t, dir: t.TempDir(), env: map[string]string{}} // no installation at all
	away.says(cli.Failed, "give --key", "audit", "verify", export)
	away.says(cli.Misused, "--key", "audit", "verify", export, "--key", "nonsense")
	away.says(cli.Done, "nothing is wrong", "audit", "verify", export, "--key", key)
	raw, err := os.ReadFile(export)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(raw, []byte(`"payload":"`)) + 20
	raw[at] = 'A' + (raw[at]-'A'+1)%26
	forged := d.path("forged.jsonl")
	if err := os.WriteFile(forged, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	away.says(cli.Failed, "entry_changed", "audit", "verify", forged, "--key", key)
	away.says(cli.Misused, "belong to an export", "audit", "verify", "--key", key)
}

func TestADoctorSaysWhatIsWrongAndHowToMendIt(t *testing.T) {
	t.Parallel()
	d := founded(t)
	d.env["VARN_BACKUP"] = d.path("backup")
	d.says(cli.Done, "", "backup")
	for _, ill := range []struct {
		name, want string
		do, undo   func() error
	}{
		{"data open", "chmod -R go=", func() error { return os.Chmod(d.path("data"), 0o755) }, func() error { return os.Chmod(d.path("data"), 0o700) }},
		{"database open", "chmod -R go=", func() error { return os.Chmod(d.path("data/varn.db"), 0o644) }, func() error { return os.Chmod(d.path("data/varn.db"), 0o600) }},
		{"key open", "chmod 600", func() error { return os.Chmod(d.path("keys/server"), 0o640) }, func() error { return os.Chmod(d.path("keys/server"), 0o600) }},
		{"key missing", "put the key file back", func() error { return os.Rename(d.path("keys/server"), d.path("away")) }, func() error { return os.Rename(d.path("away"), d.path("keys/server")) }},
		{"database missing", "no database", func() error { return os.Rename(d.path("data/varn.db"), d.path("away")) }, func() error { return os.Rename(d.path("away"), d.path("data/varn.db")) }},
		{"no TLS", "passkeys do not work", func() error { d.env["VARN_ORIGIN"] = "http://varn.example.se"; return nil }, func() error { d.env["VARN_ORIGIN"] = "http://localhost:8080"; return nil }},
		{"disk full", "make room", func() error { d.env["VARN_RESERVE"] = "1000000000000000"; return nil }, func() error { d.env["VARN_RESERVE"] = "1"; return nil }},
		{"no backups", "there are no backups", func() error { d.env["VARN_BACKUP"] = ""; return nil }, func() error { d.env["VARN_BACKUP"] = d.path("backup"); return nil }},
	} {
		if err := ill.do(); err != nil {
			t.Fatal(err)
		}
		if ill.name == "no backups" {
			if status, out, _ := d.types("doctor"); status != cli.Done {
				t.Errorf("a backup made by hand counts: %s", out)
			}
		} else {
			d.says(cli.Failed, ill.want, "doctor")
		}
		if err := ill.undo(); err != nil {
			t.Fatal(err)
		}
		d.says(cli.Done, "", "doctor")
	}
}

func TestEveryCommandHelpsWithAnExample(t *testing.T) {
	t.Parallel()
	d := &desk{t: t, dir: t.TempDir(), env: map[string]string{}}
	for _, c := range commands() {
		d.says(cli.Done, "Example:\n  varn "+c.Name, append(strings.Fields(c.Name), "--help")...)
	}
	d.env["VARN_DATA"] = d.path("none")
	for _, c := range []string{"backup", "audit verify", "audit key", "migrate", "backup verify", "backup list"} {
		if status, _, errs := d.types(strings.Fields(c)...); status != cli.Failed || errs == "" {
			t.Errorf("%s without an installation: %d %s", c, status, errs)
		}
		if _, err := os.Stat(d.path("none")); err == nil {
			t.Fatalf("%s made a data directory", c)
		}
	}
}
