package exposure

// identity finds a personnummer or a samordningsnummer (folkbokföringslagen 18 §): six or eight digits
// of a date, three and a check digit. The day of a samordningsnummer is 60 more; day or month may be 00
// where the date isn't known.
func (f *finder) identity(d *number) (int, bool) {
	b := f.b
	from, groups, joined := 0, 0, hyphen
	switch n := d.len(0); {
	case n == 10 || n == 12:
		groups, joined = 1, end
	case (n == 6 || n == 8) && d.len(1) == 4 && holds(d.by[0]):
		groups, joined = 2, d.by[0]
	case (n == 2 || n == 4) && d.len(1) == 2 && d.len(2) == 2 && d.len(3) == 4 && d.by[0] == d.by[1] && holds(d.by[2]) && (holds(d.by[0]) || d.by[0] == point || d.by[0] == bar):
		groups, joined = 4, d.by[2]
	case n == 2 && d.len(1) == 6 && d.len(2) == 4 && d.by[0] == blank && holds(d.by[1]):
		groups, joined = 3, d.by[1]
	default:
		return 0, false
	}
	digits := d.digitsOf(f.digits[:0], b, from, groups)
	born, ok := identityOf(digits)
	if !ok {
		return 0, false
	}
	start, stop := d.from[0], d.to[groups-1]
	confidence, rule := f.judgeIdentity(start, stop, digits, joined, groups, born)
	if confidence == 0 {
		return 0, false
	}
	kind := Personnummer
	if born.coordination {
		kind = CoordinationNumber
	}
	f.hit(kind, start, stop, confidence, rule)
	return stop, true
}

// holds tells whether a personnummer may be written with it before its last four.
func holds(s sep) bool { return s == hyphen || s == plus || s == blank || s == spaced }

type birth struct {
	coordination bool
	unknown      bool // day or month 00
}

// identityOf checks date and check digit of ten or twelve digits.
func identityOf(d []byte) (birth, bool) {
	var out birth
	year, century := -1, false
	if len(d) == 12 {
		year = number4(d)
		if year < 1870 || year > 2039 {
			return out, false
		}
		d, century = d[2:], true
	}
	if len(d) != 10 || d[6] == '0' && d[7] == '0' && d[8] == '0' {
		return out, false
	}
	if !century {
		year = 2000 + number2(d)
	}
	month, day := number2(d[2:]), number2(d[4:])
	if day >= 60 {
		out.coordination = true
		day -= 60
	}
	out.unknown = month == 0 || day == 0
	return out, month <= 12 && day <= days(year, month) && luhn(d)
}

func number2(d []byte) int { return int(d[0]-'0')*10 + int(d[1]-'0') }

func number4(d []byte) int { return number2(d)*100 + number2(d[2:]) }

func days(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// judgeIdentity weighs what stands around digits that could be an identity number; 0 is no.
func (f *finder) judgeIdentity(start, stop int, digits []byte, joined sep, groups int, born birth) (float64, string) {
	b, a := f.b, f.cuesAt(start, stop)
	person := a.nearest(cuePerson, cueRecord, cuePhone, cueTime, cueOrg, cueAccount) && a.near(cuePerson, 6)
	if person && !(joined == end && f.insideNumber(start, stop)) {
		return 0.97, "identity-named"
	}
	if f.insideNumber(start, stop) || start > 0 && b[start-1] == '+' {
		return 0, ""
	}
	if joined == end {
		return f.judgeBare(start, stop, digits, born, a)
	}
	if joined == blank && groups == 2 && digits[0] == '0' && digits[1] == '7' && len(digits) == 10 {
		return 0, "" // 070174 0605: a mobile number in two groups
	}
	if groups >= 3 && joined == blank && digits[0] == '0' {
		return 0, ""
	}
	if joined == blank && isMoment(digits) {
		return 0, "" // 20261122 1830
	}
	least := byte(0)
	if joined == blank {
		least = 2
	}
	if a.near(cueRecord, least) || a.near(cueOrg, 0) && joined == blank || a.near(cuePhone, least) && joined == blank || f.unitAfter(stop) && joined == blank {
		return 0, ""
	}
	switch {
	case joined == blank && len(digits) == 10 && (groups > 2 || f.besideDigits(start, stop)):
		return 0.45, "identity-spaced"
	case joined == blank:
		return 0.75, "identity-spaced"
	case born.unknown:
		return 0.85, "identity-unknown-date"
	}
	return 0.93, "identity"
}

// judgeBare weighs ten or twelve digits with nothing between.
func (f *finder) judgeBare(start, stop int, digits []byte, born birth, a *around) (float64, string) {
	if a.near(cueRecord, 1) || a.near(cueOrg, 1) || a.near(cueTime, 1) || a.near(cueMoney, 0) || f.unitAfter(stop) || a.near(cueAccount, 1) || a.near(cuePhone, 1) || a.near(cueBankgiro, 1) || a.near(cuePlusgiro, 1) {
		return 0, ""
	}
	if len(digits) == 12 {
		if isMoment(digits) {
			return 0, "" // 202611221830
		}
		return 0.88, "identity-twelve"
	}
	if digits[0] == '0' && digits[1] == '7' {
		return 0, "" // one mobile number in ninety-two has a date and a right check digit
	}
	if born.unknown {
		return 0.45, "identity-unknown-date"
	}
	return 0.6, "identity-bare"
}

// isMoment tells whether twelve digits are a date and a time of day.
func isMoment(d []byte) bool {
	return len(d) == 12 && d[0] == '2' && number2(d[8:]) < 24 && number2(d[10:]) < 60
}

// unitAfter tells whether a sum of money or another unit follows: 9001022397 kr.
func (f *finder) unitAfter(stop int) bool {
	b := f.b
	i := stop + space(b, stop)
	if i < len(b) && (b[i] == '%' || b[i] == ':' && i+1 < len(b) && b[i+1] == '-') {
		return true
	}
	e := wordEnd(b, i)
	if e == i || i == stop {
		return false
	}
	f.word = fold(f.word[:0], b[i:e])
	switch string(f.word) {
	case "kr", "kronor", "sek", "eur", "euro", "usd", "tkr", "mkr", "st", "stycken", "kwh", "mwh", "m", "kvm", "byte", "bytes", "ms", "kb":
		return true
	}
	return false
}

// insideNumber tells whether the digits are a part of something longer: a decimal, a serial number, a UUID.
func (f *finder) insideNumber(start, stop int) bool {
	b := f.b
	if start >= 2 {
		switch c, before := b[start-1], b[start-2]; {
		case c == '.' || c == '-' || c == '/' || c == ':' || c == '_' && isDigit(before):
			if isDigit(before) || c == '-' && hexBefore(b, start-1) {
				return true
			}
		case c == ',' && isDigit(before) && !inColumns(b, start, stop):
			return true
		}
	}
	if stop+1 < len(b) {
		switch c, after := b[stop], b[stop+1]; {
		case (c == '-' || c == '/' || c == '.' || c == '+') && isDigit(after):
			return true
		case c == '-' && isAlnum(after) && hexAfter(b, stop+1):
			return true
		case c == ',' && isDigit(after) && !inColumns(b, start, stop):
			return true
		}
	}
	return mixed(b, start, stop)
}

// inColumns tells whether commas part columns here: no decimals follow and more columns do, or nothing stands before.
func inColumns(b []byte, start, stop int) bool {
	before := start == 0 || b[start-1] == ',' || b[start-1] == '\n' || b[start-1] == '"'
	after := stop >= len(b) || b[stop] == ',' || b[stop] == '\n' || b[stop] == '\r' || b[stop] == '"'
	return before && after
}

// mixed tells whether letters hold the digits together with other digits: a hash, an article number.
func mixed(b []byte, start, stop int) bool {
	for i := start; i > 0 && start-i < 40 && isAlnum(b[i-1]); i-- {
		if isDigit(b[i-1]) {
			return true
		}
	}
	for i := stop; i < len(b) && i-stop < 40 && isAlnum(b[i]); i++ {
		if isDigit(b[i]) {
			return true
		}
	}
	return false
}

// hexBefore tells whether a group of a UUID ends at i: four or more hexadecimal digits, a letter among them.
func hexBefore(b []byte, i int) bool {
	n, digits := 0, 0
	for i > 0 && n < 13 && isHex(b[i-1]) {
		i--
		n++
		if isDigit(b[i]) {
			digits++
		}
	}
	return n >= 4 && digits > 0 && (i == 0 || !isAlnum(b[i-1]))
}

func hexAfter(b []byte, i int) bool {
	n, digits := 0, 0
	for i < len(b) && n < 13 && isHex(b[i]) {
		if isDigit(b[i]) {
			digits++
		}
		i++
		n++
	}
	return n >= 4 && digits > 0 && (i == len(b) || !isAlnum(b[i]))
}

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// besideDigits tells whether other digits stand one space away: groups of a longer number, or columns.
func (f *finder) besideDigits(start, stop int) bool {
	b := f.b
	if n := spaceBefore(b, start); n > 0 && start > n && isDigit(b[start-n-1]) {
		return true
	}
	n := space(b, stop)
	return n > 0 && stop+n < len(b) && isDigit(b[stop+n])
}
