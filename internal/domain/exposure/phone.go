package exposure

// Numbers that are no person's: 020 and 077 are free or shared by services, 0900, 0939, 0944 and 099 are sold.
func ofServices(nsn []byte) bool {
	switch {
	case nsn[0] == '2' && nsn[1] == '0', nsn[0] == '7' && nsn[1] == '7', nsn[0] == '9' && nsn[1] == '9':
		return true
	case nsn[0] == '9' && (nsn[1] == '0' && nsn[2] == '0' || nsn[1] == '3' && nsn[2] == '9' || nsn[1] == '4' && nsn[2] == '4'):
		return true
	}
	return false
}

// phone finds a phone number at the groups that begin at i, or at the plus or parenthesis before it.
func (f *finder) phone(i int, d *number) (int, bool) {
	b := f.b
	start := i
	international := i > 0 && b[i-1] == '+'
	if international || i > 0 && b[i-1] == '(' {
		start--
	}
	if start > 0 && isDigit(b[start-1]) || international && start > 0 && isAlnum(b[start-1]) {
		return 0, false
	}
	if start > 1 && isDigit(b[start-2]) && (b[start-1] == '.' || b[start-1] == ',' && !international || b[start-1] == '-' || b[start-1] == '/' || b[start-1] == ':' || b[start-1] == '_') {
		return 0, false
	}
	if start > 0 && (b[start-1] == '-' || b[start-1] == '_') && start > 1 && isAlnum(b[start-2]) {
		return 0, false
	}
	switch {
	case international:
		return f.abroad(start, i, d)
	case b[i] == '0' && d.len(0) > 3 && b[i+1] == '0':
		return f.abroad(start, i+2, d)
	case b[i] == '0' && d.len(0) == 2 && b[i+1] == '0' && d.by[0] == blank:
		var rest number
		rest.read(b, d.from[1])
		return f.abroad(start, rest.from[0], &rest)
	case b[i] == '0' && d.len(0) >= 2 && b[i+1] != '0':
		return f.swedishPhone(start, i+1, d, false)
	}
	return 0, false
}

// abroad reads a calling code and a number at i, the digits after + or 00.
func (f *finder) abroad(start, i int, d *number) (int, bool) {
	b := f.b
	if i+2 < len(b) && b[i] == '4' && b[i+1] == '6' {
		return f.from46(start, i+2)
	}
	digits, stop, best, longest := f.digits[:0], 0, 0, 0
	for k := 0; k < d.n && len(digits) < 16; k++ {
		from := max(d.from[k], i)
		digits = append(digits, b[from:d.to[k]]...)
		if code := callingCode(digits); code > 0 && len(digits) > longest {
			best, stop, longest = code, d.to[k], len(digits)
		}
		if s := d.by[k]; s != blank && s != hyphen && s != point && s != paren && s != bar && s != spaced {
			break
		}
	}
	if best == 0 || stop < len(b) && isAlnum(b[stop]) {
		return 0, false
	}
	a := f.cuesAt(start, stop)
	named := a.near(cuePhone, 4)
	if f.unitAfter(stop) || b[start] != '+' && !named || a.near(cueRecord, 1) && !named {
		return 0, false
	}
	confidence := 0.8
	if named {
		confidence = 0.95
	}
	f.hit(Phone, start, stop, confidence, "phone-abroad")
	return stop, true
}

// callingCode is the calling code if the digits are one and a number that may exist there, or 0.
func callingCode(d []byte) int {
	code := 0
	for n := 1; n <= 3 && n+4 < len(d); n++ {
		code = code*10 + int(d[n-1]-'0')
		t := &abroad[code]
		rest := d[n:]
		if code == 0 || t.lengths == 0 {
			continue
		}
		two := number2(rest)
		if len(rest) < 16 && t.lengths>>len(rest)&1 == 1 && t.begins[two/64]>>(two%64)&1 == 1 && len(d) >= 8 {
			return code
		}
		return 0
	}
	return 0
}

// from46 reads what follows +46: a space, (0), and the number.
func (f *finder) from46(start, i int) (int, bool) {
	b := f.b
	for range 2 {
		i += space(b, i)
		if i+2 < len(b) && b[i] == '(' && b[i+1] == '0' && b[i+2] == ')' {
			i += 3
		}
		i += dash(b, i)
		i += space(b, i)
	}
	if i < len(b) && b[i] == '(' {
		i++
	}
	if i >= len(b) || !isDigit(b[i]) {
		return 0, false
	}
	var d number
	d.read(b, i)
	if b[i] == '0' {
		i++
	}
	return f.swedishPhone(start, i, &d, true)
}

// swedishPhone reads a Swedish number, the leading zero or +46 left out, in the groups d from i on.
func (f *finder) swedishPhone(start, i int, d *number, plus46 bool) (int, bool) {
	b := f.b
	nsn, stop, groups, valid := f.digits[:0], 0, 0, 0
	for k := 0; k < d.n; k++ {
		from := d.from[k]
		if k == 0 {
			from = i
		} else if n := d.len(k); k == 1 && (n < 2 || n > 8) || k > 1 && (n < 2 || n > 4) {
			break
		}
		nsn = append(nsn, b[from:d.to[k]]...)
		if len(nsn) > 9 {
			break
		}
		if len(nsn) >= 7 && swedish[number2(nsn)*10+int(nsn[2]-'0')]>>len(nsn)&1 == 1 {
			stop, groups, valid = d.to[k], k+1, len(nsn)
		}
		if s := d.by[k]; (s == point) != (d.by[0] == point) || s != point && s != blank && s != hyphen && (k > 0 || s != bar && s != paren && s != spaced) {
			break
		}
	}
	if groups == 0 || ofServices(nsn) || stop < len(b) && isAlnum(b[stop]) {
		return 0, false
	}
	if groups > 1 && !areaFits(nsn, d.to[0]-i) || f.isDate(d, groups) {
		return 0, false
	}
	if stop+1 < len(b) && isDigit(b[stop+1]) && (b[stop] == '-' || b[stop] == ':' || b[stop] == '/') {
		return 0, false
	}
	confidence, rule := f.judgePhone(start, stop, nsn[:valid], d, groups, plus46)
	if confidence == 0 {
		return 0, false
	}
	f.hit(Phone, start, stop, confidence, rule)
	return stop, true
}

func isMobile(nsn []byte) bool {
	return len(nsn) == 9 && nsn[0] == '7' && (nsn[1] == '0' || nsn[1] == '2' || nsn[1] == '3' || nsn[1] == '6' || nsn[1] == '9')
}

// areaFits tells whether the first n digits of a number are its area code, or what is written as one.
func areaFits(nsn []byte, n int) bool {
	switch {
	case nsn[0] == '8':
		return n == 1
	case nsn[0] == '7':
		return n == 2 || n == 3 // 070-, 0701-
	}
	switch number2(nsn) {
	case 10, 11, 13, 16, 18, 19, 21, 23, 26, 31, 33, 35, 36, 40, 42, 44, 46, 54, 60, 63, 90:
		return n == 2
	}
	return n == 3
}

// isDate tells whether the groups are a date or hours instead: 08-12-2024, 08.00-16.30.
func (f *finder) isDate(d *number, groups int) bool {
	b := f.b
	if groups == 3 && d.len(0) == 2 && d.len(1) == 2 && d.len(2) == 4 && (b[d.from[2]] == '1' || b[d.from[2]] == '2') {
		return true
	}
	if d.len(0) == 2 && d.len(1) == 2 && groups >= 2 && (d.by[0] == point || d.by[0] == hyphen || d.by[0] == spaced) {
		a := f.cuesAt(d.from[0], d.to[groups-1])
		return d.by[0] == point && number2(b[d.from[1]:]) < 60 && groups < 4 || number2(b[d.from[1]:]) <= 24 && a.near(cueTime, 3) && !a.near(cuePhone, 2)
	}
	return false
}

func (f *finder) judgePhone(start, stop int, nsn []byte, d *number, groups int, plus46 bool) (float64, string) {
	a := f.cuesAt(start, stop)
	named := a.near(cuePhone, 4) && a.nearest(cuePhone, cueRecord, cueBankgiro, cuePlusgiro, cueOrg)
	rule := "phone"
	if isMobile(nsn) {
		rule = "phone-mobile"
	}
	switch {
	case named:
		return 0.95, rule
	case plus46:
		return 0.92, rule
	case f.b[start] == '(':
		return 0.8, rule
	case a.near(cueRecord, 1) || f.unitAfter(stop) || a.near(cueAccount, 1) || a.near(cueBankgiro, 1) || a.near(cuePlusgiro, 1) || a.near(cueOrg, 1):
		return 0, ""
	case groups > 1 && d.by[0] != blank && d.by[0] != point:
		return 0.88, rule
	case groups > 1 && isMobile(nsn):
		return 0.85, rule
	case groups > 1 && (f.besideDigits(start, stop) || len(nsn) < 8):
		return 0, ""
	case groups > 1:
		return 0.65, rule
	}
	if f.insideNumber(start, stop) || a.near(cueTime, 1) || start > 0 && isAlnum(f.b[start-1]) {
		return 0, ""
	}
	switch {
	case isMobile(nsn):
		return 0.72, "phone-bare"
	case len(nsn) >= 8:
		return 0.4, "phone-bare"
	}
	return 0, ""
}
