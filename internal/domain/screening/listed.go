package screening

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is one field of the text: what stands between spaces, punctuation at its ends left out.
type span struct{ start, end int }

// listedIn finds what may be said about a listed person and asks about it: up to three words and a
// number (an address), digits in groups (a phone number), three letters and three characters (a
// plate), and whatever has an at sign.
func listedIn(text string, ask Listed, hit func(start, end int)) {
	var last [4]span // the words before, the nearest last
	have := 0
	asks := 0
	known := func(words string) bool {
		asks++
		return asks <= 20_000 && ask(strings.ToLower(words))
	}
	for at := 0; at < len(text); {
		s, next := field(text, at)
		at = next
		if s.start == s.end {
			continue
		}
		words := text[s.start:s.end]
		switch {
		case len(words) > 64:
		case strings.Contains(words, "@"):
			if known(words) {
				hit(s.start, s.end)
			}
		case isDigit(words[0]) || words[0] == '+':
			if end, digits := phoneAt(text, s.start); len(digits) >= 7 && known(digits) {
				hit(s.start, end)
				at = max(at, end)
				break
			}
			for n := 1; n <= 3 && n <= have && len(words) <= 5; n++ {
				from := last[4-n].start
				if known(joined(text, last[4-n:], s)) {
					hit(from, s.end)
					break
				}
			}
		case plateLike(words):
			if known(words) {
				hit(s.start, s.end)
			}
		case len(words) == 3:
			if n, _ := field(text, at); n.end-n.start == 3 && plateLike(words+text[n.start:n.end]) && known(words+text[n.start:n.end]) {
				hit(s.start, n.end)
			}
		}
		copy(last[:], last[1:])
		last[3] = s
		have = min(have+1, 4)
	}
}

func joined(text string, before []span, last span) string {
	var b strings.Builder
	for _, s := range before {
		b.WriteString(text[s.start:s.end])
		b.WriteByte(' ')
	}
	b.WriteString(text[last.start:last.end])
	return b.String()
}

// field gives the next field at or after at, and where to go on.
func field(text string, at int) (span, int) {
	for at < len(text) && text[at] <= ' ' {
		at++
	}
	start := at
	for at < len(text) && text[at] > ' ' {
		at++
	}
	end := at
	for start < end {
		r, n := utf8.DecodeRuneInString(text[start:end])
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+' {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(text[start:end])
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			break
		}
		end -= n
	}
	return span{start, end}, at
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// phoneAt reads digits in groups from start: 070-174 06 05, +46 70 174 06 05; the country's number is
// written as a leading zero.
func phoneAt(text string, start int) (int, string) {
	var digits []byte
	end, i := start, start
	for i < len(text) && len(digits) <= 15 {
		switch c := text[i]; {
		case isDigit(c):
			digits = append(digits, c)
			end = i + 1
		case c == '+' && i == start, (c == ' ' || c == '-' || c == '/' || c == '(' || c == ')') && i-end < 2:
		default:
			i = len(text)
		}
		i++
	}
	out := string(digits)
	if rest, ok := strings.CutPrefix(out, "0046"); ok {
		out = "0" + strings.TrimPrefix(rest, "0")
	} else if rest, ok := strings.CutPrefix(out, "46"); ok && text[start] == '+' {
		out = "0" + strings.TrimPrefix(rest, "0")
	}
	return end, out
}

// plateLike is a Swedish car's plate: ABC123 or ABC12D.
func plateLike(s string) bool {
	if len(s) != 6 || !isDigit(s[3]) || !isDigit(s[4]) {
		return false
	}
	for _, c := range []byte(s[:3]) {
		if asciiSym[c&127] < 'a' || c >= 0x80 {
			return false
		}
	}
	return asciiSym[s[5]&127] != 0 && s[5] < 0x80
}
