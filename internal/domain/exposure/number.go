package exposure

// sep is what stands between two groups of digits.
type sep byte

const (
	end    sep = iota // nothing that could hold two groups together
	hyphen            // - – ‑ −
	spaced            // a hyphen with spaces around
	plus
	blank // one space
	point
	bar  // /
	pair // :
	comma
	paren // ) with or without a space after it
)

// number is digits in groups, as they stand from one place on.
type number struct {
	n    int
	from [9]int
	to   [9]int
	by   [9]sep // between group k and the next
}

func (n *number) len(k int) int {
	if k >= n.n {
		return 0
	}
	return n.to[k] - n.from[k]
}

// read reads the groups of digits at i.
func (n *number) read(b []byte, i int) {
	n.n = 0
	for n.n < len(n.from) {
		k := n.n
		n.from[k] = i
		for i < len(b) && isDigit(b[i]) {
			i++
		}
		n.to[k], n.by[k] = i, end
		n.n++
		s, j := separator(b, i)
		if s == end || j >= len(b) || !isDigit(b[j]) {
			return
		}
		n.by[k] = s
		i = j
	}
	n.by[n.n-1] = end
}

// separator reads what may stand between two groups, and where it ends.
func separator(b []byte, i int) (sep, int) {
	if i >= len(b) {
		return end, i
	}
	switch b[i] {
	case '+':
		return plus, i + 1
	case '.':
		return point, i + 1
	case '/':
		return bar, i + 1
	case ':':
		return pair, i + 1
	case ',':
		i++
		return comma, i + space(b, i)
	case ')':
		i++
		return paren, i + space(b, i)
	}
	if n := dash(b, i); n > 0 {
		i += n
		if m := space(b, i); m > 0 {
			return spaced, i + m
		}
		return hyphen, i
	}
	if n := space(b, i); n > 0 {
		i += n
		if m := dash(b, i); m > 0 {
			i += m
			return spaced, i + space(b, i)
		}
		return blank, i
	}
	return end, i
}

// digitsOf appends the digits of groups from up to to.
func (n *number) digitsOf(dst, b []byte, from, to int) []byte {
	for k := from; k < to; k++ {
		dst = append(dst, b[n.from[k]:n.to[k]]...)
	}
	return dst
}

// luhn tells whether the last digit is the check digit of modulus 10 (weights 2 and 1 from the right).
func luhn(d []byte) bool {
	sum := 0
	for i := len(d) - 1; i >= 0; i-- {
		v := int(d[i] - '0')
		if (len(d)-1-i)%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// modulus11 tells whether the last digit is the check digit of modulus 11 (weights 1 to 10 from the right, then 1).
func modulus11(d []byte) bool {
	sum := 0
	for i := range d {
		sum += int(d[len(d)-1-i]-'0') * (i%10 + 1)
	}
	return sum%11 == 0
}
