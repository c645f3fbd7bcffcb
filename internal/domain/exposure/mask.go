package exposure

import (
	"bytes"
	"unicode/utf8"
)

// Mask hides a value of a kind: enough is left to know it again, too little to use it.
func Mask(k Kind, value string) string { return string(maskTo(nil, k, []byte(value))) }

// maskTo appends the masked value: every letter and digit is a star, but for
// the year of a birth, the last two digits of a phone or an account, a mail address's first letter and
// domain, the first letter of each other word, and the town of a postal code.
func maskTo(dst []byte, k Kind, v []byte) []byte {
	switch k {
	case Personnummer, CoordinationNumber:
		keep := 2
		if digitsIn(v) == 12 {
			keep = 4
		}
		return stars(dst, v, func(i, digit int, first bool) bool { return digit < keep })
	case Phone, BankAccount, IBAN, Bankgiro, Plusgiro:
		n := digitsIn(v)
		return stars(dst, v, func(i, digit int, first bool) bool { return digit >= n-2 })
	case Email:
		if at := bytes.LastIndexByte(v, '@'); at > 0 {
			dst = stars(dst, v[:at], func(i, digit int, first bool) bool { return i == 0 })
			return append(dst, v[at:]...)
		}
	case PostalCode:
		return stars(dst, v, func(i, digit int, first bool) bool { return digit < 0 || digit < 1 })
	case Coordinates:
		return stars(dst, v, func(i, digit int, first bool) bool { return false })
	case VehicleRegistration:
		return stars(dst, v, func(i, digit int, first bool) bool { return i == 0 })
	case SocialHandle:
		if slash := bytes.LastIndexByte(v, '/'); slash > 0 {
			return stars(append(dst, v[:slash+1]...), v[slash+1:], func(i, digit int, first bool) bool { return i == 0 })
		}
	case SignatureImage:
		if dot := bytes.LastIndexByte(v, '.'); dot > 0 {
			dst = stars(dst, v[:dot], func(i, digit int, first bool) bool { return first })
			return append(dst, v[dot:]...)
		}
	}
	return stars(dst, v, func(i, digit int, first bool) bool { return first })
}

// stars writes a star for each letter and digit but those to keep: i is the byte, digit how many digits
// stand before a digit (-1 for a letter), first whether a letter begins a word.
func stars(dst, v []byte, keep func(i, digit int, first bool) bool) []byte {
	digits, begins := 0, true
	for i := 0; i < len(v); {
		c := v[i]
		n, hide := 1, true
		switch {
		case isDigit(c):
			hide = !keep(i, digits, false)
			digits++
			begins = false
		case c < utf8.RuneSelf && c|0x20 >= 'a' && c|0x20 <= 'z':
			hide = !keep(i, -1, begins)
			begins = false
		case c < utf8.RuneSelf:
			hide, begins = false, true
		default:
			if n = letterAt(v, i); n > 0 {
				hide = !keep(i, -1, begins)
				begins = false
			} else {
				_, n = utf8.DecodeRune(v[i:])
				hide, begins = false, true
			}
		}
		if hide {
			dst = append(dst, '*')
		} else {
			dst = append(dst, v[i:i+n]...)
		}
		i += n
	}
	return dst
}

// blot hides a part of a value altogether.
func blot(dst, v []byte) []byte {
	return stars(dst, v, func(int, int, bool) bool { return false })
}

func digitsIn(v []byte) int {
	n := 0
	for _, c := range v {
		if isDigit(c) {
			n++
		}
	}
	return n
}

func lowered(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 32
		}
		out[i] = c
	}
	return out
}
