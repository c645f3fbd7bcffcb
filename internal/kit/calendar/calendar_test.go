package calendar

import (
	"slices"
	"testing"
	"time"
)

// years are the days that are not worked, weekends aside, as the printed calendars have them.
func years() map[int][]string {
	return map[int][]string{
		2008: {"01-01", "03-21", "03-24", "05-01", "06-06", "06-20", "12-24", "12-25", "12-26", "12-31"}, // Ascension fell on the 1st of May
		2024: {"01-01", "03-29", "04-01", "05-01", "05-09", "06-06", "06-21", "12-24", "12-25", "12-26", "12-31"},
		2025: {"01-01", "01-06", "04-18", "04-21", "05-01", "05-29", "06-06", "06-20", "12-24", "12-25", "12-26", "12-31"},
		2026: {"01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-19", "12-24", "12-25", "12-31"},
		2027: {"01-01", "01-06", "03-26", "03-29", "05-06", "06-25", "12-24", "12-31"},
	}
}

func TestTheDaysThatAreNotWorked(t *testing.T) {
	t.Parallel()
	for year, want := range years() {
		var got []string
		for day := time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
			if weekend && Workday(day) {
				t.Errorf("%s is worked", day)
			}
			if !weekend && !Workday(day) {
				got = append(got, day.Format("01-02"))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d: %v, not %v", year, got, want)
		}
	}
}

func TestEaster(t *testing.T) {
	t.Parallel()
	for _, day := range []string{"1818-03-22", "1943-04-25", "1961-04-02", "2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "2285-03-22"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := Easter(at.Year()); !got.Equal(at) {
			t.Errorf("Easter of %d is %s, not %s", at.Year(), got.Format(time.DateOnly), day)
		}
	}
}

func TestTheSaturdaysAreHolidaysByName(t *testing.T) {
	t.Parallel()
	for _, day := range []string{"2024-06-22", "2025-06-21", "2026-06-20", "2027-06-26", "2024-11-02", "2025-11-01", "2026-10-31", "2027-11-06"} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if !Holiday(at) || Holiday(at.AddDate(0, 0, 7)) || Holiday(at.AddDate(0, 0, -7)) {
			t.Errorf("%s is not the holiday", day)
		}
	}
}
