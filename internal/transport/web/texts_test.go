package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"varn/internal/kit/locale"
)

// TestEveryTextIsUsedAndEveryUsedTextExists reads the program's own sources: a text that nobody
// says is dead weight for the translators, and a key without a text would show as [key].
func TestEveryTextIsUsedAndEveryUsedTextExists(t *testing.T) {
	t.Parallel()
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	inTemplate := regexp.MustCompile(`\b(t|n) "([^"]+)"`)
	literal := regexp.MustCompile(`"([a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)+)"`)
	comment := regexp.MustCompile(`(?s)\{\{/\*.*?\*/\}\}`)
	walk(t, func(path, source string) {
		source = comment.ReplaceAllString(source, "")
		if strings.HasSuffix(path, ".html") {
			for _, m := range inTemplate.FindAllStringSubmatch(source, -1) {
				key := locale.Key(m[2])
				if m[1] == "n" {
					key += ".other"
				}
				if !texts.Has(locale.Swedish, key) {
					t.Errorf("%s says %s, which has no text", path, m[2])
				}
			}
		}
		for _, m := range literal.FindAllStringSubmatch(source, -1) {
			used[m[1]] = true
		}
	})
	for name := range pageViews() {
		used[string(titleKey(name))] = true
	}
	for _, k := range terms() {
		used[k] = true
	}
	for _, k := range texts.Keys(locale.Swedish) {
		key := string(k)
		stem := strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
		if !used[key] && !used[stem] && !used[strings.TrimSuffix(key, "-text")] {
			t.Errorf("nobody says %s", key)
		}
	}
}

// walk gives every source file of the program but its tests.
func walk(t *testing.T, each func(path, source string)) {
	t.Helper()
	root := os.DirFS("../../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			if err == nil {
				return fs.SkipDir
			}
			return err
		}
		ext := filepath.Ext(path)
		if d.IsDir() || ext != ".go" && ext != ".html" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		each(path, string(source))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
