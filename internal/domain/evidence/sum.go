package evidence

import (
	"encoding/hex"

	"varn/internal/kit/fault"
)

// Sum is a SHA-256 sum, or a tree of them; written as hexadecimal figures.
type Sum [32]byte

// SumOf takes a stored sum; false when it has another length.
func SumOf(b []byte) (s Sum, ok bool) { return s, copy(s[:], b) == len(s) && len(b) == len(s) }

// IsZero tells whether there is none.
func (s Sum) IsZero() bool { return s == Sum{} }

// String is the sum as sha256sum writes it.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// MarshalText writes the sum; none is empty.
func (s Sum) MarshalText() ([]byte, error) {
	if s.IsZero() {
		return nil, nil
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads it.
func (s *Sum) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*s = Sum{}
		return nil
	}
	if n, err := hex.Decode(s[:], b[:min(len(b), 64)]); err != nil || n != len(s) || len(b) != 64 {
		return fault.New(fault.Invalid, "fault.invalid", "a sum of another length, or with other figures")
	}
	return nil
}
