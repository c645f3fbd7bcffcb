package training

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/screening"
)

const (
	figuresBegin = "<!-- figures: go test -run Evaluation ./internal/domain/screening/training -update -->\n"
	figuresEnd   = "<!-- end of figures -->\n"
	figuresIn    = "../../../../docs/screening.md"
)

// TestEvaluationInTheDocumentIsTrue works the figures out anew.
func TestEvaluationInTheDocumentIsTrue(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(figuresIn)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), figuresBegin)
	written, after, ok2 := strings.Cut(rest, figuresEnd)
	if !ok || !ok2 {
		t.Fatal("docs/screening.md has no place for the figures")
	}
	figures := evaluate(whole(t))
	if *update {
		if err := os.WriteFile(figuresIn, []byte(before+figuresBegin+figures+figuresEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if written != figures {
		t.Errorf("the figures are others than docs/screening.md says; -update writes:\n%s", figures)
	}
}

// judged is an example and what screening said of it.
type judged struct {
	example Example
	said    screening.Result
}

func evaluate(set []Example) string {
	var all []judged
	for _, e := range Only(set, HeldBack, Free) {
		all = append(all, judged{e, screening.Screen(screening.Input{Text: e.Text})})
	}
	var out strings.Builder
	counts(&out, set)
	for _, part := range []struct {
		part Part
		name string
	}{{HeldBack, "Held back, made of frames of its own"}, {Free, "Held back, written freely without frames"}} {
		fmt.Fprintf(&out, "### %s\n\n", part.name)
		of := slices.DeleteFunc(slices.Clone(all), func(j judged) bool { return j.example.Part != part.part })
		verdicts(&out, of)
		kinds(&out, of)
	}
	missed(&out, all)
	return out.String()
}

func counts(out *strings.Builder, set []Example) {
	out.WriteString("| | train | held back | written freely |\n|---|---:|---:|---:|\n")
	line := func(name string, is func(Example) bool) {
		fmt.Fprintf(out, "| %s |", name)
		for _, p := range []Part{Train, HeldBack, Free} {
			n := 0
			for _, e := range Only(set, p) {
				if is(e) {
					n++
				}
			}
			fmt.Fprintf(out, " %d |", n)
		}
		out.WriteString("\n")
	}
	line("messages", func(Example) bool { return true })
	line("in English", func(e Example) bool { return e.Lang == "en" })
	line("lawful", func(e Example) bool { return len(e.Kinds) == 0 })
	for _, k := range screening.Kinds {
		line("`"+string(k)+"`", func(e Example) bool { return slices.Contains(e.Kinds, k) })
	}
	out.WriteString("\n")
}

// verdicts tells what became of each sort of message, and how often an alarm and a find are right.
func verdicts(out *strings.Builder, all []judged) {
	out.WriteString("| people say | alarm | flag | pass | found |\n|---|---:|---:|---:|---:|\n")
	for _, group := range append(kindNames(), "lawful") {
		n := map[screening.Verdict]int{}
		total := 0
		for _, j := range all {
			if group == "lawful" && len(j.example.Kinds) == 0 || slices.Contains(j.example.Kinds, screening.Kind(group)) {
				n[j.said.Verdict]++
				total++
			}
		}
		fmt.Fprintf(out, "| `%s` | %d | %d | %d | %s |\n", group, n[screening.Alarm], n[screening.Flag], n[screening.Pass], percent(total-n[screening.Pass], total))
	}
	out.WriteString("\n| verdict | precision | recall |\n|---|---:|---:|\n")
	measure := func(name string, said, is func(judged) bool) {
		hit, saidN, isN := 0, 0, 0
		for _, j := range all {
			s, i := said(j), is(j)
			if s {
				saidN++
			}
			if i {
				isN++
			}
			if s && i {
				hit++
			}
		}
		fmt.Fprintf(out, "| %s | %s | %s |\n", name, percent(hit, saidN), percent(hit, isN))
	}
	grave := func(j judged) bool {
		return slices.ContainsFunc(j.example.Kinds, func(k screening.Kind) bool {
			return k == screening.Threat || k == screening.VeiledThreat || k == screening.SelfHarm
		})
	}
	measure("`alarm`, held against threats, veiled threats and self-harm", func(j judged) bool { return j.said.Verdict == screening.Alarm }, grave)
	measure("`alarm` or `flag`, held against everything but lawful", func(j judged) bool { return j.said.Verdict != screening.Pass }, func(j judged) bool { return len(j.example.Kinds) > 0 })
	measure("`pass`, held against lawful", func(j judged) bool { return j.said.Verdict == screening.Pass }, func(j judged) bool { return len(j.example.Kinds) == 0 })
	out.WriteString("\n")
}

func kinds(out *strings.Builder, all []judged) {
	out.WriteString("| kind | messages | precision | recall |\n|---|---:|---:|---:|\n")
	for _, k := range screening.Kinds {
		hit, said, is := 0, 0, 0
		for _, j := range all {
			s, i := slices.Contains(j.said.Kinds, k), slices.Contains(j.example.Kinds, k)
			if s {
				said++
			}
			if i {
				is++
			}
			if s && i {
				hit++
			}
		}
		fmt.Fprintf(out, "| `%s` | %d | %s | %s |\n", k, is, percent(hit, said), percent(hit, is))
	}
	out.WriteString("\n")
}

// missed lists what passed though it should not have, and what was found though lawful.
func missed(out *strings.Builder, all []judged) {
	out.WriteString("### What it passed though people did not\n\n")
	for _, j := range all {
		if len(j.example.Kinds) > 0 && j.said.Verdict == screening.Pass {
			fmt.Fprintf(out, "- `%s`: %s\n", j.example.Group, oneLine(j.example.Text))
		}
	}
	out.WriteString("\n### What it took for something though it is lawful\n\n")
	for _, j := range all {
		if len(j.example.Kinds) == 0 && j.said.Verdict != screening.Pass {
			rules := []string{}
			for _, r := range j.said.Reasons {
				rules = append(rules, fmt.Sprintf("`%s` %q", r.Rule, r.Text))
			}
			fmt.Fprintf(out, "- %s: %s (%s)\n", j.said.Verdict, oneLine(j.example.Text), strings.Join(rules, ", "))
		}
	}
	out.WriteString("\n")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func kindNames() []string {
	var out []string
	for _, k := range screening.Kinds {
		out = append(out, string(k))
	}
	return out
}

func percent(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(of))
}
