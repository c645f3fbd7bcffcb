package registration

import (
	"testing"
	"time"

	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
)

func TestAQuestionIsAnsweredTheSameDayOrTheNextWeekdaysNoon(t *testing.T) {
	t.Parallel()
	const layout = "2006-01-02 15:04"
	for asked, want := range map[string]string{
		"2026-11-23 09:00": "2026-11-23 17:00", // a Monday
		"2026-11-23 13:59": "2026-11-23 17:00",
		"2026-11-23 14:00": "2026-11-24 12:00",
		"2026-11-27 16:30": "2026-11-30 12:00", // a Friday
		"2026-11-28 10:00": "2026-11-30 12:00",
		"2026-03-27 18:00": "2026-03-30 12:00", // the clock moves that night
		"2026-12-31 23:59": "2027-01-04 12:00", // New Year's Day is a Friday
		"2026-04-02 15:00": "2026-04-07 12:00", // Maundy Thursday: Easter is between
		"2026-04-03 09:00": "2026-04-07 12:00", // Good Friday
		"2026-06-18 15:00": "2026-06-22 12:00", // Midsummer is between
		"2026-12-23 15:00": "2026-12-28 12:00", // Christmas is between
		"2027-01-05 15:00": "2027-01-07 12:00", // Twelfth Day is between
	} {
		at, err := time.ParseInLocation(layout, asked, locale.Zone())
		if err != nil {
			t.Fatal(err)
		}
		if got := ReleaseBy(clock.Of(at), locale.Zone()).Time().In(locale.Zone()).Format(layout); got != want {
			t.Errorf("%s: %s, not %s", asked, got, want)
		}
	}
}
