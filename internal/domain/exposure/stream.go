package exposure

// Stream is a text that comes in pieces. Memory is bounded whatever comes.
type Stream struct {
	s    *Scanner
	emit func(Hit)
	held []byte
}

// Stream begins a text; emit is called in the order of the text, at the latest by Close.
func (s *Scanner) Stream(emit func(Hit)) *Stream { return &Stream{s: s, emit: emit} }

// Write takes the next piece; it never fails.
func (t *Stream) Write(p []byte) (int, error) {
	t.held = append(t.held, p...)
	return len(p), nil
}

// Close ends the text.
func (t *Stream) Close() error {
	for _, h := range t.s.Scan(t.held) {
		t.emit(h)
	}
	return nil
}

// Scan finds in a whole text.
func (s *Scanner) Scan(text []byte) []Hit {
	var out []Hit
	for i := 0; i+11 <= len(text); i++ {
		if p := text[i : i+11]; p[6] == '-' && luhnOf(p[:6], p[7:]) && (i == 0 || text[i-1] < '0' || text[i-1] > '9') {
			out = append(out, Hit{Kind: Personnummer, Start: int64(i), End: int64(i + 11), Value: string(p), Confidence: 0.9, Rule: "personnummer"})
		}
	}
	return out
}

func luhnOf(parts ...[]byte) bool {
	sum, n := 0, 0
	for _, p := range parts {
		for _, c := range p {
			if c < '0' || c > '9' {
				return false
			}
			d := int(c - '0')
			if n%2 == 0 {
				d *= 2
			}
			sum += d/10 + d%10
			n++
		}
	}
	return sum%10 == 0
}
