// Package registration models the entries of an authority's register (diarium): their numbers,
// and what may be said in the open about a record that is secret.
package registration

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"varn/internal/kit/fault"
)

// Limits of numbers.
const (
	MaxPattern = 60 // characters
	MaxWidth   = 9
	MaxSerial  = 999_999_999
	MaxSub     = 99_999
	minYear    = 1900
	maxYear    = 2999
)

// Pattern (nummermönster) is how an authority writes its numbers: text with {year}, {n} for the
// serial number ({n:4} pads it with zeros to four digits) and, last, perhaps {sub} for a record's
// number within its case. What stands between {n} and {sub} is left out with it.
//
//	KS {year}/{n:4}          KS 2018/0316
//	Dnr {year}/{n}-{sub}     Dnr 2012/472-70, or Dnr 2012/472 for the case
type Pattern struct{ parts []part }

type partKind int

const (
	text partKind = iota
	year
	serial
	sub
)

type part struct {
	kind  partKind
	text  string
	width int
}

// Number is what a written number says.
type Number struct {
	Year, Serial int
	Sub          int // 0: the case itself
}

// ParsePattern reads a pattern; its error names the field "pattern" and says what is wrong.
func ParsePattern(raw string) (Pattern, error) {
	if !utf8.ValidString(raw) || utf8.RuneCountInString(raw) > MaxPattern {
		return Pattern{}, fault.In("pattern", "field.too-long", MaxPattern)
	}
	if raw != strings.TrimSpace(raw) || strings.ContainsFunc(raw, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return Pattern{}, fault.In("pattern", "field.bytes")
	}
	var p Pattern
	for raw != "" {
		open := strings.IndexByte(raw, '{')
		if open < 0 {
			open = len(raw)
		}
		if open > 0 {
			p.parts = append(p.parts, part{kind: text, text: raw[:open]})
		}
		if raw = raw[open:]; raw == "" {
			break
		}
		end := strings.IndexByte(raw, '}')
		if end < 0 {
			return Pattern{}, fault.In("pattern", "registration.mark")
		}
		mark, ok := readMark(raw[1:end])
		if !ok {
			return Pattern{}, fault.In("pattern", "registration.mark")
		}
		p.parts = append(p.parts, mark)
		raw = raw[end+1:]
	}
	return p, p.check()
}

func readMark(raw string) (part, bool) {
	switch raw {
	case "year":
		return part{kind: year}, true
	case "n":
		return part{kind: serial}, true
	case "sub":
		return part{kind: sub}, true
	}
	digits, ok := strings.CutPrefix(raw, "n:")
	width, err := strconv.Atoi(digits)
	return part{kind: serial, width: width}, ok && err == nil && len(digits) == 1 && width >= 1 && width <= MaxWidth
}

// check sees to it that numbers can be told apart: each mark once, {sub} last with text before
// it, and no digit beside a mark.
func (p Pattern) check() error {
	count := map[partKind]int{}
	for i, one := range p.parts {
		count[one.kind]++
		if strings.Contains(one.text, "}") {
			return fault.In("pattern", "registration.mark")
		}
		if i == 0 {
			continue
		}
		before := p.parts[i-1]
		switch {
		case one.kind != text && before.kind != text:
			return fault.In("pattern", "registration.apart")
		case one.kind != text && i > 1 && !separates(before.text):
			return fault.In("pattern", "registration.apart")
		case one.kind != text && endsInDigit(before.text), one.kind == text && one.text[0] >= '0' && one.text[0] <= '9':
			return fault.In("pattern", "registration.apart")
		}
	}
	if count[year] != 1 || count[serial] != 1 || count[sub] > 1 {
		return fault.In("pattern", "registration.marks")
	}
	if last := len(p.parts) - 1; count[sub] == 1 && (p.parts[last].kind != sub || p.parts[last-2].kind != serial) {
		return fault.In("pattern", "registration.sub-last")
	}
	return nil
}

// separates tells whether a text between two marks holds them apart also without its spaces.
func separates(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsDigit(r) })
}

func endsInDigit(s string) bool { return s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

// HasSub tells whether records within a case are numbered.
func (p Pattern) HasSub() bool { return len(p.parts) > 0 && p.parts[len(p.parts)-1].kind == sub }

// String is the pattern as it is written.
func (p Pattern) String() string {
	var b strings.Builder
	for _, one := range p.parts {
		switch one.kind {
		case text:
			b.WriteString(one.text)
		case year:
			b.WriteString("{year}")
		case serial:
			b.WriteString("{n")
			if one.width > 0 {
				fmt.Fprintf(&b, ":%d", one.width)
			}
			b.WriteString("}")
		case sub:
			b.WriteString("{sub}")
		}
	}
	return b.String()
}
