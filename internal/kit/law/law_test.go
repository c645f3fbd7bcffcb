package law

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryParagraphSaysWhatAndWhere(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range Paragraphs() {
		if p.GistSwedish == "" || p.GistEnglish == "" || p.SFS == "" || p.Checked.IsZero() || p.Standing == "" || !strings.HasPrefix(p.Source, "http") {
			t.Errorf("%s is not whole", p.ID)
		}
		key := p.ID + p.ValidFrom.String()
		if seen[key] {
			t.Errorf("%s stands twice", p.ID)
		}
		seen[key] = true
	}
}

func TestALawIsLookedUpByTheDayOfTheEvent(t *testing.T) {
	t.Parallel()
	for on, want := range map[string]bool{"2025-06-30": false, "2025-07-01": true, "2026-11-21": true} {
		at, err := time.Parse(time.DateOnly, on)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := Find("KL 4:18 a", at); ok != want {
			t.Errorf("%s: %v", on, ok)
		}
	}
}

func TestAChangedParagraphHasOneWordingADay(t *testing.T) {
	t.Parallel()
	for on, want := range map[string]Standing{"2025-07-01": Reported, "2025-07-02": Header} {
		at, err := time.Parse(time.DateOnly, on)
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := Find("OSL 39:3", at); !ok || p.Standing != want || p.Sure() != (want == Reported) {
			t.Errorf("%s: %+v", on, p)
		}
		hold := map[string]int{}
		for _, p := range Paragraphs() {
			if p.holds(at) {
				hold[p.ID]++
			}
		}
		for id, n := range hold {
			if n != 1 {
				t.Errorf("%s has %d wordings on %s", id, n, on)
			}
		}
	}
}

// TestEveryCitationIsListed reads the program: a paragraph cited on the line that obeys it, and a
// statute named in a text, must stand in the list.
func TestEveryCitationIsListed(t *testing.T) {
	t.Parallel()
	inCode := regexp.MustCompile(`// .*?\b((?:KL|AML|OSL|DOS|TF|RF|FL|BrB) \d+(?::\d+)?(?: [a-z]\b)?)(?: §|[,.;)]|$)`)
	inText := regexp.MustCompile(`\((\d{4}:\d+)\)`)
	known := func(match func(Paragraph) bool) bool { return slices.ContainsFunc(Paragraphs(), match) }
	sources(t, func(path, source string) {
		if strings.HasSuffix(path, ".toml") {
			for _, m := range inText.FindAllStringSubmatch(source, -1) {
				if !known(func(p Paragraph) bool { return p.SFS == m[1] }) {
					t.Errorf("%s cites %s, of which no paragraph is listed", path, m[1])
				}
			}
			return
		}
		for line := range strings.Lines(source) {
			for _, m := range inCode.FindAllStringSubmatch(strings.TrimRight(line, "\n"), -1) {
				if !known(func(p Paragraph) bool { return p.ID == m[1] }) {
					t.Errorf("%s cites %s, which is not listed", path, m[1])
				}
			}
		}
	})
}

func sources(t *testing.T, each func(path, source string)) {
	t.Helper()
	root := os.DirFS("../../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || path == "internal/kit/law") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".toml") {
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
