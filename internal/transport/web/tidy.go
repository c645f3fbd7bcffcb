package web

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tidy makes what came from outside fit to keep: line ends as \n, no blanks around it. It says
// false for what no keyboard writes: broken UTF-8, control characters, and the marks that
// reverse the reading direction, with which a name can be made to look like another.
func tidy(s string, lines bool) (string, bool) {
	if !utf8.ValidString(s) {
		return "", false
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for _, c := range s {
		switch {
		case c == '\n' && lines, c == '\t' && lines:
		case unicode.IsControl(c), c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069:
			return "", false
		}
	}
	return strings.TrimSpace(s), true
}
