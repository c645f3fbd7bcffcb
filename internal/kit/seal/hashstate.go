package seal

// SealHash closes the state of a tree hash under way, which holds up to 64 bytes of what was hashed;
// so an interrupted upload goes on without reading everything again.
func (k Key) SealHash(h *TreeHash, ad AD) (Box, error) {
	state, err := h.MarshalBinary()
	if err != nil {
		return Box{}, err
	}
	return k.close(formatHash, nil, state, ad), nil
}

// OpenHash gives back a tree hash that goes on where SealHash left it.
func (k Key) OpenHash(b Box, ad AD) (*TreeHash, error) {
	state, err := k.open(formatHash, 0, b, ad)
	if err != nil {
		return nil, err
	}
	h := NewTreeHash()
	if err := h.UnmarshalBinary(state); err != nil {
		return nil, ErrOpen
	}
	return h, nil
}
