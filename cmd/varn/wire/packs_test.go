package wire

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheOperatorsIndicatorSetsAreRead: sets of a folder stand after our own, and one that is wrong stops the
// start with its name.
func TestTheOperatorsIndicatorSetsAreRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lay := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := Config{Indicators: dir}
	set := `{"varn_indicators":1,"id":"ID","version":"2","languages":["sv"],"name":{"sv":"Eget set"},"licence":{"sv":"Med tillstånd."},"indicators":[{"id":"x","group":"BEHAVIOUR","text":{"sv":"Har ringt"}}]}`
	lay("eget.json", strings.Replace(set, "ID", "eget", 1))
	got, err := c.packs()
	if err != nil || len(got) != 2 || got[0].ID != "varn" || got[1].Say(got[1].Name, "en") != "Eget set" {
		t.Fatalf("%+v %v", got, err)
	}
	for name, text := range map[string]string{"samma.json": strings.Replace(set, "ID", "eget", 1), "trasig.json": "{", "stor.json": strings.Repeat(" ", 300<<10)} {
		lay(name, text)
		if _, err := c.packs(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (Config{Indicators: filepath.Join(dir, "saknas")}).packs(); err == nil {
		t.Error("a folder that is not there")
	}
	if got, err := (Config{}).packs(); err != nil || len(got) != 1 {
		t.Errorf("%d %v", len(got), err)
	}
}
