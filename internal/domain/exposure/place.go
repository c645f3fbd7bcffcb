package exposure

import "bytes"

// property finds a property designation (fastighetsbeteckning), "Lerby 3:14", at its number, and
// "kvarteret Björnen 5", where a word says that it is one.
func (f *finder) property(d *number) (int, bool) {
	b, i := f.b, d.from[0]
	gap := spaceBefore(b, i)
	if gap == 0 || b[i] == '0' || d.len(0) > 4 {
		return 0, false
	}
	e := i - gap
	s := wordStart(b, e, max(0, e-40))
	if e-s < 2 || !capitalAt(b, s) {
		return 0, false
	}
	f.word = fold(f.word[:0], b[s:e])
	own := cueOf(f.word)
	if own == cueText || own == cueTime || own == cuePhone || own == cueMoney || own == cueRecord || law(f.word) || own == cueProperty && !bytes.HasPrefix(f.word, []byte("fastig")) {
		return 0, false
	}
	start := f.nameStart(s)
	stop := d.to[0]
	colon := d.by[0] == pair && d.len(1) > 0 && d.len(1) <= 4 && b[d.from[1]] != '0'
	if colon {
		stop = d.to[1]
		if d.by[1] == pair {
			return 0, false
		}
	} else if d.by[0] != end && d.by[0] != blank && d.by[0] != comma {
		return 0, false
	}
	if stop < len(b) && (letterAt(b, stop) > 0 || b[stop] == ':' || b[stop] == '%') {
		return 0, false
	}
	a := f.cuesAt(start, stop)
	switch {
	case !colon && (!a.near(cueProperty, 0) || own == cueProperty || f.countsThings(stop)):
		return 0, false
	case !colon:
		f.hit(Property, start, stop, 0.8, "property-quarter")
	case a.near(cueProperty, 4) || own == cueProperty:
		f.hit(Property, start, stop, 0.95, "property-named")
	case a.near(cueText, 3) || a.near(cueTime, 3) || e-s < 4 || isClock(b, d) || d.len(0) == 1 && d.len(1) == 1 && start == s:
		return 0, false
	default:
		f.hit(Property, start, stop, 0.6, "property")
	}
	return stop, true
}

// law tells whether a word is the name of a law: Kommunallagen 5:38.
func law(w []byte) bool {
	for _, end := range []string{"lagen", "lag", "balken", "balk", "forordningen", "forordning", "formen"} {
		if bytes.HasSuffix(w, []byte(end)) {
			return true
		}
	}
	return false
}

func isClock(b []byte, d *number) bool {
	hour := atoi(b[d.from[0]:d.to[0]])
	return d.len(1) == 2 && d.len(0) <= 2 && number2(b[d.from[1]:]) < 60 && hour >= 6 && hour <= 24
}

func atoi(d []byte) int {
	n := 0
	for _, c := range d {
		if isDigit(c) {
			n = n*10 + int(c-'0')
		}
	}
	return n
}

// nameStart goes back over capital words that belong to a name of several.
func (f *finder) nameStart(s int) int {
	b := f.b
	for range 2 {
		gap := spaceBefore(b, s)
		if gap == 0 {
			break
		}
		w := wordStart(b, s-gap, max(0, s-32))
		f.word = fold(f.word[:0], b[w:s-gap])
		if w == s-gap || !capitalAt(b, w) || cueOf(f.word) != cueNone || w > 1 && (b[w-2] == '.' || b[w-1] == '\n') && !streetFirst[string(f.word)] {
			break
		}
		s = w
	}
	return s
}

// degree is one coordinate as it stands.
type degree struct {
	value    float64
	decimals int
	marked   bool // with a degree sign or a letter
}

// coordinates finds two numbers that are a place: decimal degrees, degrees with minutes, SWEREF 99 TM.
func (f *finder) coordinates(d *number) (int, bool) {
	b, i := f.b, d.from[0]
	switch {
	case d.len(0) > 3 && d.len(0) != 6 && d.len(0) != 7 || i > 1 && (b[i-1] == '.' || b[i-1] == ',') && isDigit(b[i-2]):
		return 0, false
	case d.len(0) >= 6 || d.len(0) <= 3 && d.by[0] == blank && d.len(1) == 3 && d.len(2) == 3:
		return f.grid(d)
	}
	first, j, ok := readDegree(b, i)
	if !ok || !first.marked && first.decimals < 3 {
		return 0, false
	}
	k := f.axisBetween(j, &first)
	if k == 0 {
		return 0, false
	}
	second, stop, ok := readDegree(b, k)
	if !ok || !second.marked && second.decimals < 3 || stop < len(b) && b[stop] == '.' && stop+1 < len(b) && isDigit(b[stop+1]) {
		return 0, false
	}
	start := i
	if start > 0 && (b[start-1] == '-' || b[start-1] == '+') {
		start--
	}
	if n := spaceBefore(b, start); start > n && (b[start-n-1] == 'N' || b[start-n-1] == 'E') && (start == n+1 || !isAlnum(b[start-n-2])) {
		start -= n + 1
		first.marked = true
	}
	if stop < len(b) && (b[stop] == 'E' || b[stop] == 'N') && (stop+1 >= len(b) || !isAlnum(b[stop+1])) {
		stop++
	}
	lat, lon := first.value, second.value
	swedenAt := inSweden(lat, lon) || inSweden(lon, lat)
	precise := min(first.decimals, second.decimals) >= 4 || first.marked && second.marked
	named := f.cuesAt(start, stop).near(cueCoord, 3) || first.marked && second.marked
	switch {
	case swedenAt && (precise || named):
		f.hit(Coordinates, start, stop, 0.9, "coordinates")
	case named && precise && min(lat, lon) <= 90 && max(lat, lon) <= 180:
		f.hit(Coordinates, start, stop, 0.7, "coordinates")
	default:
		return 0, false
	}
	return stop, true
}

// inSweden is a box around the country in WGS 84 degrees.
func inSweden(lat, lon float64) bool { return lat >= 55 && lat <= 69.2 && lon >= 10.4 && lon <= 24.3 }

// axisBetween goes from one coordinate to the next, over what may part them, or gives 0.
func (f *finder) axisBetween(j int, first *degree) int {
	b := f.b
	for k := j; k < len(b) && k-j < 28; k++ {
		c := b[k]
		switch {
		case isDigit(c):
			return k
		case c == 'N' || c == 'S' || c == 'E' || c == 'W' || c == 0xD6:
			first.marked = first.marked || k-j < 2
		case c == ' ' || c == ',' || c == ';' || c == '/' || c == ':' || c == '=' || c == '&' || c == '"' || c == '-' || c == '\n' || c == '\t' || c == '|' || c == '\'' || c == '(' || c == ')' || c >= 0x80 || c == '.' || c == '<' || c == '>' || c == '%':
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			e := wordEnd(b, k)
			f.word = fold(f.word[:0], b[k:e])
			if e-k > 1 && cueOf(f.word) != cueCoord && string(f.word) != "och" && string(f.word) != "ost" && string(f.word) != "nord" && string(f.word) != "n" {
				return 0
			}
			k = e - 1
		default:
			return 0
		}
	}
	return 0
}

// readDegree reads 59.3293, 59,3293°, 59°19'45.5" and 59° 19.755'.
func readDegree(b []byte, i int) (degree, int, bool) {
	value, decimals, j := decimal(b, i)
	out := degree{value: value, decimals: decimals}
	k := j + space(b, j)
	n := degreeSign(b, k)
	if n == 0 {
		return out, j, decimals > 0
	}
	out.marked = true
	j = k + n
	if decimals > 0 {
		return out, j, true
	}
	for _, part := range []float64{60, 3600} {
		k := j + space(b, j)
		if k >= len(b) || !isDigit(b[k]) {
			break
		}
		v, _, e := decimal(b, k)
		e += space(b, e)
		m := primeAt(b, e)
		if m == 0 || v >= 60 {
			break
		}
		out.value += v / part
		j = e + m
	}
	return out, j, true
}

func degreeSign(b []byte, i int) int {
	if i+1 < len(b) && b[i] == 0xC2 && (b[i+1] == 0xB0 || b[i+1] == 0xBA) {
		return 2
	}
	if i+2 < len(b) && b[i] == 0xCB && b[i+1] == 0x9A {
		return 2
	}
	return 0
}

// primeAt is the length of a sign for minutes or seconds: ' " ′ ″ ’ ”.
func primeAt(b []byte, i int) int {
	if i >= len(b) {
		return 0
	}
	switch {
	case b[i] == '\'' && i+1 < len(b) && b[i+1] == '\'':
		return 2
	case b[i] == '\'' || b[i] == '"':
		return 1
	case i+2 < len(b) && b[i] == 0xE2 && b[i+1] == 0x80 && (b[i+2] >= 0x98 && b[i+2] <= 0x9D || b[i+2] == 0xB2 || b[i+2] == 0xB3):
		return 3
	case i+1 < len(b) && b[i] == 0xC2 && b[i+1] == 0xB4:
		return 2
	}
	return 0
}

// decimal reads digits with a point or comma among them.
func decimal(b []byte, i int) (value float64, decimals, stop int) {
	n := 0.0
	for i < len(b) && isDigit(b[i]) {
		n = n*10 + float64(b[i]-'0')
		i++
	}
	if i+1 < len(b) && (b[i] == '.' || b[i] == ',') && isDigit(b[i+1]) {
		part := 0.1
		for i++; i < len(b) && isDigit(b[i]) && decimals < 16; i++ {
			n += float64(b[i]-'0') * part
			part /= 10
			decimals++
		}
	}
	return n, decimals, i
}

// grid finds metres of SWEREF 99 TM (or RT 90): seven digits north and six or seven east, named as coordinates.
func (f *finder) grid(d *number) (int, bool) {
	b := f.b
	first, j := metres(b, d.from[0])
	if first < 200_000 || first > 7_700_000 {
		return 0, false
	}
	var deg degree
	k := f.axisBetween(j, &deg)
	if k == 0 {
		return 0, false
	}
	second, stop := metres(b, k)
	north, east := max(first, second), min(first, second)
	if north < 6_100_000 || north > 7_700_000 || !(east >= 200_000 && east <= 1_000_000 || east >= 1_200_000 && east <= 1_900_000) || stop < len(b) && isAlnum(b[stop]) {
		return 0, false
	}
	start := d.from[0]
	a := f.cuesAt(start, stop)
	lettered := start > 1 && (b[start-2] == 'N' || b[start-2] == 'X' || b[start-1] == 'N' || b[start-2] == ':' || b[start-1] == ':' || b[start-1] == '=')
	if !a.near(cueCoord, 5) && !lettered {
		return 0, false
	}
	f.hit(Coordinates, start, stop, 0.88, "coordinates-grid")
	return stop, true
}

// metres reads a whole number, with spaces for the thousands or without, and drops decimals.
func metres(b []byte, i int) (int, int) {
	n, first := 0, i
	for i < len(b) && isDigit(b[i]) && i-first < 8 {
		n = n*10 + int(b[i]-'0')
		i++
	}
	if i-first <= 3 {
		for range 2 {
			m := space(b, i)
			if m == 0 || i+m+3 > len(b) || !isDigit(b[i+m]) || !isDigit(b[i+m+1]) || !isDigit(b[i+m+2]) || i+m+3 < len(b) && isDigit(b[i+m+3]) {
				break
			}
			n = n*1000 + atoi(b[i+m:i+m+3])
			i += m + 3
		}
	}
	if i+1 < len(b) && (b[i] == '.' || b[i] == ',') && isDigit(b[i+1]) {
		for i++; i < len(b) && isDigit(b[i]); i++ {
		}
	}
	return n, i
}
