package audit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"

	"golang.org/x/mod/sumdb/tlog"
)

// SaltLength hides a payload that could be guessed: once salt and payload are erased, the leaf
// tells nothing.
const SaltLength = 16

// NewSalt makes a leaf's salt.
func NewSalt() []byte {
	salt := make([]byte, SaltLength)
	_, _ = rand.Read(salt) // never fails: it ends the process instead
	return salt
}

// Leaf is the record hash over the salted hash of a payload. The organisation and the place in
// the chain stand in it, so that an entry can't be moved.
func Leaf(org string, ref int64, salt, payload []byte) tlog.Hash {
	b := make([]byte, 0, 64+len(org)+len(salt)+len(payload))
	b = append(b, "varn log leaf 1\x00"...)
	b = appendText(b, org)
	b = binary.BigEndian.AppendUint64(b, uint64(ref))
	b = append(binary.AppendUvarint(b, uint64(len(salt))), salt...)
	b = append(b, payload...)
	salted := sha256.Sum256(b)
	return tlog.RecordHash(salted[:])
}

// Chains is how many chains an organisation's log has on PostgreSQL; SQLite uses the first only.
const Chains = 16

// Ref is an entry's place: its number in its chain, and the chain. It is known before the entry
// has its place in the tree.
func Ref(chain int, number int64) int64 { return number*Chains + int64(chain) }

// Place takes a ref apart.
func Place(ref int64) (chain int, number int64) { return int(ref % Chains), ref / Chains }

// Link is the head of a chain after a leaf.
func Link(head, leaf tlog.Hash) tlog.Hash {
	b := make([]byte, 0, 96)
	b = append(b, "varn log chain 1\x00"...)
	b = append(append(b, head[:]...), leaf[:]...)
	return sha256.Sum256(b)
}

// Sealed is an entry as it lies in the log. Without salt and payload it has been erased.
type Sealed struct {
	Seq     int64
	Ref     int64
	Leaf    tlog.Hash
	Salt    []byte
	Payload []byte
}

// Erased tells whether the payload is gone, as retention may ask.
func (s Sealed) Erased() bool { return s.Payload == nil && s.Salt == nil }
