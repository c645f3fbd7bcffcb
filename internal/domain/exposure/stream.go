package exposure

import "bytes"

// A text is read in blocks, and a block ends where a line does: what is found doesn't hang on
// how the text came, nor on how many read it at once.
const (
	blockSize = 128 << 10
	lastLines = 32 << 10 // a line's end is looked for in so much of the block's end
)

// Stream is a text that comes in pieces. Memory is bounded whatever comes.
type Stream struct {
	s      *Scanner
	emit   func(Hit)
	held   []byte
	from   int   // what stands before has been read, and is only looked back at
	base   int64 // where held begins in the text
	closed bool
}

// Stream begins a text; emit is called in the order of the text, at the latest by Close.
func (s *Scanner) Stream(emit func(Hit)) *Stream { return &Stream{s: s, emit: emit} }

// Write takes the next piece; it never fails.
func (t *Stream) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if t.held == nil {
			t.held = make([]byte, 0, 2*blockSize)
		}
		take := min(len(p), cap(t.held)-len(t.held))
		t.held = append(t.held, p[:take]...)
		p = p[take:]
		for len(t.held)-t.from >= blockSize+margin {
			t.step(Cut(t.held[t.from:]))
		}
	}
	return n, nil
}

// step reads the next n bytes and forgets what no later place can see.
func (t *Stream) step(n int) {
	to := t.from + n
	first, last := max(0, t.from-margin), min(len(t.held), to+margin)
	t.s.block(t.held[first:last], t.from-first, to-first, t.base+int64(first), t.emit)
	drop := max(0, to-margin)
	t.held = t.held[:copy(t.held, t.held[drop:])]
	t.base += int64(drop)
	t.from = to - drop
}

// Close ends the text.
func (t *Stream) Close() error {
	if t.closed {
		return nil
	}
	t.closed = true
	for len(t.held) > t.from {
		n := len(t.held) - t.from
		if n >= blockSize+margin {
			n = Cut(t.held[t.from:])
		}
		t.step(n)
	}
	return nil
}

// Cut says where the block ends that text begins with; text holds at least BlockSize+Margin bytes, and
// the cut leaves Margin of them.
func Cut(text []byte) int {
	if i := bytes.LastIndexByte(text[blockSize-lastLines:blockSize], '\n'); i >= 0 {
		return blockSize - lastLines + i + 1
	}
	if i := bytes.LastIndexByte(text[blockSize-lastLines:blockSize], ' '); i >= 0 {
		return blockSize - lastLines + i + 1
	}
	i := blockSize
	for i > blockSize-4 && text[i]&0xC0 == 0x80 {
		i--
	}
	return i
}

// What a reader of its own needs for reading blocks at once: see Cut and Block.
const (
	BlockSize = blockSize
	Margin    = margin
)

// Block finds in text[from:to], as Stream does in the block that Cut gives: text holds Margin bytes
// before and after, or the text's own beginning and end. base is where text begins in the whole.
func (s *Scanner) Block(text []byte, from, to int, base int64, emit func(Hit)) {
	s.block(text, from, to, base, emit)
}

// Scan finds in a whole text.
func (s *Scanner) Scan(text []byte) []Hit {
	var out []Hit
	emit := func(h Hit) { out = append(out, h) }
	for from := 0; from < len(text); {
		n := len(text) - from
		if n >= blockSize+margin {
			n = Cut(text[from:])
		}
		first := max(0, from-margin)
		last := min(len(text), from+n+margin)
		s.block(text[first:last], from-first, from-first+n, int64(first), emit)
		from += n
	}
	return out
}
