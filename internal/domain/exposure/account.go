package exposure

import "slices"

// IBAN's length by country (SWIFT IBAN registry).
var ibanLength = map[[2]byte]int{
	{'S', 'E'}: 24, {'N', 'O'}: 15, {'D', 'K'}: 18, {'F', 'I'}: 18, {'D', 'E'}: 22, {'G', 'B'}: 22, {'F', 'R'}: 27, {'E', 'S'}: 24, {'I', 'T'}: 27,
	{'N', 'L'}: 18, {'B', 'E'}: 16, {'P', 'L'}: 28, {'A', 'T'}: 20, {'C', 'H'}: 21, {'E', 'E'}: 20, {'L', 'V'}: 21, {'L', 'T'}: 20, {'I', 'S'}: 26,
	{'I', 'E'}: 22, {'P', 'T'}: 25, {'L', 'U'}: 20, {'C', 'Z'}: 24, {'H', 'U'}: 28, {'R', 'O'}: 24, {'B', 'G'}: 22, {'H', 'R'}: 21, {'S', 'I'}: 19,
	{'S', 'K'}: 24, {'G', 'R'}: 27, {'M', 'T'}: 31, {'C', 'Y'}: 28, {'F', 'O'}: 18, {'G', 'L'}: 18, {'T', 'R'}: 26, {'B', 'A'}: 20, {'R', 'S'}: 22,
	{'U', 'A'}: 29, {'A', 'L'}: 28, {'M', 'K'}: 19, {'X', 'K'}: 20, {'L', 'I'}: 21, {'M', 'C'}: 27, {'S', 'M'}: 27, {'A', 'E'}: 23, {'I', 'L'}: 23,
}

// iban finds an IBAN whose check digits begin at i (ISO 13616, modulus 97 of ISO 7064).
func (f *finder) iban(i int) (int, bool) {
	b := f.b
	start := i - 2
	if start < 0 || start > 0 && isAlnum(b[start-1]) {
		return 0, false
	}
	country := [2]byte{b[start] &^ 0x20, b[start+1] &^ 0x20}
	want := ibanLength[country]
	if want == 0 || b[start]>>5 != b[start+1]>>5 {
		return 0, false
	}
	n, sum, j := 0, 0, i
	for ; j < len(b) && n < want-4+2; j++ {
		c := b[j]
		switch {
		case isDigit(c):
			if n >= 2 {
				sum = (sum*10 + int(c-'0')) % 97
			}
		case c|0x20 >= 'a' && c|0x20 <= 'z' && n >= 2:
			sum = (sum*100 + int(c&^0x20-'A') + 10) % 97
		default:
			m := space(b, j)
			if m == 0 {
				m = dash(b, j)
			}
			if m == 0 || j+m >= len(b) || !isAlnum(b[j+m]) {
				return 0, false
			}
			j += m - 1
			continue
		}
		n++
	}
	if n != want-2 || j < len(b) && isAlnum(b[j]) {
		return 0, false
	}
	sum = (sum*10000 + int(country[0]-'A'+10)*100 + int(country[1]-'A') + 10) % 97
	if (sum*100+number2(b[i:]))%97 != 1 {
		return 0, false
	}
	f.hit(IBAN, start, j, 0.97, "iban")
	return j, true
}

// giro finds a Bankgiro (123-4567, 1234-5678) or a Plusgiro (12 34 56-7): a word must say that it is one.
func (f *finder) giro(d *number) (int, bool) {
	if d.len(0) > 8 {
		return 0, false
	}
	b := f.b
	start := d.from[0]
	if start > 1 && isDigit(b[start-2]) && (b[start-1] == '-' || b[start-1] == '.' || b[start-1] == ',' || b[start-1] == '/') {
		return 0, false
	}
	pair := (d.len(0) == 3 || d.len(0) == 4) && d.len(1) == 4 && (d.by[0] == hyphen || d.by[0] == spaced || d.by[0] == blank) && (d.n == 2 || d.by[1] != hyphen) && luhn(d.digitsOf(f.digits[:0], b, 0, 2))
	if !(pair || (d.len(0) == 7 || d.len(0) == 8) && luhn(b[start:d.to[0]]) || plusgiroEnd(b, d, true) > 0) {
		return 0, false
	}
	a := f.cuesAt(start, d.to[0])
	bank, plus := a.near(cueBankgiro, 4), a.near(cuePlusgiro, 4)
	if !bank && !plus {
		return 0, false
	}
	if plus && a[cuePlusgiro] <= a[cueBankgiro] {
		if stop, ok := f.plusgiro(d, a); ok {
			return stop, true
		}
	}
	if bank && pair {
		f.hit(Bankgiro, start, d.to[1], 0.93, "bankgiro")
		return d.to[1], true
	}
	if bank && a.near(cueBankgiro, 1) && (d.len(0) == 7 || d.len(0) == 8) && d.by[0] != hyphen && luhn(b[start:d.to[0]]) {
		f.hit(Bankgiro, start, d.to[0], 0.85, "bankgiro")
		return d.to[0], true
	}
	if plus {
		return f.plusgiro(d, a)
	}
	return 0, false
}

func (f *finder) plusgiro(d *number, a *around) (int, bool) {
	k := plusgiroEnd(f.b, d, a.near(cuePlusgiro, 1))
	if k == 0 {
		return 0, false
	}
	f.hit(Plusgiro, d.from[0], d.to[k-1], 0.93, "plusgiro")
	return d.to[k-1], true
}

// plusgiroEnd is how many groups are a Plusgiro with the right check digit, or 0; bare: also without a hyphen.
func plusgiroEnd(b []byte, d *number, bare bool) int {
	k := 0
	for k < d.n-1 && d.by[k] == blank && d.len(k) <= 3 {
		k++
	}
	switch {
	case (d.by[k] == hyphen || d.by[k] == spaced) && d.len(k+1) == 1:
		k += 2
	case bare && k == 0 && d.by[0] != hyphen && d.len(0) >= 5:
		k = 1
	default:
		return 0
	}
	var buf [40]byte
	digits := d.digitsOf(buf[:0], b, 0, k)
	if len(digits) < 3 || len(digits) > 8 || !luhn(digits) {
		return 0
	}
	return k
}

// clearing tells how a bank's account numbers are checked, by the range of its clearing numbers.
// Source: Bankgirot, "Bankernas kontonummer", as two open libraries have it; read November 2026.
type clearing struct {
	from, to int
	check    checkKind
}

type checkKind byte

const (
	elevenOf10 checkKind = iota // seven digits; modulus 11 over the clearing number but its first digit
	elevenOf11                  // seven digits; modulus 11 over all
	tenOf10                     // ten digits; modulus 10
	elevenOf9                   // eight or nine digits; modulus 11
	tenOfAll                    // up to ten digits; modulus 10
)

var clearings = []clearing{
	{1100, 1399, elevenOf10}, {1400, 2099, elevenOf10}, {2300, 2399, elevenOf11}, {2400, 2499, elevenOf10}, {3000, 3299, elevenOf10},
	{3300, 3300, tenOf10}, {3301, 3781, elevenOf10}, {3782, 3782, tenOf10}, {3783, 3999, elevenOf10}, {4000, 4999, elevenOf11},
	{5000, 5999, elevenOf10}, {6000, 6999, elevenOf9}, {7000, 7999, elevenOf10}, {8000, 8999, tenOfAll}, {9020, 9029, elevenOf11},
	{9040, 9049, elevenOf11}, {9060, 9069, elevenOf10}, {9100, 9109, elevenOf11}, {9120, 9124, elevenOf10}, {9130, 9149, elevenOf10},
	{9150, 9169, elevenOf11}, {9170, 9179, elevenOf10}, {9180, 9189, tenOf10}, {9190, 9199, elevenOf11}, {9230, 9239, elevenOf10},
	{9250, 9259, elevenOf10}, {9260, 9269, elevenOf11}, {9270, 9279, elevenOf10}, {9280, 9289, elevenOf10}, {9300, 9349, tenOf10},
	{9390, 9399, elevenOf11}, {9400, 9449, elevenOf10}, {9460, 9469, elevenOf10}, {9470, 9479, elevenOf11}, {9500, 9549, tenOfAll},
	{9550, 9569, elevenOf11}, {9570, 9579, tenOf10}, {9590, 9599, elevenOf11}, {9630, 9639, elevenOf10}, {9640, 9659, elevenOf11},
	{9660, 9679, elevenOf11}, {9680, 9689, elevenOf10}, {9700, 9709, elevenOf11}, {9780, 9789, elevenOf11}, {9880, 9889, elevenOf11},
	{9890, 9899, tenOf10}, {9960, 9969, tenOfAll},
}

// bankAccount finds a clearing number and an account number; a word must say that it is an account,
// or the name of a bank.
func (f *finder) bankAccount(d *number) (int, bool) {
	if n := d.len(0); n < 4 || n > 15 {
		return 0, false
	}
	b, start := f.b, d.from[0]
	if start > 0 && (b[start-1] == '-' || b[start-1] == '.' || b[start-1] == '/') {
		return 0, false
	}
	digits, stop := f.digits[:0], 0
	for k := 0; k < d.n && len(digits) <= 16; k++ {
		digits = append(digits, b[d.from[k]:d.to[k]]...)
		if len(digits) >= 10 && accountFits(digits) {
			stop = d.to[k]
		}
		if s := d.by[k]; s != hyphen && s != blank && s != comma && s != point && s != spaced && s != bar {
			break
		}
	}
	if stop == 0 && (d.n == 1 || d.n == 2 && d.len(1) == 1) && (d.len(0) == 4 || d.len(0) == 5) && clearingOf(number4(b[start:])) != nil {
		stop = f.parted(d)
	}
	if stop == 0 {
		return 0, false
	}
	a := f.cuesAt(start, d.to[0])
	if !a.near(cueAccount, 5) || a.near(cueRecord, 0) {
		return 0, false
	}
	f.hit(BankAccount, start, stop, 0.9, "account")
	f.personal(d, stop)
	return stop, true
}

// parted reads "clearing 5000, konto 123 45 67": the two numbers with words between.
func (f *finder) parted(d *number) int {
	b := f.b
	digits := d.digitsOf(f.digits[:0], b, 0, d.n)
	i := d.to[d.n-1]
	for most := min(len(b), i+32); i < most && !isDigit(b[i]) && b[i] != '\n'; i++ {
	}
	if i >= len(b) || !isDigit(b[i]) || i == d.to[d.n-1] {
		return 0
	}
	var rest number
	rest.read(b, i)
	stop := 0
	for k := 0; k < rest.n && len(digits) <= 16; k++ {
		digits = append(digits, b[rest.from[k]:rest.to[k]]...)
		if len(digits) >= 10 && accountFits(digits) {
			stop = rest.to[k]
		}
		if s := rest.by[k]; s != hyphen && s != blank && s != point && s != spaced {
			break
		}
	}
	return stop
}

// personal finds the identity number that some accounts are.
func (f *finder) personal(d *number, stop int) {
	for k := 1; k < d.n && d.to[k] <= stop; k++ {
		digits, last := f.digits[:0], 0
		switch {
		case d.len(k) == 10:
			digits, last = d.digitsOf(digits, f.b, k, k+1), k
		case d.len(k) == 6 && d.len(k+1) == 4:
			digits, last = d.digitsOf(digits, f.b, k, k+2), k+1
		default:
			continue
		}
		if born, ok := identityOf(digits); ok && !born.coordination {
			f.hit(Personnummer, d.from[k], d.to[last], 0.8, "identity-account")
			return
		}
	}
}

// clearingOf finds the range that a clearing number is of.
func clearingOf(number int) *clearing {
	i, found := slices.BinarySearchFunc(clearings, number, func(c clearing, n int) int {
		switch {
		case c.to < n:
			return -1
		case c.from > n:
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	return &clearings[i]
}

func accountFits(d []byte) bool {
	c := clearingOf(number4(d))
	if c == nil {
		return false
	}
	rest := d[4:]
	switch c.check {
	case elevenOf10:
		return len(rest) == 7 && modulus11(d[1:])
	case elevenOf11:
		return len(rest) == 7 && modulus11(d)
	case tenOf10:
		return len(rest) == 10 && luhn(rest)
	case elevenOf9:
		return (len(rest) == 8 || len(rest) == 9) && modulus11(rest)
	}
	if d[0] == '8' && len(d) > 10 && len(d) <= 15 && luhn(d[:5]) && luhn(d[5:]) {
		return true
	}
	return len(rest) >= 6 && len(rest) <= 10 && luhn(rest)
}
