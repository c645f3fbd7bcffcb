package exposure

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/generated.txt and the figures in docs/exposure.md anew")

const (
	figuresBegin = "<!-- figures: go test -run Set ./internal/domain/exposure -update -->\n"
	figuresEnd   = "<!-- end of figures -->\n"
	figuresIn    = "../../../docs/exposure.md"
)

// example is one line of the set: its text and what should be found in it.
type example struct {
	line int
	text string
	want []Hit
}

// readSet reads lines with {kind:value} marks.
func readSet(t *testing.T, raw string) []example {
	t.Helper()
	var out []example
	for n, line := range strings.Split(raw, "\n") {
		if line == "" || strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "## ") {
			continue
		}
		e := example{line: n + 1}
		var b strings.Builder
		for line != "" {
			i := strings.IndexByte(line, '{')
			if i < 0 {
				b.WriteString(line)
				break
			}
			kind, rest, _ := strings.Cut(line[i+1:], ":")
			k, known := Known(kind)
			j := strings.IndexByte(rest, '}')
			if !known || j < 0 {
				b.WriteString(line[:i+1])
				line = line[i+1:]
				continue
			}
			b.WriteString(line[:i])
			e.want = append(e.want, Hit{Kind: k, Start: int64(b.Len()), End: int64(b.Len() + j), Value: rest[:j]})
			b.WriteString(rest[:j])
			line = rest[j+1:]
		}
		e.text = b.String()
		out = append(out, e)
	}
	return out
}

// score counts for one kind.
type score struct{ want, found, exact, wrong int }

func evaluate(set []example) (map[Kind]*score, []string) {
	by := map[Kind]*score{}
	for _, k := range Kinds {
		by[k] = &score{}
	}
	s := New(Options{Domains: []string{"exempelstad.se"}})
	var notes []string
	for _, e := range set {
		hits := s.Scan([]byte(e.text))
		right := make([]bool, len(hits))
		for _, w := range e.want {
			by[w.Kind].want++
			found := false
			for i, h := range hits {
				if h.Kind == w.Kind && h.Start < w.End && w.Start < h.End {
					right[i] = true
					if !found && h.Start == w.Start && h.End == w.End {
						by[w.Kind].exact++
					}
					found = true
				}
			}
			if found {
				by[w.Kind].found++
			} else {
				notes = append(notes, fmt.Sprintf("- not found, `%s`: %s", w.Kind, e.text))
			}
		}
		for i, h := range hits {
			if !right[i] {
				by[h.Kind].wrong++
				notes = append(notes, fmt.Sprintf("- taken for `%s` (%q, %.2f, %s): %s", h.Kind, h.Value, h.Confidence, h.Rule, e.text))
			}
		}
	}
	return by, notes
}

func percent(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

func table(by map[Kind]*score) string {
	var out strings.Builder
	out.WriteString("| kind | to find | recall | precision | span exact |\n|---|---:|---:|---:|---:|\n")
	for _, k := range Kinds {
		if s := by[k]; s.want+s.wrong > 0 {
			fmt.Fprintf(&out, "| `%s` | %d | %s | %s | %s |\n", k, s.want, percent(s.found, s.want), percent(s.found, s.found+s.wrong), percent(s.exact, s.want))
		}
	}
	return out.String()
}

// TestSetAndItsFigures works the figures of the document out anew, and holds identity numbers to their promise.
func TestSetAndItsFigures(t *testing.T) {
	t.Parallel()
	numbers, err := testNumbers()
	if err != nil {
		t.Fatal(err)
	}
	made := generated(numbers)
	if *update {
		if err := os.WriteFile("testdata/generated.txt", []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	whole := map[Kind]*score{}
	positive, negative := 0, 0
	for _, part := range []struct{ file, name string }{{"generated.txt", "Generated"}, {"written.txt", "Written case by case, and looked at"}, {"unseen.txt", "Written case by case, and not looked at"}} {
		raw, err := os.ReadFile("testdata/" + part.file)
		if err != nil {
			t.Fatal(err)
		}
		if part.file == "generated.txt" && string(raw) != made {
			t.Error("testdata/generated.txt is not what the generator makes")
		}
		set := readSet(t, string(raw))
		p := 0
		for _, e := range set {
			if len(e.want) > 0 {
				p++
			}
		}
		positive, negative = positive+p, negative+len(set)-p
		by, notes := evaluate(set)
		fmt.Fprintf(&out, "### %s: %d cases with something to find, %d with nothing\n\n%s\n", part.name, p, len(set)-p, table(by))
		if len(notes) > 0 {
			fmt.Fprintf(&out, "What went wrong:\n\n%s\n\n", strings.Join(notes, "\n"))
		}
		for k, s := range by {
			if whole[k] == nil {
				whole[k] = &score{}
			}
			whole[k].want, whole[k].found, whole[k].wrong = whole[k].want+s.want, whole[k].found+s.found, whole[k].wrong+s.wrong
		}
	}
	if positive < 400 || negative < 400 {
		t.Errorf("%d cases with something to find and %d with nothing; there should be 400 of each", positive, negative)
	}
	for _, k := range []Kind{Personnummer, CoordinationNumber} {
		if s := whole[k]; s.found*100 < s.want*99 || s.found*100 < (s.found+s.wrong)*98 {
			t.Errorf("%s: %d of %d found, %d wrong", k, s.found, s.want, s.wrong)
		}
	}
	publish(t, out.String())
}

func publish(t *testing.T, figures string) {
	t.Helper()
	raw, err := os.ReadFile(figuresIn)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), figuresBegin)
	written, after, ok2 := strings.Cut(rest, figuresEnd)
	if !ok || !ok2 {
		t.Fatal("docs/exposure.md has no place for the figures")
	}
	if *update {
		if err := os.WriteFile(figuresIn, []byte(before+figuresBegin+figures+figuresEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if written != figures {
		t.Errorf("the figures are others than docs/exposure.md says; -update writes:\n%s", figures)
	}
}

// TestEveryKindHasItsTexts holds kinds and rules to their texts.
func TestEveryKindHasItsTexts(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds {
		if k.Term() == "" {
			t.Errorf("%s has no name", k)
		}
	}
	if slices.Contains(Rules(), "") {
		t.Error("a rule has no name")
	}
}
