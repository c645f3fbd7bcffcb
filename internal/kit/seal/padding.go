package seal

import (
	"encoding/binary"
	"math/bits"
)

// leastPadded hides the length of everything short: names, codes, titles.
const leastPadded = 64

// SealPadded is Seal with the length hidden: Padmé (Nikitin et al., PETS 2019), never under 64 bytes.
func (k Key) SealPadded(plain []byte, ad AD) Box {
	return k.closeNewest(formatPadded, formatPaddedLater, pad(plain), ad)
}

// OpenPadded gives back what SealPadded closed.
func (k Key) OpenPadded(b Box, ad AD) ([]byte, error) {
	padded, err := k.openOwn(formatPadded, formatPaddedLater, b, ad)
	if err != nil {
		return nil, err
	}
	return unpad(padded)
}

// Padded is the length that a text of n bytes takes inside a padded box.
func Padded(n int) int {
	n = max(n+4, leastPadded)
	e := bits.Len(uint(n)) - 1
	mask := 1<<(e-bits.Len(uint(e))) - 1
	return (n + mask) &^ mask
}

func pad(plain []byte) []byte {
	out := make([]byte, Padded(len(plain)))
	binary.BigEndian.PutUint32(out, uint32(len(plain)))
	copy(out[4:], plain)
	return out
}

func unpad(padded []byte) ([]byte, error) {
	if len(padded) < 4 {
		return nil, ErrOpen
	}
	n := int64(binary.BigEndian.Uint32(padded))
	if n > int64(len(padded)-4) || Padded(int(n)) != len(padded) {
		return nil, ErrOpen
	}
	return padded[4 : 4+n : 4+n], nil
}
