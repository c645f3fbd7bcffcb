package casefile

import (
	"strings"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// RetentionRule (gallringsregel) is how long a closed case is kept, and the decision that says so:
// a record may not be destroyed without one.
type RetentionRule struct {
	Years    int    `json:"years"`
	Decision string `json:"decision"` // its number
	Date     string `json:"date"`     // when it was taken, as a day
}

// MaxYears bounds a rule; zero years means that the case is preserved.
const MaxYears = 200

// Check tells what must be mended in a rule.
func (r RetentionRule) Check() error {
	var bad []fault.Field
	if r.Years < 0 || r.Years > MaxYears {
		bad = append(bad, fault.Field{Name: "years", Code: "lifecycle.years", Args: []any{MaxYears}})
	}
	decision := strings.TrimSpace(r.Decision)
	if decision == "" {
		bad = append(bad, fault.Field{Name: "decision", Code: "lifecycle.decision"})
	}
	bad = append(bad, line("decision", decision, 100)...)
	if _, err := time.Parse(time.DateOnly, r.Date); r.Date != "" && err != nil {
		bad = append(bad, fault.Field{Name: "date", Code: "lifecycle.date"})
	}
	return fault.Form(bad)
}

// Forget is when a case that was closed at a moment may be destroyed; zero: it is preserved.
func (r RetentionRule) Forget(closed clock.Stamp) clock.Stamp {
	if r.Years == 0 || closed == 0 {
		return 0
	}
	return clock.Of(closed.Time().AddDate(r.Years, 0, 0))
}

// MayDestroy tells whether the case's time is over: closed, its rule's years past, nothing holding it.
func (c Case) MayDestroy(now clock.Stamp) bool {
	return c.State == Closed && c.Retention != "" && !c.Hold && c.Forget != 0 && c.Forget <= now
}
