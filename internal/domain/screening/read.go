package screening

import "strings"

const (
	windowSize = 64 // words seen at once: a bit each
	overlap    = 16 // words of it that the next one sees again
	longest    = 40 // letters of a word that count
)

// word is one word of the text.
type word struct {
	start, end int // bytes of the part that it stands in
	set        uint16
	opens      bool // begins a sentence
	quoted     bool
}

// reader goes through one part of a message once, in memory that doesn't grow with it.
type reader struct {
	text  string
	words [windowSize]word
	n     int // words in the window

	masks  [maxAtoms]uint64  // where each atom stands in the window
	filled [maxPlaces]uint64 // where each place may be
	known  [maxPlaces]uint64 // the window for which filled holds
	tried  [maxPatterns]uint64
	window uint64
	seen   []uint16 // the atoms of the window
	hot    []uint16 // those that patterns are looked up by

	syms   [longest]byte
	nSyms  int
	prefix [4]uint64 // hashes at which the word may begin as the lexicon has it
	nPre   int

	opens     bool // the next word begins a sentence
	quoteEnd  int  // what stands before this is quoted
	lineQuote bool // so is this line
	own       int  // words of the sender's own

	learned *learner
	found   *finder
	quotes  bool // quoted words count as well
}

// read goes through the text. quotes: nothing in it is the sender's own, so what is quoted counts.
func (r *reader) read(text string, quotes bool) {
	r.text, r.n, r.opens, r.quoteEnd, r.quotes = text, 0, true, 0, quotes
	r.lineQuote = quotedLine(text, 0)
	for i := 0; i < len(text); {
		s, n := symbol(text, i)
		if s == 0 {
			r.part(i, n)
			i += n
			continue
		}
		if s >= symGone && s <= symDots {
			i += n
			continue
		}
		i = r.word(i)
	}
	r.flush(true)
	r.learned.sentence()
	r.learned.done()
	r.text = ""
}

// part looks at what stands between words.
func (r *reader) part(i, n int) {
	switch c := r.text[i]; c {
	case ' ':
	case '.', '!', '?':
		if i+1 >= len(r.text) || r.text[i+1] <= ' ' || r.text[i+1] >= 0x80 || r.text[i+1] == '"' || r.text[i+1] == c {
			r.sentence()
		}
	case '\n':
		was := r.lineQuote
		r.lineQuote = quotedLine(r.text, i+1)
		if was != r.lineQuote || i+1 < len(r.text) && (r.text[i+1] == '\n' || r.text[i+1] == '\r') {
			r.sentence()
		}
	case '"':
		r.quote(i+1, "\"")
	case 0xE2:
		if strings.HasPrefix(r.text[i:], "”") || strings.HasPrefix(r.text[i:], "“") || strings.HasPrefix(r.text[i:], "„") {
			r.quote(i+n, "”")
		}
	case 0xC2:
		if strings.HasPrefix(r.text[i:], "»") || strings.HasPrefix(r.text[i:], "«") {
			r.quote(i+n, "»")
		}
	}
}

func (r *reader) sentence() {
	if !r.opens {
		r.opens = true
		r.learned.sentence()
	}
}

// quotedLine tells whether the line that begins at i is quoted from another message.
func quotedLine(text string, i int) bool {
	for ; i < len(text) && (text[i] == ' ' || text[i] == '\t'); i++ {
	}
	return i < len(text) && text[i] == '>'
}

// quote opens at i. What is between the marks is another's words when a word before them says so and
// the sender doesn't say them: "han skrev", but not "jag säger".
func (r *reader) quote(i int, closing string) {
	if i <= r.quoteEnd || r.n == 0 {
		return
	}
	said, mine := false, false
	for k := r.n - 1; k >= 0 && k >= r.n-6; k-- {
		for _, c := range ours.sets[r.words[k].set] {
			said = said || c == ours.reporting
			mine = mine || c == ours.self
		}
		if r.words[k].opens && !r.opens {
			break
		}
	}
	if !said || mine {
		return
	}
	rest := r.text[i:min(len(r.text), i+800)]
	end := strings.Index(rest, closing)
	if closing != "\"" {
		for _, other := range [...]string{"“", "«", "\""} {
			if e := strings.Index(rest, other); e >= 0 && (end < 0 || e < end) {
				end = e
			}
		}
	}
	if end > 0 {
		r.quoteEnd = i + end
	}
}

// word reads the word that begins at i and gives where it ends.
func (r *reader) word(i int) int {
	text, start, end := r.text, i, i
	h := uint64(hashStart)
	r.nSyms, r.nPre = 0, 0
	var digits, letters, repeated bool
	var last, beforeLast byte
	for i < len(text) {
		s, n := byte(0), 1
		switch c := text[i]; {
		case c < 0x80:
			s = asciiSym[c]
		case c == 0xC3 && i+1 < len(text) && text[i+1]&0xC0 == 0x80:
			s, n = lowSym[0xC0|rune(text[i+1]&0x3F)], 2
		default:
			s, n = symbol(text, i)
		}
		if s == 0 {
			if s, n = r.inside(i, letters); s == 0 {
				break
			}
		}
		if s >= symGone && s <= symDots {
			if s != symGone && r.nSyms > 0 {
				h = r.accent(s)
				last = r.syms[r.nSyms-1]
			}
			i += n
			if s != symGone {
				end = i
			}
			continue
		}
		if s >= '0' && s <= '9' {
			digits = true
		} else {
			letters = true
		}
		if r.nSyms < longest {
			repeated = repeated || s == last && s == beforeLast
			beforeLast, last = last, s
			r.syms[r.nSyms] = s
			r.nSyms++
			h = step(h, s)
			if r.nSyms >= 3 && ours.begins[h>>54]>>(h>>48&63)&1 == 1 && r.nPre < len(r.prefix) {
				r.prefix[r.nPre] = h
				r.nPre++
			}
		}
		i += n
		end = i
	}
	return r.close(start, end, h, digits, letters, repeated)
}

// inside reads a sign that stands between the letters of a word: the apostrophe of don't, the mask of
// d*da, signs for letters; 0 ends the word.
func (r *reader) inside(i int, letters bool) (byte, int) {
	if r.nSyms == 0 {
		return 0, 0
	}
	c := r.text[i]
	if c == 0xE2 && strings.HasPrefix(r.text[i:], "’") {
		return symGone, len("’")
	}
	if c == ' ' || i+1 >= len(r.text) || r.text[i+1] >= 0x80 || asciiSym[r.text[i+1]] == 0 {
		return 0, 0
	}
	switch {
	case c == '\'':
		return symGone, 1
	case !letters:
	case c == '*':
		return symMask, 1
	case c == '@':
		return '4', 1
	case c == '$':
		return '5', 1
	case c == '!' && asciiSym[r.text[i+1]] >= 'a':
		return '1', 1
	}
	return 0, 0
}

// accent puts a combining ring or diaeresis on the letter before it and gives the hash anew.
func (r *reader) accent(s byte) uint64 {
	switch was := &r.syms[r.nSyms-1]; {
	case *was == 'a' && s == symRing:
		*was = symÅ
	case *was == 'a':
		*was = symÄ
	case *was == 'o' && s == symDots:
		*was = symÖ
	}
	return hashOf(r.syms[:r.nSyms])
}

// close looks the word up and puts it in the window.
func (r *reader) close(start, end int, h uint64, digits, letters, repeated bool) int {
	if end <= start+2 && letters && !digits {
		if until := r.spaced(start); until > start {
			return until
		}
	}
	set := ours.words.find(h)
	if set == 0 {
		for k := r.nPre - 1; k >= 0 && set == 0; k-- {
			set = ours.starts.find(r.prefix[k])
		}
	}
	syms := r.syms[:r.nSyms]
	if set == 0 {
		switch {
		case digits && letters:
			set = leeted(syms)
		case repeated:
			set = squeezed(syms)
		case digits:
			set = shape(syms)
		default:
			set = street(syms)
		}
	}
	r.put(start, end, h, set, syms)
	return end
}

// put places a word in the window and gives it to the learned part.
func (r *reader) put(start, end int, h uint64, set uint16, syms []byte) {
	quoted := (r.lineQuote || start < r.quoteEnd) && !r.quotes
	if r.n == windowSize {
		r.flush(false)
	}
	w := word{start: start, end: end, set: set, opens: r.opens, quoted: quoted}
	if quoted {
		w.set = 0
	} else {
		r.own++
		r.learned.word(h, set, syms, start, end)
	}
	r.words[r.n] = w
	r.n++
	r.opens = false
}

// spaced reads letters that stand apart, "d ö d a" or "d.ö.d.a", as the words that they make up; it
// gives where they end, or start when they are ordinary one-letter words.
func (r *reader) spaced(start int) int {
	var syms [longest]byte
	var at [longest + 1]int
	var gaps [longest]bool // a wider space stands before
	n, i := 0, start
	var apart byte
	for i < len(r.text) && n < longest {
		s, size := symbol(r.text, i)
		if s < 1 || s == symElse || s >= symGone && s <= symDots {
			break
		}
		next := i + size
		for next < len(r.text) { // what can't be seen parts nothing
			gone, size := symbol(r.text, next)
			if gone != symGone {
				break
			}
			next += size
		}
		if next < len(r.text) {
			if t, _ := symbol(r.text, next); t != 0 {
				break // a longer word
			}
		}
		syms[n], at[n] = s, i
		n++
		at[n] = next
		if next >= len(r.text) {
			break
		}
		c := r.text[next]
		if apart == 0 {
			apart = c
		}
		if c != apart || !strings.ContainsRune(" .-_*,|/", rune(c)) {
			break
		}
		i = next + 1
		if i < len(r.text) && r.text[i] == ' ' && n < longest {
			gaps[n] = true
			for i < len(r.text) && r.text[i] == ' ' {
				i++
			}
		}
	}
	if n < 3 {
		return start
	}
	return r.letters(syms[:n], at[:n+1], gaps[:n], start)
}

// letters parts a run of single letters into words that the lexicon knows, the longest first.
func (r *reader) letters(syms []byte, at []int, gaps []bool, start int) int {
	type piece struct {
		from, to int
		set      uint16
		h        uint64
	}
	var pieces [longest]piece
	n, known := 0, 0
	for from := 0; from < len(syms); {
		best := piece{from: from, to: from + 1}
		h := uint64(hashStart)
		for to := from; to < len(syms) && (to == from || !gaps[to]); to++ {
			h = step(h, syms[to])
			if set := ours.words.find(h); set != 0 && to > from {
				best = piece{from, to + 1, set, h}
			}
		}
		if best.set != 0 && best.to-best.from >= 3 {
			known++
		}
		if best.set == 0 {
			best.h = step(hashStart, syms[from])
			best.set = ours.words.find(best.h)
		}
		pieces[n] = best
		n++
		from = best.to
	}
	if known == 0 {
		return start
	}
	for _, p := range pieces[:n] {
		r.put(at[p.from], endOf(r.text, at, p.to), p.h, p.set, syms[p.from:p.to])
	}
	return endOf(r.text, at, len(syms))
}

// endOf is where the letter before at[to] ends.
func endOf(text string, at []int, to int) int {
	_, size := symbol(text, at[to-1])
	return min(at[to-1]+size, len(text))
}

// leeted reads digits as letters, both ways.
func leeted(syms []byte) uint16 {
	if shaped := shape(syms); shaped != 0 {
		return shaped
	}
	for _, second := range [...]bool{false, true} {
		h := uint64(hashStart)
		var set uint16
		for _, s := range syms {
			h = step(h, leet(s, second))
			if ours.begins[h>>54]>>(h>>48&63)&1 == 1 {
				if begun := ours.starts.find(h); begun != 0 {
					set = begun
				}
			}
		}
		if whole := ours.words.find(h); whole != 0 {
			return whole
		}
		if set != 0 {
			return set
		}
	}
	return 0
}

// squeezed reads letters written three times or more once, or twice.
func squeezed(syms []byte) uint16 {
	for keep := 1; keep <= 2; keep++ {
		h, run := uint64(hashStart), 0
		var set uint16
		for i, s := range syms {
			if i > 0 && syms[i-1] == s {
				run++
			} else {
				run = 1
			}
			long := run > keep && within(syms, i)
			if !long {
				h = step(h, s)
				if ours.begins[h>>54]>>(h>>48&63)&1 == 1 {
					if begun := ours.starts.find(h); begun != 0 {
						set = begun
					}
				}
			}
		}
		if whole := ours.words.find(h); whole != 0 {
			return whole
		}
		if set != 0 {
			return set
		}
	}
	return 0
}

// within tells whether the letter at i is one of three or more of the same in a row.
func within(syms []byte, i int) bool {
	from, to := i, i+1
	for from > 0 && syms[from-1] == syms[i] {
		from--
	}
	for to < len(syms) && syms[to] == syms[i] {
		to++
	}
	return to-from >= 3
}

// shape tells digits from phone numbers and plates.
func shape(syms []byte) uint16 {
	digits := 0
	for _, s := range syms {
		if s >= '0' && s <= '9' {
			digits++
		}
	}
	switch {
	case digits == len(syms) && len(syms) >= 8 && syms[0] == '0':
		return ours.phone
	case digits == len(syms) || digits == len(syms)-1 && len(syms) <= 4 && syms[0] >= '0' && syms[0] <= '9' && syms[0] < 'a':
		return ours.number
	case len(syms) == 6 && digits >= 2 && digits <= 3 && syms[0] >= 'a' && syms[1] >= 'a' && syms[2] >= 'a' && syms[3] <= '9' && syms[4] <= '9' && syms[3] >= '0' && syms[4] >= '0':
		return ours.plate
	}
	return 0
}

// street tells the name of a street by how it ends.
func street(syms []byte) uint16 {
	n := len(syms)
	if n < 7 {
		return 0
	}
	switch string(syms[n-5:]) {
	case "gatan", "stgen", "v\x02gen":
		return ours.street
	}
	switch string(syms[n-6:]) {
	case "stigen", "gr\x02nden", "backen":
		return ours.street
	}
	if string(syms[n-5:]) == "gr\x02nd" {
		return ours.street
	}
	return 0
}

// flush matches the patterns in the window and keeps its end for the next one.
func (r *reader) flush(last bool) {
	r.match()
	if last || r.n <= overlap {
		r.n = 0
		return
	}
	copy(r.words[:], r.words[r.n-overlap:r.n])
	r.n = overlap
}
