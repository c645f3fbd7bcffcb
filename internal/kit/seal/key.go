package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"sync"
)

// Key is a symmetric key.
type Key struct {
	hidden
	k      vault[secret]
	series vault[Series] // nil: one version for ever
}

// secret is the key, and what is costly to make of it, made once and only if asked for.
type secret struct {
	b     [KeySize]byte
	aes   sync.Once
	block block
	hmac  sync.Once
	mac   Key
}

// NewKey makes a random key.
func NewKey() Key {
	var b [KeySize]byte
	fill(b[:])
	return keyOf(b)
}

// KeyFrom takes 32 bytes as a key.
func KeyFrom(b []byte) (Key, error) {
	if len(b) != KeySize {
		return Key{}, ErrFormat
	}
	return keyOf([KeySize]byte(b)), nil
}

func keyOf(b [KeySize]byte) Key {
	return Key{k: lockUp(&secret{b: b})}
}

// Bytes gives the key itself; only a key place and another seal may have it.
func (k Key) Bytes() []byte { return append([]byte(nil), k.raw()...) }

// IsZero tells whether there is no key.
func (k Key) IsZero() bool { return k.k == nil }

// Equal compares in constant time.
func (k Key) Equal(o Key) bool { return subtle.ConstantTimeCompare(k.raw(), o.raw()) == 1 }

// raw panics on the zero key: sealing under nothing must never look as if it worked.
func (k Key) raw() []byte {
	if k.k == nil {
		panic("seal: the zero key was used")
	}
	return k.k().b[:]
}

func (k Key) block() *block {
	k.raw()
	s := k.k()
	s.aes.Do(func() { s.block = newBlock(s.b[:]) })
	return &s.block
}

// Derive makes a key for one purpose and context; each differs from every other and tells nothing
// about this one.
func (k Key) Derive(label string, context ...string) Key {
	return expand(k.raw(), Bind("varn key", label).With(Bind(context...)))
}

// Seal closes plain so that it opens only under this key and at this place.
func (k Key) Seal(plain []byte, ad AD) Box {
	return k.closeNewest(formatSealed, formatSealedLater, plain, ad)
}

// Open gives back what Seal closed.
func (k Key) Open(b Box, ad AD) ([]byte, error) {
	return k.openOwn(formatSealed, formatSealedLater, b, ad)
}

// close writes format, head, a fresh nonce and the ciphertext; format and head are authenticated.
func (k Key) close(format byte, head, plain []byte, ad AD) Box {
	var nonce [nonceSize]byte
	fill(nonce[:])
	return k.closeWith(nonce[:], format, head, plain, ad)
}

func (k Key) closeWith(nonce []byte, format byte, head, plain []byte, ad AD) Box {
	block := k.block()
	out := make([]byte, 0, 1+len(head)+nonceSize+len(plain)+tagSize)
	out = append(append(out, format), head...)
	aad := join(out, ad.b)
	return Box{b: block.seal(append(out, nonce...), nonce, plain, aad)}
}

func (k Key) open(format byte, head int, b Box, ad AD) ([]byte, error) {
	block := k.block()
	if len(b.b) < 1+head+nonceSize+tagSize || b.b[0] != format {
		return nil, ErrOpen
	}
	aad := join(b.b[:1+head], ad.b)
	nonce := b.b[1+head:][:nonceSize]
	return block.open(nil, nonce, b.b[1+head+nonceSize:], aad)
}

// expand is HKDF-Expand: prk is a uniformly random key, info says what it becomes.
func expand(prk []byte, info AD) Key {
	out, err := hkdf.Expand(sha256.New, prk, string(info.b), KeySize)
	return keyOf([KeySize]byte(must(out, err)))
}

// extract is HKDF with both steps, for a secret that is not a uniformly random key.
func extract(material []byte, salt Key, info AD) Key {
	prk, err := hkdf.Extract(sha256.New, material, salt.raw())
	return expand(must(prk, err), info)
}

func hmacOf(key, content []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(content)
	return h.Sum(nil)
}

func join(a, b []byte) []byte {
	return append(append(make([]byte, 0, len(a)+len(b)), a...), b...)
}

func fill(b []byte) {
	_, _ = rand.Read(b) // crypto/rand.Read never fails: it ends the process instead
}

// must is for calls that fail only on lengths fixed in this package.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
