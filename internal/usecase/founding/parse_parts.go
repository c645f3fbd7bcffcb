package founding

import (
	"strings"

	"varn/internal/domain/organisation"
)

// ParseParts reads authorities as somebody writes them: one a line, its prefix in register
// numbers in brackets at the end, its units on the lines below with a dash first.
//
//	Kommunstyrelsen (KS)
//	- Kansliet
//	- Säkerhetsenheten
//	Socialnämnden (SN)
func ParseParts(text string) []Part {
	var out []Part
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		unit, isUnit := cutDash(line)
		switch {
		case line == "":
		case isUnit && len(out) > 0:
			last := &out[len(out)-1]
			last.Units = append(last.Units, organisation.Label{Name: unit})
		default:
			out = append(out, Part{Label: label(line)})
		}
	}
	return out
}

func cutDash(line string) (string, bool) {
	for _, dash := range []string{"-", "–", "•", "*"} {
		if rest, ok := strings.CutPrefix(line, dash); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return line, false
}

func label(line string) organisation.Label {
	name, code, ok := strings.Cut(line, "(")
	code, closed := strings.CutSuffix(strings.TrimSpace(code), ")")
	if !ok || !closed || len(code) > 20 {
		return organisation.Label{Name: line}
	}
	return organisation.Label{Name: strings.TrimSpace(name), Code: strings.TrimSpace(code)}
}
