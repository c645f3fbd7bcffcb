package exposure

// listedName looks whether a listed person's name begins with the word at [i, e): two to four words with
// capitals, the first perhaps an initial, a comma perhaps after the first.
func (f *finder) listedName(i, e int) {
	b := f.b
	var words [4][2]int
	words[0] = [2]int{i, e}
	n, at := 1, e
	for n < len(words) {
		k := at
		if k < len(b) && (b[k] == ',' && n == 1 || b[k] == '.' && at-words[n-1][0] <= 2) {
			k++
		}
		if k < len(b) && (b[k] == '-' || isDashAt(b, k)) {
			k += max(1, dash(b, k))
		} else {
			gap := space(b, k)
			if gap == 0 && !(k > at && b[at] == '.') {
				break
			}
			k += gap
		}
		if !capitalAt(b, k) {
			break
		}
		at = wordEnd(b, k)
		words[n] = [2]int{k, at}
		n++
	}
	if n == 1 {
		return
	}
	for k := 1; k < n; k++ {
		if f.listedPair(i, words[k][1], [][2]int{words[0]}, [][2]int{words[k]}) {
			return
		}
	}
	if n >= 3 && (f.listedPair(i, words[2][1], words[:2], words[2:3]) || f.listedPair(i, words[2][1], words[:1], words[1:3])) {
		return
	}
	if n == 4 {
		_ = f.listedPair(i, words[3][1], words[:2], words[2:4]) || f.listedPair(i, words[3][1], words[:2], words[3:4]) || f.listedPair(i, words[3][1], words[:1], words[2:4])
	}
}

func isDashAt(b []byte, k int) bool { return b[k] >= 0x80 && dash(b, k) > 0 }

// listedPair asks for one pair, the genitive's s of either left out when it isn't known with it.
func (f *finder) listedPair(start, stop int, first, last [][2]int) bool {
	var one, two [64]byte
	a, z := one[:0], two[:0]
	for _, w := range first {
		a = fold(a, f.b[w[0]:w[1]])
	}
	for _, w := range last {
		z = fold(z, f.b[w[0]:w[1]])
	}
	if len(a) == 0 || len(z) == 0 || len(a)+len(z) > 80 {
		return false
	}
	if f.ask(start, stop, a, z) {
		return true
	}
	if n := len(z); n > 3 && z[n-1] == 's' && f.ask(start, stop, a, z[:n-1]) {
		return true
	}
	n := len(a)
	return n > 3 && a[n-1] == 's' && f.ask(start, stop, a[:n-1], z)
}

func (f *finder) ask(start, stop int, a, z []byte) bool {
	f.form = pairForm(f.form[:0], a, z)
	ref, ok := f.s.list.has(f.form)
	if ok {
		f.names = append(f.names, found{start: start, end: stop, ref: ref})
	}
	return ok
}

// namesBeyond looks for listed names just before and after the block: they reach into it.
func (f *finder) namesBeyond(from, to int) {
	for _, part := range [][2]int{{max(0, from-nameReach), from}, {to, min(len(f.b), to+nameReach)}} {
		for i := next(f.b, part[0], part[1]); i < part[1]; i = next(f.b, i, part[1]) {
			c := classes[f.b[i]]
			if c == late && i > 0 && f.b[i-1] == 0xC3 {
				i--
				c = capital
			}
			if c != capital || letterBefore(f.b, i) > 0 {
				i = max(i+1, wordEnd(f.b, i))
				continue
			}
			e := wordEnd(f.b, i)
			f.listedName(i, e)
			i = max(i+1, e)
		}
	}
}

// nameReach is how far a listed name makes what stands around it weigh more, bytes.
const nameReach = 200

// weigh tells which hits are listed themselves, or stand near a listed name.
func (f *finder) weigh() {
	for i := range f.hits {
		h := &f.hits[i]
		if ref, ok := f.listedValue(h); ok {
			h.listed, h.ref, h.confidence, h.silent = true, ref, 0.99, false
			if h.rule == "" {
				h.rule = "listed"
			}
			continue
		}
		nearest := nameReach + 1
		for _, n := range f.names {
			if d := max(n.start-h.end, h.start-n.end, 0); d < nearest {
				nearest = d
				h.listed, h.ref = !h.silent, n.ref
			}
		}
		if h.listed {
			h.confidence = 1 - (1-h.confidence)/2
		}
	}
}

func (f *finder) listedValue(h *found) (string, bool) {
	v := f.b[h.start:h.end]
	switch h.kind {
	case Phone:
		f.form = phoneForm(f.form[:0], v)
	case Email:
		f.form = mailForm(f.form[:0], v)
	case VehicleRegistration:
		f.form = plateForm(f.form[:0], v)
	case StreetAddress:
		f.form = addressForm(f.form[:0], v)
	default:
		return "", false
	}
	if len(f.form) == 0 {
		f.form = make([]byte, 0, 256)
		return "", false
	}
	return f.s.list.has(f.form)
}

// listedNumber looks whether the number at d ends a listed address or is a listed phone or plate in a
// form that no detector knows.
func (f *finder) listedNumber(d *number) (int, bool) {
	b, i := f.b, d.from[0]
	if d.len(0) <= 4 {
		if gap := spaceBefore(b, i); gap > 0 {
			if stop, ok := f.listedAddress(d, i-gap); ok {
				return stop, true
			}
		}
	}
	k := d.n
	if digits := d.digitsOf(f.digits[:0], b, 0, k); len(digits) >= 7 && len(digits) <= 15 {
		start := i
		if i > 0 && b[i-1] == '+' {
			start--
		}
		if f.form = phoneForm(f.form[:0], b[start:d.to[k-1]]); len(f.form) > 0 {
			if _, ok := f.s.list.has(f.form); ok {
				f.hit(Phone, start, d.to[k-1], 0.99, "listed")
				return d.to[k-1], true
			}
		} else {
			f.form = make([]byte, 0, 256)
		}
	}
	return 0, false
}

// oneSpaced leaves one space where there are several, and none that doesn't break.
func oneSpaced(form []byte) []byte {
	out := form[:0]
	for i := 0; i < len(form); {
		n := space(form, i)
		if n == 0 {
			out = append(out, form[i])
			i++
			continue
		}
		if out[len(out)-1] != ' ' {
			out = append(out, ' ')
		}
		i += n
	}
	return out
}

func (f *finder) listedAddress(d *number, e int) (int, bool) {
	b, stop := f.b, d.to[0]
	stop += capitalOrSmall(b, stop)
	s := e
	for range 3 {
		w := wordStart(b, s, max(0, s-40))
		if w == s || !capitalAt(b, w) {
			break
		}
		for _, to := range [2]int{stop, d.to[0]} {
			f.form = oneSpaced(fold(append(f.form[:0], markAddress), b[w:to]))
			if _, ok := f.s.list.has(f.form); ok {
				f.hit(StreetAddress, w, to, 0.99, "listed")
				return to, true
			}
		}
		gap := spaceBefore(b, w)
		if gap == 0 {
			break
		}
		s = w - gap
	}
	return 0, false
}
