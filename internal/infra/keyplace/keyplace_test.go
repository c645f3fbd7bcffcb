package keyplace

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"varn/internal/kit/seal"
)

func config(t *testing.T) Config {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	return Config{Data: data, ServerKey: filepath.Join(dir, "keys", "server"), Create: true}
}

func open(t *testing.T, c Config) *Place {
	t.Helper()
	p, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheSameKeysAreFoundAgain(t *testing.T) {
	t.Parallel()
	c := config(t)
	one := open(t, c)
	c.Create = false
	two := open(t, c)
	if !one.Server().Equal(two.Server()) || one.VerifierKey() != two.VerifierKey() {
		t.Fatal("other keys")
	}
	signed, err := note.Sign(&note.Note{Text: "checkpoint\n"}, one.Signer())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open(signed, note.VerifierList(two.Verifier())); err != nil {
		t.Fatal(err)
	}
	if s, err := os.Stat(c.ServerKey); err != nil || s.Mode().Perm() != 0o600 {
		t.Fatal(s.Mode(), err)
	}
	if w := two.Warnings(); len(w) != 1 || w[0].Code != "warning.no-second-place" {
		t.Fatal(w)
	}
}

func TestAWrongKeyPlaceIsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	link := func(t *testing.T, c *Config) {
		inside := filepath.Join(c.Data, "keys")
		if err := errors.Join(os.Mkdir(inside, 0o700), os.Symlink(inside, filepath.Join(filepath.Dir(c.Data), "l"))); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		spoil func(t *testing.T, c *Config)
		want  string
	}{
		"server key in the data directory": {func(_ *testing.T, c *Config) { c.ServerKey = filepath.Join(c.Data, "server") }, "key_place: "},
		"server key alone in it": {func(_ *testing.T, c *Config) {
			c.First = filepath.Join(filepath.Dir(c.Data), "first")
			c.ServerKey = filepath.Join(c.Data, "server")
		}, "server_key: "},
		"by a symbolic link": {func(t *testing.T, c *Config) {
			link(t, c)
			c.ServerKey = filepath.Join(filepath.Dir(c.Data), "l", "server")
		}, "lies in the data directory"},
		"second place in the data directory": {func(_ *testing.T, c *Config) { c.Second = c.Data }, "second_key_place: "},
		"second place is the first":          {func(_ *testing.T, c *Config) { c.Second = filepath.Dir(c.ServerKey) }, "second_key_place: "},
		"readable by the group": {func(t *testing.T, c *Config) {
			open(t, *c)
			_ = os.Chmod(c.ServerKey, 0o640)
		}, "chmod 600"},
		"signing key readable by others": {func(t *testing.T, c *Config) {
			open(t, *c)
			_ = os.Chmod(filepath.Join(filepath.Dir(c.ServerKey), signingKeyFile), 0o604)
		}, "chmod 600"},
		"folder writable by others": {func(t *testing.T, c *Config) {
			open(t, *c)
			_ = os.Chmod(filepath.Dir(c.ServerKey), 0o777)
		}, "chmod 700"},
		"too short": {func(t *testing.T, c *Config) {
			open(t, *c)
			_ = os.WriteFile(c.ServerKey, []byte("abcd\n"), 0o600)
		}, "32 bytes or 64 hex digits"},
		"a damaged signing key": {func(t *testing.T, c *Config) {
			open(t, *c)
			_ = os.WriteFile(filepath.Join(filepath.Dir(c.ServerKey), signingKeyFile), []byte("PRIVATE+KEY+x"), 0o600)
		}, "is not a signing key"},
		"missing although there is data": {func(t *testing.T, c *Config) {
			_ = os.WriteFile(filepath.Join(c.Data, databaseFile), []byte("x"), 0o600)
		}, "varn restore"},
		"missing, not to be made": {func(t *testing.T, c *Config) {
			c.Create = false
			_ = os.Mkdir(filepath.Dir(c.ServerKey), 0o700)
		}, "varn init"},
		"signing key missing although there is data": {func(t *testing.T, c *Config) {
			open(t, *c)
			_ = os.WriteFile(filepath.Join(c.Data, databaseFile), []byte("x"), 0o600)
			_ = os.Remove(filepath.Join(filepath.Dir(c.ServerKey), signingKeyFile))
		}, "signs the log"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf := config(t)
			c.spoil(t, &conf)
			if _, err := Open(conf); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// The environment belongs to the whole process, so these do not run beside others.
func TestWithoutConfigurationTheUsersFolderIsUsed(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	c := Config{Data: filepath.Join(t.TempDir(), "data"), Create: true}
	one := open(t, c)
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(c.Data, moved); err != nil {
		t.Fatal(err)
	}
	if two := open(t, Config{Data: moved}); !two.Server().Equal(one.Server()) {
		t.Fatal("a data directory that was moved lost its keys")
	}
}

func TestASystemdCredentialIsTheServerKey(t *testing.T) {
	creds := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("CREDENTIALS_DIRECTORY", creds)
	key := seal.NewKey()
	if err := os.WriteFile(filepath.Join(creds, serverKeyFile), key.Bytes(), 0o440); err != nil {
		t.Fatal(err)
	}
	if p := open(t, Config{Data: filepath.Join(t.TempDir(), "data"), Create: true}); !p.Server().Equal(key) {
		t.Fatal("another key")
	}
}

func TestTheCheckpointLiesBesideTheServerKey(t *testing.T) {
	t.Parallel()
	p := open(t, config(t))
	if b, err := p.Checkpoint("org"); b != nil || err != nil {
		t.Fatal(b, err)
	}
	for _, text := range []string{"one", "two"} {
		if err := p.SetCheckpoint("org", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if b, err := p.Checkpoint("org"); string(b) != text || err != nil {
			t.Fatal(b, err)
		}
	}
	for _, bad := range []string{"", "../x", "a/b", "å", strings.Repeat("x", 65)} {
		if p.SetCheckpoint(bad, nil) == nil {
			t.Errorf("%q passed", bad)
		}
	}
}
