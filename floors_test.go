// Package varn_test holds the architecture to its floors by reading the source files.
package varn_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// mayImport says which floors each floor may import. Within infra and usecase a package imports
// no other of its floor: see the test below.
var mayImport = map[string][]string{
	"cmd":       {"cmd", "transport", "usecase", "infra", "domain", "kit"},
	"transport": {"usecase", "domain", "kit"},
	"usecase":   {"infra", "domain", "kit"},
	"infra":     {"domain", "kit"},
	"domain":    {"domain", "kit"},
	"kit":       {"kit"},
}

// place splits an import path or folder of this module into its floor and room:
// internal/usecase/casework is floor usecase, room usecase/casework.
func place(path string) (floor, room string) {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "varn/"), "internal/")
	parts := strings.Split(path, "/")
	if len(parts) < 2 {
		return "", ""
	}
	return parts[0], parts[0] + "/" + parts[1]
}

func TestEveryImportKeepsToItsFloor(t *testing.T) {
	t.Parallel()
	files := sources(t)
	if len(files) < 50 {
		t.Fatalf("only %d source files found: is this the module's root?", len(files))
	}
	for _, file := range files {
		floor, room := place(filepath.ToSlash(filepath.Dir(file)))
		allowed, known := mayImport[floor]
		if !known {
			continue
		}
		for _, path := range imports(t, file) {
			to, toRoom := place(path)
			if toRoom == room {
				continue
			}
			if !contains(allowed, to) {
				t.Errorf("%s is on floor %q and imports %s on floor %q", file, floor, path, to)
			}
		}
	}
}

func TestCryptographyStaysInSeal(t *testing.T) {
	t.Parallel()
	only := map[string][]string{
		"crypto/aes":                 {"internal/kit/seal"},
		"crypto/cipher":              {"internal/kit/seal"},
		"crypto/hpke":                {"internal/kit/seal"},
		"crypto/hkdf":                {"internal/kit/seal"},
		"crypto/hmac":                {"internal/kit/seal"},
		"golang.org/x/crypto/argon2": {"internal/kit/seal"},
	}
	for _, file := range sources(t) {
		for _, path := range all(t, file) {
			rooms, watched := only[path]
			if !watched {
				continue
			}
			if !contains(rooms, filepath.ToSlash(filepath.Dir(file))) {
				t.Errorf("%s imports %s; cryptography lives in kit/seal", file, path)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, file := range sources(t) {
		dir := filepath.Dir(file)
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		said[dir] = said[dir] || f.Doc != nil
	}
	for dir, ok := range said {
		if !ok {
			t.Errorf("package in %s has no package comment", dir)
		}
	}
}

// sources lists every Go file of the product, tests and the bench modules left out.
func sources(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, root := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				out = append(out, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sort.Strings(out)
	return out
}

// imports lists a file's imports from this module.
func imports(t *testing.T, file string) []string {
	t.Helper()
	var out []string
	for _, path := range all(t, file) {
		if strings.HasPrefix(path, "varn/") {
			out = append(out, path)
		}
	}
	return out
}

func all(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, spec := range f.Imports {
		out = append(out, strings.Trim(spec.Path.Value, `"`))
	}
	return out
}

func contains(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}
