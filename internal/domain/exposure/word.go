package exposure

// letterAt is the length in bytes of the letter that begins at i, or 0. What is above ASCII counts as
// a letter, but for punctuation and spaces.
func letterAt(b []byte, i int) int {
	if i >= len(b) {
		return 0
	}
	c := b[i]
	switch {
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return 1
	case c < 0xC3 || c == 0xE2 || i+1 >= len(b):
		return 0
	case c < 0xE0:
		return 2
	case c < 0xF0 && i+2 < len(b) && c != 0xEF:
		return 3
	}
	return 0
}

// letterBefore is the length in bytes of the letter that ends before i, or 0.
func letterBefore(b []byte, i int) int {
	if i == 0 {
		return 0
	}
	c := b[i-1]
	switch {
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		return 1
	case c < 0x80 || c >= 0xC0:
		return 0
	case i >= 2 && letterAt(b, i-2) == 2:
		return 2
	case i >= 3 && letterAt(b, i-3) == 3:
		return 3
	}
	return 0
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func isAlnum(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

// capitalAt tells whether a capital letter begins at i.
func capitalAt(b []byte, i int) bool {
	if i >= len(b) {
		return false
	}
	if c := b[i]; c >= 'A' && c <= 'Z' {
		return true
	}
	return b[i] == 0xC3 && i+1 < len(b) && b[i+1] >= 0x80 && b[i+1] <= 0x9E && b[i+1] != 0x97
}

// wordStart goes back from end over letters, and over hyphens inside the word.
func wordStart(b []byte, end, least int) int {
	i := end
	for i > least {
		if c := b[i-1] | 0x20; c >= 'a' && c <= 'z' {
			i--
			continue
		}
		n := letterBefore(b, i)
		if n == 0 && b[i-1] == '-' && i < end && letterBefore(b, i-1) > 0 && letterAt(b, i) > 0 {
			n = 1
		}
		if n == 0 || i-n < least {
			break
		}
		i -= n
	}
	return i
}

// wordEnd goes on from i over letters.
func wordEnd(b []byte, i int) int {
	for i < len(b) {
		if c := b[i] | 0x20; c >= 'a' && c <= 'z' {
			i++
			continue
		}
		n := letterAt(b, i)
		if n == 0 {
			break
		}
		i += n
	}
	return i
}

// folds gives the letter under the accent of each letter that begins with 0xC3.
var folds = func() (t [64]byte) {
	for from, letters := range map[byte]string{0: "aaaaaaaceeeeiiiidnooooo", 24: "ouuuuyts"} {
		for i := range letters {
			t[from+byte(i)], t[from+32+byte(i)] = letters[i], letters[i]
		}
	}
	t[0x9F&0x3F], t[0xBF&0x3F] = 's', 'y'
	t[0x97&0x3F], t[0xB7&0x3F] = 0, 0
	return t
}()

// fold appends the word in small letters without accents or dots: Åsa, A\u030Asa and asa are one.
func fold(dst, word []byte) []byte {
	for i := 0; i < len(word); i++ {
		c := word[i]
		switch {
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c+32)
		case c < 0x80:
			dst = append(dst, c)
		case c == 0xC3 && i+1 < len(word):
			i++
			if f := folds[word[i]&0x3F]; f != 0 {
				dst = append(dst, f)
			}
		case (c == 0xCC || c == 0xCD) && i+1 < len(word): // combining marks
			i++
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// lineStart and lineEnd bound the line at i, at most reach bytes away.
func lineStart(b []byte, i, reach int) int {
	least := max(0, i-reach)
	for i > least && b[i-1] != '\n' && b[i-1] != '\r' {
		i--
	}
	return i
}

func lineEnd(b []byte, i, reach int) int {
	most := min(len(b), i+reach)
	for i < most && b[i] != '\n' && b[i] != '\r' {
		i++
	}
	return i
}

// space is the length of one space at i, also one that doesn't break, or 0.
func space(b []byte, i int) int {
	if i >= len(b) {
		return 0
	}
	switch {
	case b[i] == ' ':
		return 1
	case b[i] == 0xC2 && i+1 < len(b) && b[i+1] == 0xA0:
		return 2
	case b[i] == 0xE2 && i+2 < len(b) && b[i+1] == 0x80 && (b[i+2] == 0xAF || b[i+2] >= 0x80 && b[i+2] <= 0x8A):
		return 3
	}
	return 0
}

// spaceBefore is the length of one space before i, or 0.
func spaceBefore(b []byte, i int) int {
	for n := 1; n <= 3 && n <= i; n++ {
		if space(b, i-n) == n {
			return n
		}
	}
	return 0
}

// dash is the length of a hyphen, dash or minus at i, or 0.
func dash(b []byte, i int) int {
	if i >= len(b) {
		return 0
	}
	switch {
	case b[i] == '-':
		return 1
	case b[i] == 0xC2 && i+1 < len(b) && b[i+1] == 0xAD: // soft hyphen
		return 2
	case b[i] == 0xE2 && i+2 < len(b) && (b[i+1] == 0x80 && b[i+2] >= 0x90 && b[i+2] <= 0x95 || b[i+1] == 0x88 && b[i+2] == 0x92):
		return 3
	}
	return 0
}
