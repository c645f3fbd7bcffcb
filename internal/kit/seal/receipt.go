package seal

import (
	"crypto/sha256"
	"strings"
)

const (
	receiptRandom = 21 // characters of 5 bits: 105 bits
	receiptCheck  = 3  // characters of 5 bits: one typing error in 32,768 passes
)

// Receipt (mottagningskvitto) is the code by which somebody without an account comes back. It is
// shown once and stored nowhere; the server knows only what follows from it.
type Receipt struct {
	hidden
	code vault[[receiptRandom]byte]
}

// NewReceipt draws a code.
func NewReceipt() Receipt {
	var code [receiptRandom]byte
	fill(code[:])
	for i := range code {
		code[i] = crockford[code[i]&31]
	}
	return Receipt{code: lockUp(&code)}
}

// ParseReceipt takes what a person typed. ErrFormat means a typing error, not an unknown code.
func ParseReceipt(s string) (Receipt, error) {
	if len(s) > 200 {
		return Receipt{}, ErrFormat
	}
	text, err := readable(s)
	if err != nil || len(text) != receiptRandom+receiptCheck {
		return Receipt{}, ErrFormat
	}
	code := [receiptRandom]byte([]byte(text[:receiptRandom]))
	if receiptSum(code) != text[receiptRandom:] {
		return Receipt{}, ErrFormat
	}
	return Receipt{code: lockUp(&code)}, nil
}

// Text is the code in six groups of four, as it is printed and put in the QR code.
func (r Receipt) Text() string {
	return strings.ReplaceAll(groups(string(r.code()[:])+receiptSum(*r.code()), 4), " ", "-")
}

// Lookup is the id under which the server finds what belongs to the code.
func (r Receipt) Lookup(org Key) string {
	k := extract(r.code()[:], org.Derive("receipt"), Bind("varn receipt look-up"))
	return lower().EncodeToString(k.raw()[:20])
}

// Private is the key pair that answers are sealed to.
func (r Receipt) Private(org Key) *Private {
	return privateOf(extract(r.code()[:], org.Derive("receipt"), Bind("varn receipt key pair")))
}

func receiptSum(code [receiptRandom]byte) string {
	sum := sha256.Sum256(append([]byte("varn receipt 1"), code[:]...))
	return upper().EncodeToString(sum[:2])[:receiptCheck]
}
