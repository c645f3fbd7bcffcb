package seal

import (
	"errors"
	"io"
	"sync"
)

// readAhead is how many chunks are fetched at once when they are read in order: 512 KiB.
const readAhead = 8

// ChunkReader reads any part of a sealed stream. It is an io.ReaderAt, for io.NewSectionReader and
// http.ServeContent, and may be used from several goroutines.
type ChunkReader struct {
	hidden
	s      Stream
	src    io.ReaderAt
	size   int64
	sealed int64

	opened vault[opened]
}

type opened struct {
	mu     sync.Mutex
	first  int64 // the chunk that plain begins with
	plain  []byte
	buffer []byte
}

// Reader opens a stream that is stored in so many bytes. It opens the last chunk at once, so that a
// stream cut at a chunk's end is refused before its first byte is given.
func (s Stream) Reader(src io.ReaderAt, sealed int64) (*ChunkReader, error) {
	size, err := PlainSize(sealed)
	if err != nil {
		return nil, err
	}
	r := &ChunkReader{s: s, src: src, size: size, sealed: sealed, opened: lockUp(&opened{first: -1})}
	if err := r.fetch(chunks(size)-1, 1); err != nil {
		return nil, err
	}
	return r, nil
}

// Size is the length of the object.
func (r *ChunkReader) Size() int64 { return r.size }

// ReadAt gives ErrOpen, and no bytes of the chunk, where a chunk is not the one that was written.
func (r *ChunkReader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("seal: negative offset")
	}
	o := r.opened()
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for n < len(p) && off < r.size {
		if err := r.have(off / ChunkSize); err != nil {
			return n, err
		}
		m := copy(p[n:], o.plain[off-o.first*ChunkSize:])
		n, off = n+m, off+int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// have sees to it that a chunk is open, and the next ones too if it follows the last that was.
func (r *ChunkReader) have(index int64) error {
	o := r.opened()
	after := o.first + (int64(len(o.plain))+ChunkSize-1)/ChunkSize
	if o.first >= 0 && index >= o.first && index < after {
		return nil
	}
	n := int64(1)
	if index == after || index == 0 {
		n = min(readAhead, chunks(r.size)-index)
	}
	return r.fetch(index, n)
}

func (r *ChunkReader) fetch(index, n int64) error {
	o := r.opened()
	end := min((index+n)*sealedChunk, r.sealed)
	size := int(end - index*sealedChunk)
	if cap(o.buffer) < size {
		o.buffer, o.plain = make([]byte, size), make([]byte, 0, n*ChunkSize)
	}
	o.first, o.plain = -1, o.plain[:0]
	sealed := o.buffer[:size]
	if got, err := r.src.ReadAt(sealed, index*sealedChunk); got < size {
		if err == nil || errors.Is(err, io.EOF) {
			return ErrOpen
		}
		return err
	}
	plain, last := o.plain, chunks(r.size)-1
	for i := index; i < index+n; i++ {
		var err error
		one := sealed[:min(sealedChunk, len(sealed))]
		if plain, err = r.s.OpenChunk(plain, one, i, i == last); err != nil {
			return ErrOpen
		}
		sealed = sealed[len(one):]
	}
	o.first, o.plain = index, plain
	return nil
}
