// Package calendar knows which days are worked in Sweden. It is the printed calendar, worked out, and no
// statement of law: the act on public holidays was not read for it, so no page may cite it.
package calendar

import "time"

// Workday tells whether a day, as its own zone has it, is neither at a weekend, a public holiday nor one
// of the eves on which offices are closed.
func Workday(t time.Time) bool {
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && !Holiday(t) && !Eve(t)
}

// Holiday tells whether a day is a public holiday (allmän helgdag); Sundays that have no name of their
// own are not counted.
func Holiday(t time.Time) bool {
	y, m, d := t.Date()
	switch at := (date{m, d}); at {
	case date{time.January, 1}, date{time.January, 6}, date{time.May, 1}, date{time.June, 6}, date{time.December, 25}, date{time.December, 26}:
		return true
	default:
		easter := Easter(y)
		for _, after := range []int{-2, 0, 1, 39, 49} { // Good Friday, Easter, the Monday, Ascension, Whit Sunday
			if at == dateOf(easter.AddDate(0, 0, after)) {
				return true
			}
		}
		return at == dateOf(saturday(y, time.June, 20)) || at == dateOf(saturday(y, time.October, 31)) // Midsummer, All Saints
	}
}

// Eve tells whether a day is the eve of Midsummer, of Christmas or of the New Year: no public holidays,
// and offices are closed.
func Eve(t time.Time) bool {
	y, m, d := t.Date()
	at := date{m, d}
	return at == date{time.December, 24} || at == date{time.December, 31} || at == dateOf(saturday(y, time.June, 20).AddDate(0, 0, -1))
}

// Easter gives Easter Sunday of a year, at midnight UTC, by the Gregorian computus of Meeus, Jones and
// Butcher (J. Meeus, Astronomical Algorithms, chapter 8).
func Easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// date is a day of any year.
type date struct {
	m time.Month
	d int
}

func dateOf(t time.Time) date { return date{t.Month(), t.Day()} }

// saturday is the first Saturday from a day on.
func saturday(year int, m time.Month, day int) time.Time {
	t := time.Date(year, m, day, 0, 0, 0, 0, time.UTC)
	return t.AddDate(0, 0, int(time.Saturday-t.Weekday()))
}
