package measure

import (
	"slices"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/code"
	"varn/internal/kit/fault"
)

// Contact (stödkontakt) is that somebody is to hear how the person concerned is, some days after. It
// lies sealed in the case; its time stands in a deadline with the same id.
type Contact struct {
	ID     string      `json:"id"`
	Author string      `json:"author"`
	Days   int         `json:"days"` // after it was set up
	Due    clock.Stamp `json:"due"`
	Done   clock.Stamp `json:"done,omitempty"`
	Note   string      `json:"note,omitempty"`
}

// DefaultSupport is when the person concerned is contacted when the organisation has decided nothing: after
// a day, a week, a month and three months.
func DefaultSupport() []int { return []int{1, 7, 30, 90} }

// Limits of the support after.
const (
	MaxContacts = 12
	MaxDays     = 730
)

// CheckSupport tells what must be mended in a list of days.
func CheckSupport(days []int) []fault.Field {
	if len(days) > MaxContacts || !slices.IsSorted(days) {
		return []fault.Field{{Name: "support_days", Code: "measure.days", Args: []any{MaxContacts, MaxDays}}}
	}
	for i, d := range days {
		if d < 1 || d > MaxDays || i > 0 && days[i-1] == d {
			return []fault.Field{{Name: "support_days", Code: "measure.days", Args: []any{MaxContacts, MaxDays}}}
		}
	}
	return nil
}

// SupportAt is when a contact is due.
func SupportAt(from clock.Stamp, days int) clock.Stamp {
	return from.Add(time.Duration(days) * 24 * time.Hour).Minute()
}

// Terms are the keys of every label of the measures' codes.
func Terms() []string {
	return slices.Concat(code.Terms("measure.kind", Kinds()), code.Terms("measure.state", States()), code.Terms("measure.effect", Effects()),
		code.Terms("measure.consent", Consents()))
}
