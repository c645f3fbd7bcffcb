package obligation

import (
	"slices"
	"strings"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
)

// Version is how an obligation is kept here from a day on.
type Version struct {
	From string `json:"from"` // yyyy-mm-dd: clocks that start that day and later follow it
	// Hours is when the alarm goes; 0: no clock starts by itself.
	Hours    int    `json:"hours"`
	Decision string `json:"decision,omitempty"` // its number, or where it was taken
	Who      string `json:"who,omitempty"`      // who does it here
}

// MaxNote is how long a decision or a function's name may be, in characters.
const MaxNote = 200

// Rules are an obligation's versions, the oldest first.
type Rules []Version

// With gives the rules with one that holds from its day on: those of the same day and later give way.
func (r Rules) With(v Version) Rules {
	out := slices.DeleteFunc(slices.Clone(r), func(old Version) bool { return old.From >= v.From })
	return append(out, v)
}

// At is the version that holds for a clock that starts at a moment; false: the table's own holds.
func (r Rules) At(start clock.Stamp) (Version, bool) {
	day := start.Time().In(locale.Zone()).Format(time.DateOnly)
	for _, v := range slices.Backward(r) {
		if v.From <= day {
			return v, true
		}
	}
	return Version{}, false
}

// Hours is when the alarm goes for a clock that starts at a moment, in hours after it; 0: no clock
// starts by itself.
func (r Rules) Hours(o Obligation, start clock.Stamp) int {
	if v, ok := r.At(start); ok {
		return v.Hours
	}
	return o.Hours
}

// Due is when the alarm goes for a clock that starts at a moment; 0: there is none. An edited rule
// moves a clock that runs only when its day is not after the clock's start.
func (r Rules) Due(o Obligation, start clock.Stamp) clock.Stamp {
	if n := r.Hours(o, start); n > 0 {
		return start.Add(time.Duration(n) * time.Hour).Minute()
	}
	return 0
}

// Check tells what must be mended in the rules of an obligation.
func (r Rules) Check(o Obligation) error {
	var bad []fault.Field
	last := ""
	for _, v := range r {
		if _, err := time.Parse(time.DateOnly, v.From); err != nil || v.From <= last {
			bad = append(bad, fault.Field{Name: "from", Code: "ruling.from"})
		}
		last = v.From
		if v.Hours < 0 || v.Hours > o.Most || v.Hours == 0 && o.Hours > 0 {
			bad = append(bad, fault.Field{Name: "hours", Code: "ruling.clock", Args: []any{o.Most}})
		}
		for name, text := range map[string]string{"decision": v.Decision, "who": v.Who} {
			if len([]rune(text)) > MaxNote {
				bad = append(bad, fault.Field{Name: name, Code: "field.too-long", Args: []any{MaxNote}})
			}
			if strings.ContainsFunc(text, func(c rune) bool { return c < ' ' }) {
				bad = append(bad, fault.Field{Name: name, Code: "field.bytes"})
			}
		}
	}
	if len(r) == 0 {
		bad = append(bad, fault.Field{Name: "from", Code: "ruling.from"})
	}
	return fault.Form(bad)
}
