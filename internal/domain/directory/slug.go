package directory

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const maxSlug = 60

// reserved are the parts of the public addresses that are no person's.
func reserved(s string) bool {
	return slices.Contains([]string{"organ", "bekrafta", "foretradare", "export"}, s)
}

// Slug is the part of a public address that a name gives: lower case, a to z, digits, with hyphens.
func Slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case r == 'ø':
			b.WriteByte('o')
		case r == 'æ':
			b.WriteString("ae")
		case unicode.Is(unicode.Mn, r):
		default:
			gap = true
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	s := strings.Trim(b.String(), "-")
	if s == "" || reserved(s) {
		s = "ledamot"
	}
	return s
}

// Unique gives the first of slug, slug-2, slug-3 and so on that is not taken.
func Unique(slug string, taken func(string) bool) string {
	for n, try := 2, slug; ; n++ {
		if !taken(try) {
			return try
		}
		try = slug + "-" + strconv.Itoa(n)
	}
}

// LocalPart is what an official address is called before its @: asta.lindvik.
func LocalPart(slug string) string { return strings.ReplaceAll(slug, "-", ".") }

func ordered(set map[string]bool) []string {
	return slices.Sorted(maps.Keys(set))
}
