// Package audit is the log that can't be edited unseen: what an entry says, how it becomes a leaf
// of a Merkle tree, and how an export is verified by somebody who has neither database nor key.
package audit

import (
	"varn/internal/kit/clock"
)

// Entry (loggpost) says who did what under which authority, with the hashes of what was written.
// It names people by tags and holds no content.
type Entry struct {
	Actor     string // HMAC tag of the person, function or program
	Act       string // "case.open", "item.add", ...
	Authority string
	Case      string
	Rows      []Row  // every sealed row written; a zero hash means that it was erased
	Count     *int64 // item count of Case after the act; nil: unchanged, negative: the case is gone
	Hour      clock.Stamp
}

// Row is one sealed row as it was written.
type Row struct {
	Kind string // table
	ID   string
	Hash [32]byte
}
