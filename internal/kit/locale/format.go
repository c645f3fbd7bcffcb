package locale

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the zone must be there on a machine without the database
)

const noBreak = "\u00a0"

// Zone is where the organisation's clock hangs: Sweden.
func Zone() *time.Location { return zone() }

var zone = sync.OnceValue(func() *time.Location {
	z, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		return time.UTC // impossible: the database is built in
	}
	return z
})

func months(l Lang) []string {
	if l == English {
		return []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	}
	return []string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"}
}

// Day writes a date in words: "21 november 2026". The zero time is a dash.
func (l Lang) Day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(Zone())
	return fmt.Sprintf("%d%s%s %d", t.Day(), noBreak, months(l)[t.Month()-1], t.Year())
}

// Clock writes the time of day: "19.40" in Swedish, "19:40" in English.
func (l Lang) Clock(t time.Time) string {
	if l == English {
		return t.In(Zone()).Format("15:04")
	}
	return t.In(Zone()).Format("15.04")
}

// Moment writes date and time: "21 november 2026 kl. 19.40".
func (l Lang) Moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	at := " kl." + noBreak
	if l == English {
		at = " at "
	}
	return l.Day(t) + at + l.Clock(t)
}

// Number writes a whole number in groups of three: "12 500", in English "12,500".
func (l Lang) Number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "−", digits[1:]
	}
	between := noBreak
	if l == English {
		between = ","
	}
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, groups...), between)
}

// Size writes a number of bytes: "1,4 MB", in English "1.4 MB".
func (l Lang) Size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	v, i := float64(n), 0
	for v >= 1000 && i < len(units)-1 {
		v, i = v/1000, i+1
	}
	s := strconv.FormatFloat(v, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if l != English {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s + noBreak + units[i]
}

func (l Lang) write(a any) string {
	switch a := a.(type) {
	case string:
		return a
	case int:
		return l.Number(int64(a))
	case int64:
		return l.Number(a)
	case time.Time:
		return l.Moment(a)
	}
	return fmt.Sprint(a)
}
