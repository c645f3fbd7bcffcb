package registration

import (
	"time"

	"varn/internal/kit/calendar"
	"varn/internal/kit/clock"
)

// The hours by which a question whether a record can be released is answered, where the organisation
// is: asked before the cut-off on a day that is worked, the same day; otherwise the next such day's
// noon. The days are the calendar's, not checked against the law.
const (
	cutOff      = 14
	sameDay     = 17
	nextMorning = 12
)

// ReleaseBy is when the question whether a record can be released must be answered. // TF 2:15
func ReleaseBy(asked clock.Stamp, zone *time.Location) clock.Stamp {
	at := asked.Time().In(zone)
	hour := func(t time.Time, h int) clock.Stamp {
		return clock.Of(time.Date(t.Year(), t.Month(), t.Day(), h, 0, 0, 0, zone))
	}
	if calendar.Workday(at) && at.Hour() < cutOff {
		return hour(at, sameDay)
	}
	for at = at.AddDate(0, 0, 1); !calendar.Workday(at); {
		at = at.AddDate(0, 0, 1)
	}
	return hour(at, nextMorning)
}

// Answer tells whether a state is an answer to a request.
func (s RequestState) Answer() bool { return s == Released || s == Partly || s == Refused }
