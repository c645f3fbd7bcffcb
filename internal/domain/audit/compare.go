package audit

import (
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Remembered compares the newest hash of a row, as the database remembers it, with the log.
// A row last named by an entry that retention has erased is taken as it is.
func (r *Replay) Remembered(row Row, ref int64) {
	key := rowKey{row.Kind, row.ID}
	want, known := r.rows[key]
	if seq, erased := r.erased[ref]; erased && (!known || want.seq < seq) {
		r.rows[key] = logged{seq: seq, ref: ref, hash: row.Hash, seen: true}
		return
	}
	if !known {
		r.Find(Finding{What: RowUnlogged, Table: row.Kind, ID: row.ID})
		return
	}
	if want.hash != row.Hash || want.ref != ref {
		r.Find(Finding{What: RowChanged, Seq: want.seq, Table: row.Kind, ID: row.ID})
	}
	want.seen = true
	r.rows[key] = want
}

// AllRemembered reports the rows that the database does not remember any more.
func (r *Replay) AllRemembered() { r.unseen(func(string) bool { return true }) }

// Current compares a sealed row as it lies in its table now.
func (r *Replay) Current(row Row) {
	r.report.Rows++
	key := rowKey{row.Kind, row.ID}
	want, known := r.rows[key]
	if !known {
		r.Find(Finding{What: RowUnlogged, Table: row.Kind, ID: row.ID})
		return
	}
	if want.hash != row.Hash {
		r.Find(Finding{What: RowChanged, Seq: want.seq, Table: row.Kind, ID: row.ID})
	}
	want.seen = true
	r.rows[key] = want
}

// AllCurrent reports the logged rows of these tables that they do not hold any more.
func (r *Replay) AllCurrent(kinds []string) {
	r.unseen(func(kind string) bool { return slices.Contains(kinds, kind) })
}

// unseen ends a pass over rows. A row may have been erased by an entry that is itself erased.
func (r *Replay) unseen(asked func(kind string) bool) {
	for key, want := range r.rows {
		if !want.seen && asked(key.kind) && want.seq > r.lastErased {
			r.Find(Finding{What: RowMissing, Seq: want.seq, Table: key.kind, ID: key.id})
		}
		want.seen = false
		r.rows[key] = want
	}
}

// CaseCount compares an item count; table says where it was read.
func (r *Replay) CaseCount(table, id string, count int64) {
	want, known := r.counts[id]
	if !known && r.lastErased >= 0 {
		return
	}
	if !known || want.count != count {
		r.Find(Finding{What: CountChanged, Seq: want.seq, Table: table, ID: id})
	}
	want.seen = true
	r.counts[id] = want
}

// AllCounted reports the cases whose count the table does not hold any more.
func (r *Replay) AllCounted(table string) {
	for id, want := range r.counts {
		if !want.seen && want.seq > r.lastErased {
			r.Find(Finding{What: CountChanged, Seq: want.seq, Table: table, ID: id})
		}
		want.seen = false
		r.counts[id] = want
	}
}

// Node compares a stored node with the one that the leaves give.
func (r *Replay) Node(want Node, stored tlog.Hash) {
	if want.Hash != stored {
		r.Find(Finding{What: NodeChanged, Seq: want.N << want.Level, To: (want.N+1)<<want.Level - 1})
	}
}
