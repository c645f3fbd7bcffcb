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
	Letters  int    `json:"letters,omitempty"` // years after the last letter of a thread that was registered; 0: preserved
	Minor    int    `json:"minor,omitempty"`   // months after the last letter of one of little importance; 0: kept
	Decision string `json:"decision"`          // its number
	Date     string `json:"date"`              // when it was taken, as a day
}

// MaxYears bounds a rule; zero years means that the case is preserved. MaxMonths bounds what is of little importance.
const (
	MaxYears  = 200
	MaxMonths = 120
)

// Check tells what must be mended in a rule.
func (r RetentionRule) Check() error {
	var bad []fault.Field
	if r.Years < 0 || r.Years > MaxYears {
		bad = append(bad, fault.Field{Name: "years", Code: "lifecycle.years", Args: []any{MaxYears}})
	}
	if r.Letters < 0 || r.Letters > MaxYears {
		bad = append(bad, fault.Field{Name: "letters", Code: "lifecycle.years", Args: []any{MaxYears}})
	}
	if r.Minor < 0 || r.Minor > MaxMonths {
		bad = append(bad, fault.Field{Name: "minor", Code: "lifecycle.months", Args: []any{MaxMonths}})
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

// LettersBefore is the moment before which the last letter of a registered thread must lie for its time to be over;
// zero: it is preserved.
func (r RetentionRule) LettersBefore(now clock.Stamp) clock.Stamp {
	if r.Letters == 0 {
		return 0
	}
	return clock.Of(now.Time().AddDate(-r.Letters, 0, 0))
}

// MinorBefore is the same for a thread of little importance (ringa betydelse).
func (r RetentionRule) MinorBefore(now clock.Stamp) clock.Stamp {
	if r.Minor == 0 {
		return 0
	}
	return clock.Of(now.Time().AddDate(0, -r.Minor, 0))
}

// MayDestroy tells whether the case's time is over: closed, its rule's years past, nothing holding it.
func (c Case) MayDestroy(now clock.Stamp) bool {
	return c.State == Closed && c.Retention != "" && !c.Hold && c.Forget != 0 && c.Forget <= now
}
