package ruling

import (
	"strings"
	"time"

	"varn/internal/kit/fault"
)

// MailRule is what an authority has decided about letters to its official addresses. Without one they are read and
// answered here, and only a notice leaves.
type MailRule struct {
	Decision string `json:"decision"` // the number of the decision
	Date     string `json:"date"`     // 2006-01-02
	// Forward lets those who choose it have their letters sent on to a mailbox of their own.
	Forward bool `json:"forward"`
}

const mostDecision = 100

// Check tells what must be mended.
func (r MailRule) Check() error {
	var bad []fault.Field
	switch n := len([]rune(strings.TrimSpace(r.Decision))); {
	case n == 0:
		bad = append(bad, fault.Field{Name: "decision", Code: "field.required"})
	case n > mostDecision:
		bad = append(bad, fault.Field{Name: "decision", Code: "field.too-long", Args: []any{mostDecision}})
	}
	if _, err := time.Parse(time.DateOnly, r.Date); err != nil {
		bad = append(bad, fault.Field{Name: "date", Code: "field.date"})
	}
	return fault.Form(bad)
}
