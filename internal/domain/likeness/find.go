package likeness

import (
	"math/big"
	"regexp"
	"strings"
)

var (
	addressText = regexp.MustCompile(`(?i)[\p{L}0-9._%+'-]{1,64}@[\p{L}0-9](?:[\p{L}0-9.-]{0,180}[\p{L}0-9])?\.\p{L}{2,24}`)
	phoneText   = regexp.MustCompile(`(?:\+|\b00|\b0)[0-9(][0-9()  ./‑–-]{5,22}[0-9]`)
	plateText   = regexp.MustCompile(`\b[A-HJ-PR-UW-Z]{3} ?[0-9]{2}[0-9A-HJ-NPR-UW-Z]\b`)
	bornText    = regexp.MustCompile(`\b(?:[0-9]{2})?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[-+–][0-9]{4}\b`)
	linkText    = regexp.MustCompile(`(?i)\b(?:www\.|m\.|mobile\.)?(facebook|instagram|x|twitter|tiktok|t|youtube|threads|snapchat|flashback|vk)\.(?:com|net|me|org)/(?:@|add/|profile\.php\?id=)?([\p{L}0-9._-]{2,60})`)
	handleText  = regexp.MustCompile(`(?:^|[\s(:,"'])@([\p{L}0-9_](?:[\p{L}0-9._]{1,38}[\p{L}0-9_]))`)
	ibanText    = regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b`)
)

func addresses(text string) []Trace {
	var out []Trace
	for _, m := range addressText.FindAllString(text, MostTraces) {
		out = append(out, Trace{Address, strings.ToLower(strings.Trim(m, ".'-"))})
	}
	return out
}

// accounts are names on networks, wherever they are linked to or written with an at sign, and IBAN.
func accounts(text string) []Trace {
	var out []Trace
	for _, m := range linkText.FindAllStringSubmatch(text, MostTraces) {
		network := strings.ToLower(m[1])
		switch network {
		case "twitter":
			network = "x"
		case "t":
			network = "telegram"
		}
		out = append(out, Trace{Account, network + ":" + strings.ToLower(strings.Trim(m[2], "."))})
	}
	for _, m := range handleText.FindAllStringSubmatch(text, MostTraces) {
		out = append(out, Trace{Account, "@" + strings.ToLower(m[1])})
	}
	for _, m := range ibanText.FindAllString(text, MostTraces) {
		if n := strings.ReplaceAll(m, " ", ""); ibanHolds(n) {
			out = append(out, Trace{Account, n})
		}
	}
	return out
}

// ibanHolds is the check of ISO 13616: modulo 97.
func ibanHolds(n string) bool {
	if len(n) < 15 || len(n) > 34 {
		return false
	}
	var digits strings.Builder
	for _, r := range n[4:] + n[:4] {
		if r >= 'A' {
			digits.WriteString(big.NewInt(int64(r - 'A' + 10)).String())
			continue
		}
		digits.WriteRune(r)
	}
	v, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && new(big.Int).Mod(v, big.NewInt(97)).Int64() == 1
}

// phones are numbers as they are dialled from Sweden, in E.164. A personal identity number that begins
// with a nought is none.
func phones(text string) []Trace {
	for _, other := range []*regexp.Regexp{bornText, ibanText} {
		text = other.ReplaceAllString(text, "x")
	}
	var out []Trace
	for _, m := range phoneText.FindAllString(text, MostTraces) {
		n := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' {
				return r
			}
			return -1
		}, m)
		switch {
		case strings.HasPrefix(n, "00"):
			n = "+" + n[2:]
		case strings.HasPrefix(n, "0"):
			n = "+46" + n[1:]
		}
		n = strings.Replace(n, "+460", "+46", 1) // +46 (0)70
		if len(n) >= 9 && len(n) <= 16 && n[1] != '0' {
			out = append(out, Trace{Phone, n})
		}
	}
	return out
}

func plates(text string) []Trace {
	var out []Trace
	for _, m := range plateText.FindAllString(text, MostTraces) {
		out = append(out, Trace{Plate, strings.ReplaceAll(m, " ", "")})
	}
	return out
}
