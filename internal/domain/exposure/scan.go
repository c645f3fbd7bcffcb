package exposure

import (
	"slices"
	"sync"
)

// found is a hit while its block is worked on; offsets are of the block.
type found struct {
	kind       Kind
	start, end int
	confidence float64
	rule       string
	silent     bool // no finding, but masked in the context of others
	listed     bool
	ref        string
}

// finder reads one block. What it decides at a place depends on at most margin bytes before and after.
type finder struct {
	s              *Scanner
	b              []byte
	hits           []found
	names          []found // listed persons' names
	word           []byte
	digits         []byte
	form           []byte
	cue            around
	cueFrom, cueTo int
	ruralEnd       int
}

var finders = sync.Pool{New: func() any {
	return &finder{word: make([]byte, 0, 128), digits: make([]byte, 0, 128), form: make([]byte, 0, 256)}
}}

// margin is how far a detector looks beyond what it finds, in bytes.
const margin = 512

// block finds in b[from:to]; what stands before and after is only looked at.
func (s *Scanner) block(b []byte, from, to int, base int64, emit func(Hit)) {
	f := finders.Get().(*finder)
	f.s, f.b, f.hits, f.names, f.cueFrom = s, b, f.hits[:0], f.names[:0], 0
	f.scan(from, to)
	if s.list != nil {
		f.namesBeyond(from, to)
		f.weigh()
	}
	f.order()
	for i := range f.hits {
		if h := &f.hits[i]; !h.silent {
			emit(f.finish(i, from, to, base))
		}
	}
	f.b = nil
	finders.Put(f)
}

func (f *finder) hit(k Kind, start, end int, confidence float64, rule string) {
	f.hits = append(f.hits, found{kind: k, start: start, end: end, confidence: confidence, rule: rule})
}

// silent notes what is no finding, but is nothing for the context of another either.
func (f *finder) silent(k Kind, start, end int) {
	f.hits = append(f.hits, found{kind: k, start: start, end: end, silent: true})
}

// order sorts the hits by place and drops what another of the same kind holds.
func (f *finder) order() {
	sorted := true
	for i := 1; i < len(f.hits); i++ {
		sorted = sorted && f.hits[i-1].start <= f.hits[i].start
	}
	if !sorted {
		slices.SortStableFunc(f.hits, func(a, b found) int { return a.start - b.start })
	}
	kept := f.hits[:0]
	for _, h := range f.hits {
		if n := len(kept); n > 0 && kept[n-1].kind == h.kind && kept[n-1].end > h.start {
			kept[n-1].end = max(kept[n-1].end, h.end)
			kept[n-1].silent = kept[n-1].silent && h.silent
			continue
		}
		kept = append(kept, h)
	}
	f.hits = kept
}

func (f *finder) scan(from, to int) {
	b := f.b
	for i := next(b, from, to); i < to; i = next(b, i, to) {
		switch classes[b[i]] {
		case digit:
			i = f.number(i)
		case capital:
			i = f.capital(i)
		case late:
			if i > from && b[i-1] == 0xC3 {
				i = f.capital(i - 1)
			} else {
				i++
			}
		case at:
			i = f.at(i)
		case slash:
			i = f.slash(i)
		case dot:
			i = f.dot(i)
		case colon:
			i = f.colon(i)
		default:
			i++
		}
	}
}

// number tries what a number may be, and says where to go on.
func (f *finder) number(i int) int {
	b := f.b
	var d number
	d.read(b, i)
	n := d.len(0)
	if i > 0 && isDigit(b[i-1]) {
		return d.to[0]
	}
	if n > 19 {
		if stop, ok := f.iban(i); ok {
			return stop
		}
		return d.to[0]
	}
	if stop, ok := f.numberOf(i, n, &d); ok {
		return max(stop, i+1)
	}
	if f.s.list != nil {
		if stop, ok := f.listedNumber(&d); ok {
			return max(stop, d.to[0])
		}
	}
	return d.to[0]
}

func (f *finder) numberOf(i, n int, d *number) (int, bool) {
	b := f.b
	var before byte
	if i > 0 {
		before = b[i-1]
	}
	if before == '%' && n == 2 && b[i] == '4' && b[i+1] == '0' {
		if stop, ok := f.mail(i-1, 3); ok {
			return stop, true
		}
	}
	if before == '+' || before == '(' || b[i] == '0' {
		if before != '+' {
			if stop, ok := f.identity(d); ok {
				return stop, true
			}
		}
		if stop, ok := f.phone(i, d); ok {
			return stop, true
		}
	} else if n&1 == 0 && n <= 12 {
		if stop, ok := f.identity(d); ok {
			return stop, true
		}
	}
	if before|0x20 >= 'a' && before|0x20 <= 'z' && n >= 2 {
		if stop, ok := f.iban(i); ok {
			return stop, true
		}
	}
	if n == 2 || n == 3 {
		if stop, ok := f.plate(d); ok {
			return stop, true
		}
	}
	if n == 3 || n == 5 {
		if stop, ok := f.postal(d); ok {
			return stop, true
		}
	}
	if n <= 4 && (before == ' ' || before >= 0x80) {
		if stop, ok := f.street(d); ok {
			return stop, true
		}
		if stop, ok := f.property(d); ok {
			return stop, true
		}
	}
	if n >= 4 {
		if stop, ok := f.bankAccount(d); ok {
			return stop, true
		}
	}
	if stop, ok := f.giro(d); ok {
		return stop, true
	}
	if n <= 3 || n == 6 || n == 7 {
		return f.coordinates(d)
	}
	return 0, false
}

// capital looks at a word with a capital: a name, a platform.
func (f *finder) capital(i int) int {
	b := f.b
	e := wordEnd(b, i)
	if letterBefore(b, i) > 0 {
		return max(e, i+1)
	}
	if f.s.list != nil {
		f.listedName(i, e)
	}
	if n := e - i; n < 2 || n > 14 {
		return max(e, i+1)
	}
	f.word = fold(f.word[:0], b[i:e])
	if firstNames[string(f.word)] {
		f.child(i, e)
	} else if e < len(b) && b[e] == ' ' && platforms[string(f.word)] {
		if stop, ok := f.labelled(i, e); ok {
			return stop
		}
	}
	return e
}

func (f *finder) at(i int) int {
	if stop, ok := f.mail(i, 1); ok {
		return stop
	}
	if stop, ok := f.handle(i); ok {
		return stop
	}
	return i + 1
}

func (f *finder) slash(i int) int {
	b := f.b
	if i < 3 {
		return i + 1
	}
	if b[i-1]|0x20 == 'c' {
		if stop, ok := f.careOfAlone(i); ok {
			return stop
		}
	} else if b[i-3] == '.' || i > 3 && b[i-4] == '.' {
		if stop, ok := f.accountLink(i); ok {
			return stop
		}
	}
	return i + 1
}

func (f *finder) dot(i int) int {
	b := f.b
	if i+1 >= len(b) || b[i+1]|0x20 < 'a' || b[i+1]|0x20 > 'z' {
		return i + 1
	}
	if stop, ok := f.image(i); ok {
		return stop
	}
	if stop, ok := f.spelled(i); ok {
		return stop
	}
	return i + 1
}

func (f *finder) colon(i int) int {
	b := f.b
	if letterBefore(b, i) > 0 {
		if stop, ok := f.labelled(wordStart(b, i, max(0, i-12)), i); ok {
			return stop
		}
	}
	return i + 1
}

// contextReach is how much of the line stands on each side of a finding in its context, bytes.
const contextReach = 60

// finish makes the hit what is given away: its place in the text, its value and context.
func (f *finder) finish(i, from, to int, base int64) Hit {
	h := &f.hits[i]
	b := f.b
	left := max(lineStart(b, h.start, contextReach), min(from, h.start))
	right := min(lineEnd(b, h.end, contextReach), max(to, h.end))
	for left < h.start && b[left]&0xC0 == 0x80 {
		left++
	}
	for right > h.end && right < len(b) && b[right]&0xC0 == 0x80 {
		right--
	}
	clear := string(b[left:right])
	masked, first, last := f.masked(i, left, right)
	return Hit{
		Kind: h.kind, Start: base + int64(h.start), End: base + int64(h.end), Value: clear[h.start-left : h.end-left],
		Context: clear, MaskedContext: masked, masked: masked[first:last], Confidence: h.confidence, Rule: h.rule, Listed: h.listed, Ref: h.ref,
	}
}

// masked is b[left:right] with every hit in it masked, and where in that hit i is.
func (f *finder) masked(i, left, right int) (text string, from, to int) {
	first := i
	for first > 0 && i-first < 16 && f.hits[first-1].end > left-margin {
		first--
	}
	out, at := f.form[:0], left
	for k := first; k < len(f.hits) && f.hits[k].start < right; k++ {
		h := &f.hits[k]
		if h.end <= at {
			continue
		}
		start, stop := max(h.start, at), min(h.end, right)
		out = append(out, f.b[at:start]...)
		if k == i {
			from = len(out)
		}
		if start == h.start && stop == h.end {
			out = maskTo(out, h.kind, f.b[start:stop])
		} else {
			out = blot(out, f.b[start:stop])
		}
		if k == i && start == h.start && stop == h.end {
			to = len(out)
		} else if k == i {
			from = 0
		}
		at = stop
	}
	f.form = append(out, f.b[at:right]...)
	return string(f.form), from, to
}
