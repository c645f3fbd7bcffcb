// Package ident makes the random ids that name things: 128 bits, nothing readable in them.
package ident

import (
	"crypto/rand"
	"encoding/base32"
)

// Length is the number of characters of an id.
const Length = 26

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// New makes an id of 128 random bits in lower-case Crockford base32.
func New() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand.Read never fails: it ends the process instead
	return encoding().EncodeToString(b[:])
}

// Valid tells whether s has the form of an id; every id from outside passes here first.
func Valid(s string) bool {
	if len(s) != Length {
		return false
	}
	b, err := encoding().DecodeString(s)
	return err == nil && encoding().EncodeToString(b) == s
}

func encoding() *base32.Encoding {
	return base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)
}
