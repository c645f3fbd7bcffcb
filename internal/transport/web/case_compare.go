package web

import (
	"slices"
	"strings"
	"time"

	"varn/internal/domain/likeness"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// caseCompareView is what of a case can be compared with others (samma hand), and what was found.
type caseCompareView struct {
	Form      *Form
	Ref, Href string
	Any       bool // there is something to compare
	Compared  bool
	Alike     []alikeLine
}

func (caseCompareView) SampleForm() *Form { return compareForm(nil) }

// alikeLine is another case, and what it has in common with this one.
type alikeLine struct {
	Href, Ref string
	StateKey  locale.Key
	Color     string
	Opened    time.Time
	Common    []string
}

// wordingChoice stands for the wording of the case's texts.
const wordingChoice = "wording"

func compareForm(options []Option) *Form {
	return NewForm(Checks("traces", "case_compare.traces", options...).Hint("case_compare.traces-hint"))
}

// traceOption is a trace as a choice; its value names it.
func traceOption(r *Request, t likeness.Trace) Option {
	return Option{Value: string(t.Kind) + " " + t.Value, Text: r.Text(locale.Key(t.Kind.Term())) + ": " + t.Value}
}

// caseCompare shows what of a case can be compared, and looks for what is chosen.
func (s *Server) caseCompare(r *Request) error {
	ref := r.Path("ref")
	can, err := s.Desks.Cases.Comparables(r.Context(), r.Session, ref)
	if err != nil {
		return err
	}
	var options []Option
	for _, t := range can.Traces {
		options = append(options, traceOption(r, t))
	}
	if can.Wording {
		options = append(options, Option{Value: wordingChoice, Key: "case_compare.wording"})
	}
	f := compareForm(options)
	view := caseCompareView{Form: f, Ref: ref, Href: casePath + ref, Any: len(options) > 0}
	r.Title(r.Text("case_compare.title") + " – " + ref)
	if r.HTTP.Method == "POST" {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			if view.Alike, err = s.compared(r, ref, can, f.All("traces")); err != nil {
				return err
			}
			view.Compared = true
		}
	}
	return r.Page("case_compare.html", view)
}

func (s *Server) compared(r *Request, ref string, can casework.Comparable, chosen []string) ([]alikeLine, error) {
	var traces []likeness.Trace
	for _, t := range can.Traces {
		if slices.Contains(chosen, traceOption(r, t).Value) {
			traces = append(traces, t)
		}
	}
	found, err := s.Desks.Cases.CompareCase(r.Context(), r.Session, ref, traces, slices.Contains(chosen, wordingChoice))
	if err != nil {
		return nil, err
	}
	var out []alikeLine
	for _, one := range found {
		line := alikeLine{Href: casePath + one.Ref, Ref: one.Ref, Opened: one.Opened.Time()}
		line.StateKey, line.Color = stateOf(one.State)
		for _, t := range one.Traces {
			line.Common = append(line.Common, strings.TrimSuffix(traceOption(r, t).Text, ": "))
		}
		out = append(out, line)
	}
	return out, nil
}
