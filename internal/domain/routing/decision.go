package routing

import (
	"strings"
	"unicode/utf8"

	"varn/internal/domain/incident"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// Check tells what must be mended in a local decision: without number and date it decides nothing.
func (d LocalDecision) Check() error {
	var bad []fault.Field
	switch n := utf8.RuneCountInString(strings.TrimSpace(d.Number)); {
	case n == 0:
		bad = append(bad, fault.Field{Name: "number", Code: "field.required"})
	case n > 60:
		bad = append(bad, fault.Field{Name: "number", Code: "field.too-long", Args: []any{60}})
	}
	if d.Date.IsZero() {
		bad = append(bad, fault.Field{Name: "date", Code: "field.required"})
	}
	return fault.Form(append(bad, code.Many("contexts", d.Contexts, incident.Contexts())...))
}
