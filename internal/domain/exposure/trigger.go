package exposure

import (
	"encoding/binary"
	"math/bits"
)

// class says what begins at a byte; nothing is found where it is plain.
type class byte

const (
	plain   class = iota
	digit         // a number of any sort
	capital       // a word with a capital: names, platforms
	late          // the second byte of Å, Ä, Ö and É
	at            // an address or a handle
	colon         // "Instagram: …"
	slash         // instagram.com/…
	dot           // a file's ending, "(at) example.se"
)

var classes = func() (t [256]class) {
	for c := '0'; c <= '9'; c++ {
		t[c] = digit
	}
	for c := 'A'; c <= 'Z'; c++ {
		t[c] = capital
	}
	t[0x84], t[0x85], t[0x96], t[0x89] = late, late, late, late
	t['@'], t[':'], t['/'], t['.'] = at, colon, slash, dot
	return t
}()

const (
	each = 0x0101010101010101
	high = each * 0x80
)

// next is the first byte from i on where something may begin, or to. Eight bytes are looked at in one
// go: all that may begin anything lies in '.' to 'Z', or is the second byte of a capital above ASCII
// (0x80 to 0x9F), and small letters, spaces, commas and å ä ö lie outside.
func next(b []byte, i, to int) int {
	for ; i+32 <= to; i += 32 {
		w := b[i : i+32]
		m0, m1 := begins(binary.LittleEndian.Uint64(w)), begins(binary.LittleEndian.Uint64(w[8:]))
		m2, m3 := begins(binary.LittleEndian.Uint64(w[16:])), begins(binary.LittleEndian.Uint64(w[24:]))
		if m0|m1|m2|m3 == 0 {
			continue
		}
		// one bit for each of the 32 bytes
		for m := pack(m0) | pack(m1)<<8 | pack(m2)<<16 | pack(m3)<<24; m != 0; m &= m - 1 {
			j := i + bits.TrailingZeros64(m)
			switch classes[b[j]] {
			case plain:
			case dot: // most end a sentence
				if j+1 >= len(b) || b[j+1] > ' ' {
					return j
				}
			default:
				return j
			}
		}
	}
	for ; i < to; i++ {
		if classes[b[i]] != plain {
			return i
		}
	}
	return to
}

// begins has the high bit of each byte that may begin something.
func begins(x uint64) uint64 {
	low := x &^ high
	within := (low + each*(0x80-'.')) &^ (low + each*(0x80-'Z'-1)) &^ x
	second := x &^ (x << 1) &^ (x << 2)
	return (within | second) & high
}

// pack gathers the high bits of eight bytes into eight bits.
func pack(m uint64) uint64 { return m >> 7 * 0x0102040810204080 >> 56 }
