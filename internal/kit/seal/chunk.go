package seal

// ChunkSize is how much of a stream lies in one chunk. Every chunk but the last is full.
const ChunkSize = 64 << 10

const (
	chunkOver   = 1 + nonceSize + tagSize
	sealedChunk = ChunkSize + chunkOver
)

// Stream is one large object (attachment, recording) under a key of its own, in chunks that open
// only at their own place in their own object, the last one only as the last.
type Stream struct {
	hidden
	key Key
	ad  AD
}

// NewStream names the object: organisation, case, object id.
func NewStream(key Key, object AD) Stream {
	key.raw() // refuses the zero key before the first chunk
	return Stream{key: key, ad: object}
}

// SealChunk appends a sealed chunk to dst. Each writing draws a fresh nonce.
func (s Stream) SealChunk(dst, plain []byte, index int64, last bool) []byte {
	var nonce [nonceSize]byte
	fill(nonce[:])
	return s.sealChunkWith(nonce[:], dst, plain, s.place(index, last))
}

func (s Stream) sealChunkWith(nonce, dst, plain, aad []byte) []byte {
	dst = append(append(dst, formatChunk), nonce...)
	return s.key.block().seal(dst, nonce, plain, aad)
}

// OpenChunk appends the chunk's plaintext to dst.
func (s Stream) OpenChunk(dst, sealed []byte, index int64, last bool) ([]byte, error) {
	if len(sealed) < chunkOver || sealed[0] != formatChunk {
		return nil, ErrOpen
	}
	return s.key.block().open(dst, sealed[1:1+nonceSize], sealed[1+nonceSize:], s.place(index, last))
}

func (s Stream) place(index int64, last bool) []byte {
	return append([]byte{formatChunk}, s.ad.With(index, last).b...)
}

// SealedSize is the stored length of an object of so many bytes.
func SealedSize(plain int64) int64 { return plain + chunks(plain)*chunkOver }

// PlainSize is the length of an object that is stored in so many bytes, or ErrOpen if no object is.
func PlainSize(sealed int64) (int64, error) {
	n := (sealed + sealedChunk - 1) / sealedChunk
	plain := sealed - n*chunkOver
	if n < 1 || plain < 0 || SealedSize(plain) != sealed {
		return 0, ErrOpen
	}
	return plain, nil
}

// chunks is at least one: an empty object has an empty last chunk, so that its absence is noticed.
func chunks(plain int64) int64 { return max(1, (plain+ChunkSize-1)/ChunkSize) }
