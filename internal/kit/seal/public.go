package seal

import (
	"crypto/hpke"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
)

// PublicSize is the stored length of a public key: its format byte, ML-KEM-768 and X25519.
const PublicSize = 1 + 1184 + 32

// Public is the half of a key pair that anybody may seal to.
type Public struct {
	hidden
	p *public
}

type public struct {
	raw string
	sum [32]byte
	key func() (hpke.PublicKey, error)
}

func kem() hpke.KEM { return hpke.MLKEM768X25519() }

// ParsePublic refuses what no key pair can have.
func ParsePublic(b []byte) (Public, error) {
	p, err := publicOf(b)
	if err != nil {
		return Public{}, err
	}
	if _, err := p.p.key(); err != nil {
		return Public{}, ErrFormat
	}
	return p, nil
}

// publicOf leaves the costly half of parsing (36 µs) until something is sealed to the key.
func publicOf(b []byte) (Public, error) {
	if len(b) != PublicSize || b[0] != formatPublic {
		return Public{}, ErrFormat
	}
	raw := string(b)
	return Public{p: &public{raw: raw, sum: sha256.Sum256(b), key: sync.OnceValues(func() (hpke.PublicKey, error) {
		return kem().NewPublicKey([]byte(raw[1:]))
	})}}, nil
}

// Bytes is what to store; nil for the zero key.
func (p Public) Bytes() []byte {
	if p.p == nil {
		return nil
	}
	return []byte(p.p.raw)
}

// IsZero tells whether there is no key.
func (p Public) IsZero() bool { return p.p == nil }

// Equal tells whether both are the same key.
func (p Public) Equal(o Public) bool {
	return p.p != nil && o.p != nil && subtle.ConstantTimeCompare([]byte(p.p.raw), []byte(o.p.raw)) == 1
}

// Fingerprint is 120 bits in six groups of four, for two people to compare aloud.
func (p Public) Fingerprint() string {
	if p.p == nil {
		return ""
	}
	return groups(upper().EncodeToString(p.p.sum[:15]), 4)
}

// Wrap closes a secret to the holder of the private half, with an encapsulation of its own.
func (p Public) Wrap(secret []byte, ad AD) (Box, error) {
	key, err := p.parsed()
	if err != nil {
		return Box{}, err
	}
	bound := wrapBound(ad)
	enc, sender, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES256GCM(), bound)
	if err != nil {
		return Box{}, ErrFormat
	}
	sealed, err := sender.Seal(bound, secret)
	if err != nil {
		return Box{}, fmt.Errorf("seal: wrap: %w", err)
	}
	out := make([]byte, 0, 1+len(enc)+len(sealed))
	return Box{b: append(append(append(out, formatWrap), enc...), sealed...)}, nil
}

func (p Public) parsed() (hpke.PublicKey, error) {
	if p.p == nil {
		return nil, ErrFormat
	}
	key, err := p.p.key()
	if err != nil {
		return nil, ErrFormat
	}
	return key, nil
}

func wrapBound(ad AD) []byte { return append([]byte{formatWrap}, ad.b...) }

// Value lets a public key be written to a BYTEA column; no key is NULL.
func (p Public) Value() (driver.Value, error) {
	if p.p == nil {
		return nil, nil
	}
	return p.Bytes(), nil
}

// Scan reads a BYTEA column. The row's MAC says whether it is the right key.
func (p *Public) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*p = Public{}
		return nil
	case []byte:
		got, err := publicOf(v)
		*p = got
		return err
	}
	return fmt.Errorf("seal: a public key cannot be read from a %T column", src)
}

// groups writes a text in groups with spaces between.
func groups(s string, n int) string {
	var b strings.Builder
	for i := 0; i < len(s); i += n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s[i:min(i+n, len(s))])
	}
	return b.String()
}
