package screening

import "math/bits"

// match runs every pattern whose anchor stands in the window. The words of the window are bits, so a
// pattern costs its places and gaps and nothing else, whatever the text.
func (r *reader) match() {
	var opens uint64
	r.window++
	for k := range r.n {
		w := &r.words[k]
		bit := uint64(1) << k
		if w.opens {
			opens |= bit
		}
		for _, a := range ours.sets[w.set] {
			if r.masks[a] == 0 {
				r.seen = append(r.seen, a)
				if len(ours.anchored[a]) > 0 {
					r.hot = append(r.hot, a)
				}
			}
			r.masks[a] |= bit
		}
	}
	for _, a := range r.hot {
		for _, p := range ours.anchored[a] {
			if r.tried[p] != r.window {
				r.tried[p] = r.window
				if pattern := &ours.patterns[p]; pattern.needs == 0 || r.where(pattern.needs) != 0 {
					r.try(pattern, opens)
				}
			}
		}
	}
	for _, a := range r.seen {
		r.masks[a] = 0
	}
	r.seen, r.hot = r.seen[:0], r.hot[:0]
}

// where tells where in the window a place of a pattern may be.
func (r *reader) where(place uint16) uint64 {
	atoms := ours.places[place]
	if len(atoms) == 1 {
		return r.masks[atoms[0]]
	}
	if r.known[place] == r.window {
		return r.filled[place]
	}
	var m uint64
	for _, a := range atoms {
		m |= r.masks[a]
	}
	r.known[place], r.filled[place] = r.window, m
	return m
}

// try finds the places where the pattern ends, and the nearest where it then began.
func (r *reader) try(p *pattern, opens uint64) {
	if p.across {
		opens = 0
	}
	at := r.where(p.elements[0].place)
	if p.after != 0 {
		bad := reach(r.where(p.after), 1, opens)
		at &^= bad
	}
	ends := r.follow(p, at, opens)
	for ends != 0 {
		end := bits.TrailingZeros64(ends)
		ends &= ends - 1
		begin := r.begin(p, at, end, opens)
		if !r.excused(p, begin, end) {
			r.found.hit(p.rule, r.words[begin].start, r.words[end].end)
			return
		}
		r.found.excused[ours.rules[p.rule].lane] = true
	}
}

// follow goes through the pattern's places from where its first one is, and gives where it can end.
func (r *reader) follow(p *pattern, ends, opens uint64) uint64 {
	for i := 1; i < len(p.elements) && ends != 0; i++ {
		e := &p.elements[i]
		next := reach(ends, e.gap, opens) & r.where(e.place)
		if e.not != 0 {
			next &^= r.where(e.not)
		}
		if e.optional {
			next |= ends
		}
		ends = next
	}
	return ends
}

// reach is where the next word of a pattern may stand: one after, or as many more as the gap allows,
// in the same sentence.
func reach(from uint64, gap uint8, opens uint64) uint64 {
	step := from << 1 &^ opens
	out := step
	for ; gap > 0; gap-- {
		step = step << 1 &^ opens
		out |= step
	}
	return out
}

// begin finds the nearest word that the pattern may have begun at when it ends at end.
func (r *reader) begin(p *pattern, at uint64, end int, opens uint64) int {
	for b := end; b >= 0; b-- {
		if at>>b&1 == 0 {
			continue
		}
		ends := r.follow(p, 1<<b, opens)
		if ends>>end&1 == 1 {
			return b
		}
	}
	return end
}

// excused tells whether a word that makes the hit harmless stands in it, in the three words before it
// or the five after it, in the same clause: "if you vote for this" doesn't excuse what stands before it.
func (r *reader) excused(p *pattern, begin, end int) bool {
	if len(p.unless) == 0 {
		return false
	}
	from, to := begin, end
	clauses := r.masks[ours.clause]
	for from > 0 && from > begin-3 && !r.words[from].opens && clauses>>(from-1)&1 == 0 {
		from--
	}
	for to+1 < r.n && to < end+5 && !r.words[to+1].opens && clauses>>(to+1)&1 == 0 {
		to++
	}
	span := ^uint64(0) << from & (^uint64(0) >> (windowSize - 1 - to))
	for _, a := range p.unless {
		if r.masks[a]&span != 0 {
			return true
		}
	}
	return false
}
