package screening

import "unicode/utf8"

// A word is read as symbols, one byte each: a to z, the three Swedish letters, digits, a mask (d*da) and
// anything else that is a letter.
const (
	symÅ    = 1
	symÄ    = 2
	symÖ    = 3
	symElse = 4
	symGone = 5 // nothing stands here: soft hyphen, zero width, an accent
	symRing = 6 // combining ring: the a before it was an å
	symDots = 7 // combining diaeresis
	symMask = '*'
)

// asciiSym gives each ASCII byte its symbol; 0 parts words.
var asciiSym = func() (t [128]byte) {
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-32] = byte(c), byte(c)
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = byte(c)
	}
	return t
}()

// lookAlikes writes letters of other alphabets, and letters with accents, as the letter that the eye
// takes them for. Source: Unicode confusables.txt, the part that concerns a to ö, chosen by hand.
var lookAlikes = map[byte]string{
	'a': "àáâãāăąАаΑαɑạảａＡ", 'b': "ВвЬьΒβƅḅ", 'c': "çćčСсϹϲⅽ", 'd': "ďđԁḍⅾ", 'e': "èéêëēĕėęěЕеЁёЄєΕεẹ℮",
	'f': "ƒϝ", 'g': "ğģɡԍ", 'h': "ĥħНнһΗ", 'i': "ìíîïĩīĭįıІіΙιЇї¡", 'j': "ĵЈј", 'k': "ķКкΚκ", 'l': "ĺļľłӀⅼℓ",
	'm': "МмΜⅿ", 'n': "ñńņňпηΝ", 'o': "òóôõōŏőОоΟοσ", 'p': "РрΡρ", 'q': "ԛ", 'r': "ŕŗřгɾ", 's': "śŝşšЅѕ", 't': "ţťŧТтΤτ",
	'u': "ùúûüũūŭůűųυц", 'v': "ѵνⅴ", 'w': "ŵԝω", 'x': "ХхΧχⅹ", 'y': "ýÿŷУуΥүγ", 'z': "źżžΖʐ",
	symÅ: "åÅǻǺÅ", symÄ: "äÄæÆӓӒ", symÖ: "öÖøØœŒӧӦ",
}

// lowSym is the symbol of each rune under 0x2180; 0 parts words.
var lowSym = func() *[0x2180]byte {
	t := new([0x2180]byte)
	letters := func(from, to rune) {
		for r := from; r < to; r++ {
			t[r] = symElse
		}
	}
	letters(0xC0, 0x2C2)
	letters(0x370, 0x2000) // every other alphabet up to the punctuation of general use
	t[0xD7], t[0xF7] = 0, 0
	for r := 0x300; r < 0x370; r++ {
		t[r] = symGone
	}
	t[0x308], t[0x30A] = symDots, symRing
	for r := 0x200B; r <= 0x200F; r++ {
		t[r] = symGone
	}
	for r := 0x202A; r <= 0x202E; r++ {
		t[r] = symGone
	}
	for r := 0x2060; r <= 0x206F; r++ {
		t[r] = symGone
	}
	t[0xAD] = symGone
	for s, runes := range lookAlikes {
		for _, r := range runes {
			if r < 0x2180 {
				t[r] = s
			}
		}
	}
	for r := rune(0xC0); r < 0x250; r++ { // capitals of the accented letters above
		if t[r] == symElse && t[r+1] != symElse && r%2 == 0 {
			t[r] = t[r+1]
		}
	}
	for r := rune(0xC0); r < 0xDE; r++ {
		if t[r] == symElse {
			t[r] = t[r+32]
		}
	}
	return t
}()

// symbol reads the next character: its symbol (0 parts words) and its length in bytes.
func symbol(text string, at int) (byte, int) {
	c := text[at]
	if c < utf8.RuneSelf {
		return asciiSym[c], 1
	}
	if c == 0xC3 && at+1 < len(text) { // å ä ö and their like, nearly all there is above ASCII
		if d := text[at+1]; d&0xC0 == 0x80 {
			return lowSym[0xC0|rune(d&0x3F)], 2
		}
	}
	r, n := utf8.DecodeRuneInString(text[at:])
	switch {
	case r < 0x2180 && !(r == utf8.RuneError && n == 1):
		return lowSym[r], n
	case r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F:
		return symGone, n
	case r >= 0xFF21 && r <= 0xFF3A:
		return byte(r-0xFF21) + 'a', n
	case r >= 0xFF41 && r <= 0xFF5A:
		return byte(r-0xFF41) + 'a', n
	case r >= 0x24B6 && r <= 0x24E9:
		return byte((r-0x24B6)%26) + 'a', n
	case r >= 0x1D400 && r < 0x1D6A4: // mathematical letters, 26 capitals and 26 small by turns
		return byte((r-0x1D400)%26) + 'a', n
	case r >= 0x2C00 && r < 0x2E00 || r >= 0x3040 && r < 0xD7B0:
		return symElse, n
	}
	return 0, n
}

// leet are the digits and signs that stand for letters inside a word, first and second reading.
func leet(s byte, second bool) byte {
	switch s {
	case '0':
		if second {
			return symÖ
		}
		return 'o'
	case '1':
		if second {
			return 'l'
		}
		return 'i'
	case '3':
		return 'e'
	case '4':
		if second {
			return symÄ
		}
		return 'a'
	case '5':
		return 's'
	case '7':
		return 't'
	case '8':
		return 'b'
	}
	return s
}

const (
	hashStart = 0xcbf29ce484222325
	hashPrime = 0x9E3779B97F4A7C15
)

func step(h uint64, s byte) uint64 {
	h = (h ^ uint64(s)) * hashPrime
	return h ^ h>>29
}

func hashOf(syms []byte) uint64 {
	h := uint64(hashStart)
	for _, s := range syms {
		h = step(h, s)
	}
	return h
}

// symbols folds one word of ours, as the lexicon and the rules write them.
func symbols(word string) []byte {
	var out []byte
	for i := 0; i < len(word); {
		s, n := symbol(word, i)
		if word[i] == symMask {
			s = symMask
		}
		if s != 0 && s != symGone {
			out = append(out, s)
		}
		i += n
	}
	return out
}
