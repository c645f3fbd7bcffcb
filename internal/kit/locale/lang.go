// Package locale holds every text that people see, in each language, and how dates and numbers are written.
package locale

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Lang is a language tag: "sv" or "en".
type Lang string

// Swedish comes first everywhere; English is whole.
const (
	Swedish Lang = "sv"
	English Lang = "en"
)

// Langs lists the languages that the texts exist in, the default one first.
func Langs() []Lang { return []Lang{Swedish, English} }

// Known gives the language that a tag names, if there are texts in it.
func Known(tag string) (Lang, bool) {
	base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	l := Lang(base)
	return l, slices.Contains(Langs(), l)
}

// Prefer chooses the language that an Accept-Language header asks for (RFC 9110 12.5.4);
// Swedish when it asks for none that exists.
func Prefer(header string) Lang {
	type wish struct {
		lang Lang
		q    float64
	}
	var wishes []wish
	for i, part := range strings.Split(header, ",") {
		if i == 20 { // nobody lists more in earnest
			break
		}
		tag, params, _ := strings.Cut(part, ";")
		l, ok := Known(tag)
		if q := weight(params); ok && q > 0 {
			wishes = append(wishes, wish{l, q})
		}
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.q, a.q) })
	if len(wishes) == 0 {
		return Swedish
	}
	return wishes[0].lang
}

func weight(params string) float64 {
	v, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(v, 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
