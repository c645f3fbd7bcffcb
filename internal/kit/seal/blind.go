package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math/bits"
	"sync"
)

// Blind stands for values without showing them, where very many are asked for: Sieve is a keyed 64-bit
// function quick enough for every word of a text, and Tag confirms what it lets through.
type Blind struct {
	hidden
	k vault[blindKeys]
}

type blindKeys struct {
	k0, k1 uint64
	tags   sync.Pool // of hash.Hash, keyed
}

// Blind makes the two functions of one purpose.
func (k Key) Blind(purpose string) Blind {
	sieve, tag := k.Derive("sieve", purpose).raw(), k.Derive("blind", purpose).Bytes()
	return Blind{k: lockUp(&blindKeys{
		k0: binary.LittleEndian.Uint64(sieve), k1: binary.LittleEndian.Uint64(sieve[8:]), tags: sync.Pool{New: func() any { return hmac.New(sha256.New, tag) }},
	})}
}

// Tag is 64 bits of an HMAC of the value.
func (b Blind) Tag(value []byte) uint64 {
	k := b.k()
	h, _ := k.tags.Get().(hash.Hash)
	h.Reset()
	h.Write(value)
	var sum [sha256.Size]byte
	tag := binary.BigEndian.Uint64(h.Sum(sum[:0]))
	k.tags.Put(h)
	return tag
}

// Sieve is SipHash-2-4 (Aumasson and Bernstein 2012), a pseudo-random function: without the key it
// tells nothing but that two values are equal.
func (b Blind) Sieve(value []byte) uint64 {
	k := b.k()
	return sip(k.k0, k.k1, value)
}

func sip(k0, k1 uint64, p []byte) uint64 {
	v0, v1, v2, v3 := k0^0x736f6d6570736575, k1^0x646f72616e646f6d, k0^0x6c7967656e657261, k1^0x7465646279746573
	last := uint64(len(p)) << 56
	for ; len(p) >= 8; p = p[8:] {
		m := binary.LittleEndian.Uint64(p)
		v3 ^= m
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
		v0 ^= m
	}
	for i, c := range p {
		last |= uint64(c) << (8 * i)
	}
	v3 ^= last
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	v0 ^= last
	v2 ^= 0xff
	for range 4 {
		v0, v1, v2, v3 = sipRound(v0, v1, v2, v3)
	}
	return v0 ^ v1 ^ v2 ^ v3
}

func sipRound(v0, v1, v2, v3 uint64) (uint64, uint64, uint64, uint64) {
	v0 += v1
	v1 = bits.RotateLeft64(v1, 13) ^ v0
	v0 = bits.RotateLeft64(v0, 32)
	v2 += v3
	v3 = bits.RotateLeft64(v3, 16) ^ v2
	v0 += v3
	v3 = bits.RotateLeft64(v3, 21) ^ v0
	v2 += v1
	v1 = bits.RotateLeft64(v1, 17) ^ v2
	v2 = bits.RotateLeft64(v2, 32)
	return v0, v1, v2, v3
}
