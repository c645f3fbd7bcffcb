package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
)

const (
	nonceSize = 24
	tagSize   = 16
)

// block is AES-256 under the key, and K1 of CMAC: what XAES-256-GCM needs for every message.
type block struct {
	aes cipher.Block
	k1  [16]byte
}

func newBlock(key []byte) block {
	b := block{aes: mustAES(key)}
	b.aes.Encrypt(b.k1[:], b.k1[:])
	msb := b.k1[0] >> 7
	for i := range 15 {
		b.k1[i] = b.k1[i]<<1 | b.k1[i+1]>>7
	}
	b.k1[15] = b.k1[15]<<1 ^ byte(subtle.ConstantTimeSelect(int(msb), 0x87, 0))
	return b
}

// gcm derives the message's own AES-256-GCM from the first half of the 24-byte nonce
// (C2SP XAES-256-GCM); the second half is its nonce. So random nonces never run out.
func (b *block) gcm(nonce []byte) cipher.AEAD {
	key := make([]byte, KeySize)
	for i := range 2 {
		half := key[16*i:][:16]
		half[1], half[2] = byte(i+1), 'X'
		copy(half[4:], nonce[:12])
		subtle.XORBytes(half, half, b.k1[:])
		b.aes.Encrypt(half, half)
	}
	return mustGCM(mustAES(key))
}

func (b *block) seal(dst, nonce, plain, aad []byte) []byte {
	return b.gcm(nonce).Seal(dst, nonce[12:], plain, aad)
}

func (b *block) open(dst, nonce, sealed, aad []byte) ([]byte, error) {
	out, err := b.gcm(nonce).Open(dst, nonce[12:], sealed, aad)
	if err != nil {
		return nil, ErrOpen
	}
	return out, nil
}

func mustAES(key []byte) cipher.Block {
	c, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for a key that is not 32 bytes, which no caller has
	}
	return c
}

func mustGCM(c cipher.Block) cipher.AEAD {
	g, err := cipher.NewGCM(c)
	if err != nil {
		panic(err) // only for a block size other than AES's
	}
	return g
}
