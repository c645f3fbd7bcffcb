package seal

import (
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
)

// Box is a sealed value as it lies in the database: ciphertext, safe to store, useless to print.
type Box struct {
	hidden
	b []byte
}

// NewBox takes stored bytes back; whether they open is seen when they are opened.
func NewBox(raw []byte) Box { return Box{b: append([]byte(nil), raw...)} }

// Bytes is what to store.
func (b Box) Bytes() []byte { return append([]byte(nil), b.b...) }

// Size is the number of bytes stored.
func (b Box) Size() int { return len(b.b) }

// IsZero tells whether there is nothing in it: an empty column.
func (b Box) IsZero() bool { return len(b.b) == 0 }

// Hash names exactly these sealed bytes; the log keeps it to notice an older row.
func (b Box) Hash() [32]byte { return sha256.Sum256(b.b) }

// Value lets a box be written to a BYTEA column; an empty box is NULL.
func (b Box) Value() (driver.Value, error) {
	if b.IsZero() {
		return nil, nil
	}
	return b.Bytes(), nil
}

// Scan reads a BYTEA column.
func (b *Box) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		b.b = nil
	case []byte:
		b.b = append([]byte(nil), v...)
	default:
		return fmt.Errorf("seal: a box cannot be read from a %T column", src)
	}
	return nil
}
