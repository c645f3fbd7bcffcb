package seal

import "strings"

// readable gives back the characters that a person read off paper: case, spaces, hyphens and line
// ends do not count, O is 0, I and L are 1. Anything else is no code.
func readable(s string) (string, error) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == ' ' || r == '-' || r == '\n' || r == '\r' || r == '\t' || r == '\u00a0' || r == '\u2013':
			continue
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		}
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(crockford, r) {
			return "", ErrFormat
		}
		b.WriteRune(r)
	}
	return b.String(), nil
}
