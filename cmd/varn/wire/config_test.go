package wire

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// written writes a file for a test and gives its path.
func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func loaded(t *testing.T, text string, env map[string]string) (Config, error) {
	t.Helper()
	return LoadConfig(written(t, text), func(name string) string { return env[name] })
}

func TestASecretIsGivenItselfOrByAFile(t *testing.T) {
	t.Parallel()
	file := written(t, "  hemligt \n")
	provider := "[[oidc]]\nname = \"Entra\"\nissuer = \"https://id.example.se\"\nclient = \"varn\"\n"
	for name, c := range map[string]struct {
		text string
		env  map[string]string
		got  func(Config) string
	}{
		"key":                  {`database = "hemligt"`, nil, func(c Config) string { return c.Database }},
		"file key":             {`database_owner_file = "` + file + `"`, nil, func(c Config) string { return c.DatabaseOwner }},
		"variable":             {``, map[string]string{"VARN_DATABASE_WORKER": "hemligt"}, func(c Config) string { return c.DatabaseWorker }},
		"file variable":        {`database = "annat"`, map[string]string{"VARN_DATABASE_FILE": file}, func(c Config) string { return c.Database }},
		"variable over file":   {`database_file = "` + written(t, "annat") + `"`, map[string]string{"VARN_DATABASE": "hemligt"}, func(c Config) string { return c.Database }},
		"in a section":         {"[s3]\nsecret_file = \"" + file + `"`, nil, func(c Config) string { return c.S3.Secret }},
		"section's variable":   {``, map[string]string{"VARN_S3_ACCESS_FILE": file}, func(c Config) string { return c.S3.Access }},
		"provider's file":      {provider + `secret_file = "` + file + `"`, nil, func(c Config) string { return c.OIDC[0].Secret }},
		"provider's variable":  {provider + provider, map[string]string{"VARN_OIDC_2_SECRET_FILE": file}, func(c Config) string { return c.OIDC[1].Secret }},
		"provider's own value": {provider, map[string]string{"VARN_OIDC_1_SECRET": "hemligt"}, func(c Config) string { return c.OIDC[0].Secret }},
	} {
		got, err := loaded(t, c.text, c.env)
		if err != nil || c.got(got) != "hemligt" {
			t.Errorf("%s: %q %v", name, c.got(got), err)
		}
	}
}

func TestASecretThatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	file := written(t, "hemligt")
	for name, c := range map[string]struct {
		text string
		env  map[string]string
		want string
	}{
		"both":             {"[s3]\nsecret = \"x\"\nsecret_file = \"" + file + `"`, nil, "s3.secret_file: give the secret itself or the file"},
		"missing":          {`database_file = "/nowhere/at/all"`, nil, "database_file: open /nowhere/at/all"},
		"missing variable": {``, map[string]string{"VARN_S3_SECRET_FILE": "/nowhere/at/all"}, "VARN_S3_SECRET_FILE: open /nowhere"},
		"empty":            {`database_file = "` + written(t, " \n") + `"`, nil, "holds no secret"},
		"huge":             {`database_file = "` + written(t, strings.Repeat("x", maxSecret+1)) + `"`, nil, "holds no secret"},
		"a folder":         {`database_file = "` + filepath.Dir(file) + `"`, nil, "database_file: "},
	} {
		if _, err := loaded(t, c.text, c.env); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hemligt") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEverySecretHasAFile: whoever adds a secret to the configuration adds its file too.
func TestEverySecretHasAFile(t *testing.T) {
	t.Parallel()
	n := 0
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		for f := range of.Fields() {
			if f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Struct {
				if inner := f.Type; inner.Kind() == reflect.Struct {
					walk(inner)
				} else if inner.Elem().Kind() == reflect.Struct {
					walk(inner.Elem())
				}
			}
			if f.Tag.Get("secret") == "" {
				continue
			}
			n++
			file, ok := of.FieldByName(f.Name + "File")
			if !ok || file.Tag.Get("toml") != f.Tag.Get("toml")+"_file" || file.Type.Kind() != reflect.String {
				t.Errorf("%s.%s has no field %sFile with the key %s_file", of.Name(), f.Name, f.Name, f.Tag.Get("toml"))
			}
		}
	}
	walk(reflect.TypeFor[Config]())
	if n < 6 {
		t.Errorf("only %d secrets were looked at", n)
	}
}
