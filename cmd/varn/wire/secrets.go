package wire

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
)

// maxSecret bounds a file that holds one secret.
const maxSecret = 16 << 10

// secrets takes the keys that are tagged secret from the files that the keys beside them, with _file
// after the name, tell of. Each file is read once: its key is then empty.
type secrets struct {
	name func(prefix, key string) string
	over bool // a file replaces what the key holds; otherwise only one of the two may be given
}

func tomlName(prefix, key string) string { return strings.TrimPrefix(prefix+"."+key, ".") }

func envName(prefix, key string) string { return prefix + "_" + strings.ToUpper(key) }

func (s secrets) read(v reflect.Value, prefix string) error {
	for i := range v.NumField() {
		f, field := v.Type().Field(i), v.Field(i)
		key := f.Tag.Get("toml")
		switch {
		case field.Kind() == reflect.Struct:
			if err := s.read(field, s.name(prefix, key)); err != nil {
				return err
			}
		case structs(field):
			for n := range field.Len() {
				if err := s.read(field.Index(n), s.name(s.name(prefix, key), strconv.Itoa(n+1))); err != nil {
					return err
				}
			}
		case f.Tag.Get("secret") != "":
			if err := s.take(field, fileOf(v, f), s.name(prefix, key+"_file")); err != nil {
				return err
			}
		}
	}
	return nil
}

func structs(field reflect.Value) bool {
	return field.Kind() == reflect.Slice && field.Type().Elem().Kind() == reflect.Struct
}

// fileOf is the field that tells the file of a secret.
func fileOf(v reflect.Value, f reflect.StructField) reflect.Value {
	return v.FieldByName(f.Name + "File")
}

func (s secrets) take(field, file reflect.Value, name string) error {
	path := file.String()
	if path == "" {
		return nil
	}
	if field.String() != "" && !s.over {
		return fmt.Errorf("%s: give the secret itself or the file that holds it, not both", name)
	}
	text, err := secretIn(path)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	field.SetString(text)
	file.SetString("")
	return nil
}

func secretIn(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(b))
	if len(b) > maxSecret || text == "" {
		return "", fmt.Errorf("%s holds no secret: give a file with the secret alone in it", path)
	}
	return text, nil
}
