package seal

import "io"

// ChunkWriter seals a stream as it comes. It holds back the newest chunk, full or not, until it is
// known whether it is the last; only whole chunks reach the store, so a kill never tears one that
// was acknowledged.
type ChunkWriter struct {
	hidden
	s     Stream
	to    io.Writer
	index int64
	held  vault[held]
	out   []byte
}

type held struct{ plain []byte }

// Writer starts a stream; to must be at its beginning.
func (s Stream) Writer(to io.Writer) *ChunkWriter {
	return &ChunkWriter{s: s, to: to, held: lockUp(&held{make([]byte, 0, ChunkSize)}), out: make([]byte, 0, sealedChunk)}
}

// Resume goes on with a stream of which so many bytes were taken, with the tail kept from then;
// to must be at SealedOffset of the writer it gives.
func (s Stream) Resume(to io.Writer, taken int64, tail Box) (*ChunkWriter, error) {
	w := s.Writer(to)
	if taken == 0 {
		return w, nil
	}
	w.index = (taken - 1) / ChunkSize
	plain, err := s.key.open(formatTail, 0, tail, s.ad.With(w.index))
	if err != nil {
		return nil, err
	}
	if int64(len(plain)) != taken-w.index*ChunkSize {
		return nil, ErrOpen
	}
	h := w.held()
	h.plain = append(h.plain, plain...)
	return w, nil
}

// Write takes all of p or fails.
func (w *ChunkWriter) Write(p []byte) (int, error) {
	n, h := len(p), w.held()
	for len(p) > 0 {
		if len(h.plain) == ChunkSize {
			if err := w.flush(h.plain, false); err != nil {
				return 0, err
			}
			h.plain = h.plain[:0]
		}
		if len(h.plain) == 0 && len(p) > ChunkSize {
			if err := w.flush(p[:ChunkSize], false); err != nil {
				return 0, err
			}
			p = p[ChunkSize:]
			continue
		}
		take := min(len(p), ChunkSize-len(h.plain))
		h.plain = append(h.plain, p[:take]...)
		p = p[take:]
	}
	return n, nil
}

func (w *ChunkWriter) flush(plain []byte, last bool) error {
	w.out = w.s.SealChunk(w.out[:0], plain, w.index, last)
	if _, err := w.to.Write(w.out); err != nil {
		return err
	}
	w.index++
	return nil
}

// Taken is how many bytes of the object were taken so far.
func (w *ChunkWriter) Taken() int64 { return w.index*ChunkSize + int64(len(w.held().plain)) }

// SealedOffset is how many bytes of it lie in the store.
func (w *ChunkWriter) SealedOffset() int64 { return w.index * sealedChunk }

// Tail seals what is held back, to be kept with Taken until Resume; the zero Box if nothing is.
func (w *ChunkWriter) Tail() Box {
	plain := w.held().plain
	if len(plain) == 0 {
		return Box{}
	}
	return w.s.key.close(formatTail, nil, plain, w.s.ad.With(w.index))
}

// Close writes the last chunk. It does not close the store's writer. After a Close that failed the
// stream must be resumed from its tail.
func (w *ChunkWriter) Close() error { return w.flush(w.held().plain, true) }
