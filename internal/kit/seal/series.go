package seal

import "encoding/binary"

// Series is a key that is renewed now and then: version 1 is the key itself, later ones are others.
// What is sealed under a later version says which in its head, so that none is ever guessed.
type Series interface {
	// Newest is the version that is sealed under from now on.
	Newest() int
	// Version gives the key of a version from 2 on.
	Version(n int) Key
}

// MaxVersion is the last version that a head has room for.
const MaxVersion = 1<<16 - 1

// In gives the same key as a part of a series. Its boxes are sealed under the newest version and
// opened under their own; check values, tags and derived keys remain those of version 1.
func (k Key) In(s Series) Key {
	k.raw()
	return Key{k: k.k, series: lockUp(&s)}
}

// Version tells which version of a series sealed this box; 0 when it is no box of a series' formats.
func (b Box) Version() int {
	if len(b.b) == 0 {
		return 0
	}
	switch b.b[0] {
	case formatSealed, formatPadded:
		return 1
	case formatSealedLater, formatPaddedLater:
		return b.later()
	}
	return 0
}

// later reads the head of a box of a later version: two bytes, never 0 or 1, so that no version
// has two spellings.
func (b Box) later() int {
	if len(b.b) < 1+versionSize {
		return 0
	}
	if n := int(binary.BigEndian.Uint16(b.b[1:])); n > 1 {
		return n
	}
	return 0
}

const versionSize = 2

// closeNewest seals in the format of the newest version: first for version 1, later for the others.
func (k Key) closeNewest(first, later byte, plain []byte, ad AD) Box {
	if k.series == nil {
		return k.close(first, nil, plain, ad)
	}
	s := *k.series()
	n := s.Newest()
	if n <= 1 {
		return k.close(first, nil, plain, ad)
	}
	if n > MaxVersion {
		panic("seal: a series has no such version")
	}
	return s.Version(n).close(later, binary.BigEndian.AppendUint16(nil, uint16(n)), plain, ad)
}

// openOwn opens under the version that the box itself names.
func (k Key) openOwn(first, later byte, b Box, ad AD) ([]byte, error) {
	if k.series == nil || len(b.b) == 0 || b.b[0] != later {
		return k.open(first, 0, b, ad)
	}
	n := b.later()
	if n == 0 {
		return nil, ErrOpen
	}
	return (*k.series()).Version(n).open(later, versionSize, b, ad)
}
