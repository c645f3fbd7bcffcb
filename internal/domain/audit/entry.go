// Package audit is the log that can't be edited unseen: what an entry says, how it becomes a leaf
// of a Merkle tree, and how a log is verified by somebody who has neither database nor key.
package audit

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

// Entry (loggpost) says who did what under which authority, with the hashes of what was written.
// It names people by tags and holds no content.
type Entry struct {
	Actor     string // HMAC tag of the person, function or program
	Act       string // "case.open", "item.add", ...
	Authority string
	Case      string
	Rows      []Row  // every sealed row written; a zero hash says that it was erased
	Count     *int64 // item count of Case after the act; nil: unchanged, negative: the case is gone
	Hour      clock.Stamp
}

// Row is one sealed row as it was written.
type Row struct {
	Kind string // table
	ID   string
	Hash [32]byte
}

// Gone tells whether the row was erased.
func (r Row) Gone() bool { return r.Hash == [32]byte{} }

// Bounds of an entry; a log of ids, tags and hashes needs no more.
const (
	maxText = 256
	maxRows = 4096
)

// Check refuses an entry that could not be read back.
func (e Entry) Check() error {
	for _, s := range []string{e.Actor, e.Act, e.Authority, e.Case} {
		if len(s) > maxText {
			return fault.Detailf("a log entry holds a text of %d bytes", len(s))
		}
	}
	if e.Act == "" || len(e.Rows) > maxRows || e.Hour < 0 || (e.Count != nil && e.Case == "") {
		return fault.Detailf("a log entry without an act, with too many rows, or with a count and no case")
	}
	for _, r := range e.Rows {
		if r.Kind == "" || r.ID == "" || len(r.Kind) > maxText || len(r.ID) > maxText {
			return fault.Detailf("a row of a log entry has no kind or no id")
		}
	}
	return nil
}
