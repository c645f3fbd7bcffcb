package registration

import (
	"time"

	"varn/internal/kit/clock"
)

// The hours by which a question whether a record can be released is answered, where the organisation
// is: asked before the cut-off on a weekday, the same day; otherwise the next weekday's noon. Public
// holidays are not known here.
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
	if weekday(at) && at.Hour() < cutOff {
		return hour(at, sameDay)
	}
	for at = at.AddDate(0, 0, 1); !weekday(at); {
		at = at.AddDate(0, 0, 1)
	}
	return hour(at, nextMorning)
}

func weekday(t time.Time) bool { return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday }

// Answer tells whether a state is an answer to a request.
func (s RequestState) Answer() bool { return s == Released || s == Partly || s == Refused }
