package exposure

import (
	"bytes"
	"strings"
)

// ending is how the name of a street may end; weak ones end other words as well.
type ending struct {
	letters string
	weak    bool
	next    uint8
}

// endings holds them; endingAt finds the first with the same last three letters, and next leads on.
var endings, endingAt = func() (all []ending, at [26 * 26 * 26]uint8) {
	all = append(all, ending{})
	for _, sort := range []struct {
		weak  bool
		words string
	}{
		{false, "gatan gata vagen vag grand granden torget torg stigen stig allen alle backen esplanaden slingan kajen leden platsen plats brinken svangen straket planaden avenyn boulevarden grandsgatan gangen trappan"},
		{true, "backe planen plan led kaj bron parken strand stranden kroken hojden terrassen rundan ringen dalen brink trappor promenaden passagen vreten udden asen hagen angen liden lyckan tappan vallen garden holmen berget kullen runda gard viken hamnen gardet skogen akern baden strak bank porten kvarn"},
	} {
		for w := range strings.FieldsSeq(sort.words) {
			k := three([]byte(w[len(w)-3:]))
			all = append(all, ending{letters: w, weak: sort.weak, next: at[k]})
			at[k] = uint8(len(all) - 1)
		}
	}
	return all, at
}()

// mayEnd tells quickly whether the word that ends before e may end like a street.
func mayEnd(b []byte, e int) bool {
	if e < 4 {
		return false
	}
	last := [3]byte{b[e-3] | 0x20, b[e-2] | 0x20, b[e-1] | 0x20}
	if k := three(last[:]); k >= 0 {
		return endingAt[k] != 0
	}
	return b[e-1] >= 0x80 || b[e-2] >= 0x80 || b[e-3] >= 0x80
}

// Roads that are numbered and nobody's address, and words that only end like a street.
var numberedRoads = setOf(`vag vagen riksvag riksvagen lansvag lansvagen europavag europavagen landsvag landsvagen motorvag motorvagen jarnvag jarnvagen
cykelvag gangvag plan planen led leden plats platsen spar stig gata gatan torg upplag anlag underlag backe bron park parken ringen gard allen alle
samband forlag tillvag grand alltsa forhallande dalen parkeringsplats arbetsplats byggplan detaljplan handlingsplan projektplan verksamhetsplan budgetplan tidsplan planeringsplan
lekplats idrottsplats anslagsplats fotbollsplan huvudgatan bygatan sjukhusgarden skolgarden kyrkogarden banken bankgarden sparbanken handelsbanken matbanken`)

// Words that may begin a street's name of several words.
var streetFirst = setOf(`norra sodra ostra vastra stora lilla nya gamla ovre nedre yttre inre sankt sankta s:t st mellersta mellan nordostra nordvastra sydostra sydvastra`)

// street finds a street's name and number at the number that d begins with.
func (f *finder) street(d *number) (int, bool) {
	b, i := f.b, d.from[0]
	if d.len(0) > 4 || b[i] == '0' {
		return 0, false
	}
	gap := spaceBefore(b, i)
	if gap == 0 {
		return 0, false
	}
	e := i - gap
	if !mayEnd(b, e) {
		return 0, false
	}
	s := wordStart(b, e, max(0, e-48))
	if e-s < 4 {
		return 0, false
	}
	name := b[s:e]
	f.word = fold(f.word[:0], name)
	if len(f.word) < 4 {
		return 0, false
	}
	how, found := ending{}, false
	if k := three(f.word[len(f.word)-3:]); k >= 0 {
		for n := endingAt[k]; n != 0; n = endings[n].next {
			if x := endings[n]; len(x.letters) > len(how.letters) && bytes.HasSuffix(f.word, []byte(x.letters)) {
				how, found = x, true
			}
		}
	}
	if !found {
		return 0, false
	}
	alone := len(f.word) == len(how.letters)
	road := numberedRoads[string(f.word)]
	stop := f.houseEnd(d)
	if stop == 0 {
		return 0, false
	}
	start := f.streetStart(s, alone)
	whole := alone && start < s
	postal := f.postalAfter(stop)
	a := f.cuesAt(start, stop)
	home := postal || a.near(cueHome, 3)
	switch {
	case road && !whole && !postal, alone && !whole && !postal, d.len(0) == 4 && !postal:
		return 0, false
	case how.weak && !home:
		return 0, false
	case !capitalAt(b, start) && !home:
		return 0, false
	}
	confidence, rule := 0.82, "street"
	if postal {
		confidence, rule = 0.97, "street-postal"
	} else if home {
		confidence, rule = 0.93, "street-named"
	}
	f.hit(StreetAddress, f.careOf(start), stop, confidence, rule)
	return stop, true
}

// houseEnd reads what may follow a house's number: 12B, 12 B, 12-14, lgh 1101, 3 tr; 0 says that the
// number counts something else.
func (f *finder) houseEnd(d *number) int {
	b, stop := f.b, d.to[0]
	if d.by[0] == hyphen && d.len(1) <= 3 && d.len(1) > 0 && d.by[1] != hyphen {
		stop = d.to[1]
	} else if d.by[0] != end && d.by[0] != blank && !(d.by[0] == comma && b[d.to[0]+1] == ' ') {
		return 0
	}
	if c := capitalOrSmall(b, stop); c > 0 {
		stop += c
	} else if n := space(b, stop); n > 0 && stop+n < len(b) && b[stop+n] >= 'A' && b[stop+n] <= 'Z' && letterAt(b, stop+n+1) == 0 && !(stop+n+1 < len(b) && (isDigit(b[stop+n+1]) || b[stop+n+1] == '.' || b[stop+n+1] == ':')) {
		stop += n + 1
	} else if letterAt(b, stop) > 0 || stop < len(b) && b[stop] == '%' {
		return 0
	}
	if f.countsThings(stop) {
		return 0
	}
	return f.apartment(stop)
}

// capitalOrSmall is 1 if one letter, and no more, stands right behind a number.
func capitalOrSmall(b []byte, i int) int {
	if i < len(b) && b[i]|0x20 >= 'a' && b[i]|0x20 <= 'z' && letterAt(b, i+1) == 0 && (i+1 >= len(b) || !isDigit(b[i+1])) {
		return 1
	}
	return 0
}

// apartment reads ", lgh 1101" and ", 3 tr" behind a number.
func (f *finder) apartment(stop int) int {
	b, i := f.b, stop
	if i < len(b) && b[i] == ',' {
		i++
	}
	i += space(b, i)
	if i == stop {
		return stop
	}
	if from := i; i+3 < len(b) && (bytes.EqualFold(b[i:i+3], []byte("lgh")) || bytes.EqualFold(b[i:min(len(b), i+9)], []byte("lägenhet"))) {
		i = wordEnd(b, from)
		if i < len(b) && b[i] == '.' {
			i++
		}
		i += space(b, i)
		n := i
		for i < len(b) && isDigit(b[i]) {
			i++
		}
		if i-n >= 2 && i-n <= 4 {
			return i
		}
		return stop
	}
	n := i
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	if i > n && i-n <= 2 {
		i += space(b, i)
		if e := wordEnd(b, i); e-i == 2 && (string(b[i:e]) == "tr" || string(b[i:e]) == "TR") {
			return e
		}
	}
	return stop
}

// Units and months, which say that the number before counts something.
var units = setOf(`m km mil meter kilometer cm kvm kvadratmeter hektar ha st stycken kr kronor miljoner miljarder tusen mkr tkr personer bilar bussar
platser parkeringsplatser lagenheter bostader hus villor tomter fastigheter manader veckor dagar timmar minuter sekunder procent elever barn deltagare
ganger gang trad lampor stolpar januari februari mars april maj juni juli augusti september oktober november december jan feb apr jun jul
aug sep sept okt nov dec fordon cyklister ton liter grader centimeter vaningar`)

// countsThings tells whether what follows a number at i says that it counts something or is a time.
func (f *finder) countsThings(i int) bool {
	b := f.b
	n := space(b, i)
	if n == 0 {
		return i < len(b) && (b[i] == ':' || b[i] == '%' || b[i] == '.' && i+1 < len(b) && isDigit(b[i+1]))
	}
	if letterBefore(b, i) > 0 {
		return false // 12B
	}
	i += n
	e := wordEnd(b, i)
	f.word = fold(f.word[:0], b[i:e])
	return units[string(f.word)] || string(b[i:e]) == "år" || i < len(b) && b[i] == '%'
}

// streetStart goes back over the words that belong to the street's name: Norra Storgatan, Olof Palmes gata.
func (f *finder) streetStart(s int, alone bool) int {
	b := f.b
	for range 3 {
		gap := spaceBefore(b, s)
		if gap == 0 {
			break
		}
		e := s - gap
		if e > 1 && b[e-1] == 's' && b[e-2] == ':' { // Karl XI:s
			e -= 2
		}
		w := wordStart(b, e, max(0, e-32))
		if e-w > 0 && w >= 2 && b[w-1] == ':' && b[w-2] == 'S' { // S:t
			w -= 2
		}
		if w == e || !capitalAt(b, w) {
			break
		}
		f.word = fold(f.word[:0], b[w:e])
		if !streetFirst[string(f.word)] && !(alone && cueOf(f.word) == cueNone) {
			break
		}
		s = w
	}
	return s
}

// postalAfter tells whether a postal code follows within a comma, a line or some words.
func (f *finder) postalAfter(i int) bool {
	b := f.b
	for most := min(len(b), i+24); i < most; i++ {
		c := b[i]
		if isDigit(c) {
			var d number
			d.read(b, i)
			return d.len(0) == 3 && d.by[0] == blank && d.len(1) == 2 && capitalAfter(b, d.to[1]) || d.len(0) == 5 && capitalAfter(b, d.to[0])
		}
		if letterAt(b, i) > 0 && !(c == 'S' && i+1 < most && (b[i+1] == '-' || b[i+1] == 'E')) && !(c == 'E' && i+1 < most && b[i+1] == '-') {
			return false
		}
	}
	return false
}

func capitalAfter(b []byte, i int) bool {
	n := space(b, i)
	n += space(b, i+n)
	if n == 0 {
		return false
	}
	return capitalAt(b, i+n) || towns[string(fold(nil, b[i+n:wordEnd(b, i+n)]))]
}

// careOf goes back over "c/o Lindgren, " to the c.
func (f *finder) careOf(start int) int {
	b := f.b
	line := b[lineStart(b, start, 64):start]
	at := max(bytes.LastIndex(line, []byte("c/o ")), bytes.LastIndex(line, []byte("C/o ")), bytes.LastIndex(line, []byte("C/O ")))
	if at < 0 || bytes.ContainsAny(line[at+4:], "0123456789.;|\t") {
		return start
	}
	if at > 0 && isAlnum(line[at-1]) {
		return start
	}
	return start - len(line) + at
}

// careOfAlone finds "c/o Lindgren" at the slash, when no street follows.
func (f *finder) careOfAlone(i int) (int, bool) {
	b := f.b
	if i == 0 || b[i-1]|0x20 != 'c' || i+2 >= len(b) || b[i+1]|0x20 != 'o' || b[i+2] != ' ' || i > 1 && isAlnum(b[i-2]) || !capitalAt(b, i+3) {
		return 0, false
	}
	stop := wordEnd(b, i+3)
	for range 2 {
		if n := space(b, stop); n > 0 && capitalAt(b, stop+n) {
			stop = wordEnd(b, stop+n)
		}
	}
	for _, c := range b[stop:lineEnd(b, stop, 40)] {
		if isDigit(c) {
			return 0, false // a street or a postal code follows and takes it along
		}
	}
	f.hit(StreetAddress, i-1, stop, 0.6, "care-of")
	return stop, true
}

// postal finds a postal code and its town, and the rural address before it.
func (f *finder) postal(d *number) (int, bool) {
	b, start, joined := f.b, d.from[0], false
	stop := d.to[0]
	switch {
	case d.len(0) == 3 && d.by[0] == blank && d.len(1) == 2:
		stop = d.to[1]
	case d.len(0) == 5:
		joined = true
	default:
		return 0, false
	}
	code := f.digits[:0]
	for _, c := range b[start:stop] {
		if isDigit(c) {
			code = append(code, c)
		}
	}
	if n := number4(code); n < 1000 || n > 9849 || start > 0 && (isAlnum(b[start-1]) || b[start-1] == '.' && start > 1 && isDigit(b[start-2]) || b[start-1] == '+') {
		return 0, false
	}
	country := start
	if start > 1 && b[start-1] == '-' {
		switch {
		case start > 2 && string(b[start-3:start-1]) == "SE":
			country = start - 3
		case b[start-2] == 'S':
			country = start - 2
		default:
			return 0, false
		}
	}
	town, known, ok := f.town(stop)
	if !ok {
		return 0, false
	}
	address := f.addressBefore(country)
	rural, farm := 0, false
	if !address {
		rural, farm = f.rural(country)
		address = farm
	}
	a := f.cuesAt(country, stop)
	beside := country == start && f.besideDigits(start, stop)
	if !address && !known && (joined || beside || f.unitAfter(stop) || a.near(cueRecord, 1) || a.near(cueAccount, 1) || a.near(cuePhone, 1) || a.near(cuePlusgiro, 1)) && !a.near(cueHome, 2) {
		return 0, false
	}
	if joined && !address && !a.near(cueHome, 4) && country == start && (a.near(cueRecord, 1) || f.unitAfter(stop)) {
		return 0, false
	}
	confidence := 0.62
	switch {
	case address:
		confidence = 0.95
	case known:
		confidence = 0.88
	}
	if farm {
		f.hit(StreetAddress, f.careOf(rural), f.ruralEnd, 0.85, "rural")
	}
	f.hit(PostalCode, country, town, confidence, "postal")
	return town, true
}

// Words that follow a number and are no town.
var notTowns = setOf(`kr kronor sek euro eur usd personer st styck meter km kvm invanare box bilaga sida kapitel tel telefon mobil org orgnr dnr sms fax roster elever
barn tkr mkr kwh mwh timmar januari februari mars april maj juni juli augusti september oktober november december och i vid for som ar om den det vi de`)

// town reads the town behind a postal code: one word, or two where the first cannot stand alone.
func (f *finder) town(i int) (stop int, known, ok bool) {
	b := f.b
	n := space(b, i)
	n += space(b, i+n)
	if n == 0 || letterAt(b, i+n) == 0 {
		return 0, false, false
	}
	from := i + n
	stop = wordEnd(b, from)
	if !capitalAt(b, from) { // written in small letters all through
		f.word = fold(f.word[:0], b[from:stop])
		return stop, true, towns[string(f.word)]
	}
	if stop < len(b) && b[stop] == '-' && capitalAt(b, stop+1) {
		stop = wordEnd(b, stop+1)
	}
	f.word = fold(f.word[:0], b[from:stop])
	if len(f.word) < 2 || notTowns[string(f.word)] || stop < len(b) && isDigit(b[stop]) {
		return 0, false, false
	}
	known = towns[string(f.word)]
	if g := space(b, stop); g > 0 && capitalAt(b, stop+g) && (streetFirst[string(f.word)] || f.word[len(f.word)-1] == 's' && !known) {
		two := wordEnd(b, stop+g)
		f.word = fold(f.word[:0], b[from:two])
		known = known || towns[string(f.word)]
		stop = two
	}
	return stop, known, true
}

// addressBefore tells whether a street address has just been found before i.
func (f *finder) addressBefore(i int) bool {
	for k := len(f.hits) - 1; k >= 0 && k >= len(f.hits)-2; k-- {
		if h := &f.hits[k]; h.kind == StreetAddress && h.end <= i && i-h.end <= 40 {
			return true
		}
	}
	return false
}

// Words that have a number and are no home: post office boxes and parts of documents.
var notRural = setOf(`box postbox pb fack fe sida bilaga kapitel avsnitt tabell figur punkt postfack boxnr hs kl rum sal vaning plan hus tel telefon mobil nummer nr dnr
januari februari mars april maj juni juli augusti september oktober november december linje buss version paragraf art artikel klass grupp lag`)

// rural finds "Norrby 123" before a postal code: a village or farm and a number.
func (f *finder) rural(i int) (int, bool) {
	b := f.b
	j := i
	for j > 0 && i-j < 6 && (b[j-1] == ' ' || b[j-1] == ',' || b[j-1] == '\n' || b[j-1] == '\r' || b[j-1] == ';' || b[j-1] == '\t' || b[j-1] == '|') {
		j--
	}
	if j == i || j < 4 {
		return 0, false
	}
	stop := j
	if c := b[j-1]; c >= 'A' && c <= 'Z' && isDigit(b[j-2]) {
		j--
	}
	digits := j
	for j > 0 && isDigit(b[j-1]) {
		j--
	}
	gap := spaceBefore(b, j)
	if digits == j || digits-j > 4 || b[j] == '0' || gap == 0 {
		return 0, false
	}
	e := j - gap
	s := wordStart(b, e, max(0, e-40))
	if e-s < 3 || !capitalAt(b, s) {
		return 0, false
	}
	if f.word = fold(f.word[:0], b[s:e]); notRural[string(f.word)] {
		return 0, false
	}
	if gap := spaceBefore(b, s); gap > 0 {
		w := wordStart(b, s-gap, max(0, s-32))
		if f.word = fold(f.word[:0], b[w:s-gap]); capitalAt(b, w) && (len(f.hits) == 0 || f.hits[len(f.hits)-1].end <= w) && (streetFirst[string(f.word)] || cueOf(f.word) == cueNone && len(f.word) > 2) {
			s = w
		}
	}
	f.ruralEnd = stop
	return s, true
}
