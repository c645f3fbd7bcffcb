package seal

import (
	"crypto/sha256"
	"encoding"
	"hash"
)

// SealHash closes the state of a SHA-256 under way (crypto/sha256), which holds up to 64 bytes of
// what was hashed; so an interrupted upload goes on without reading everything again.
func (k Key) SealHash(h hash.Hash, ad AD) (Box, error) {
	m, ok := h.(encoding.BinaryMarshaler)
	if !ok {
		return Box{}, ErrFormat
	}
	state, err := m.MarshalBinary()
	if err != nil {
		return Box{}, err
	}
	return k.close(formatHash, nil, state, ad), nil
}

// OpenHash gives back a SHA-256 that goes on where SealHash left it.
func (k Key) OpenHash(b Box, ad AD) (hash.Hash, error) {
	state, err := k.open(formatHash, 0, b, ad)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil {
		return nil, ErrOpen
	}
	return h, nil
}
