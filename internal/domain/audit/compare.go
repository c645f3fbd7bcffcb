package audit

import "golang.org/x/mod/sumdb/tlog"

// Remembered compares the newest hash of a row, as the database remembers it, with the log.
// Rows last named by an erased entry can't be compared.
func (r *Replay) Remembered(row Row, ref int64) {
	key := rowKey{row.Kind, row.ID}
	want, known := r.rows[key]
	switch {
	case r.erased[ref]:
		if known && want.ref > ref {
			break
		}
		r.rows[key] = logged{seq: want.seq, ref: ref, hash: row.Hash}
	case !known:
		r.Find(Finding{What: RowUnlogged, Table: row.Kind, ID: row.ID})
	case want.hash != row.Hash || want.ref != ref:
		r.Find(Finding{What: RowChanged, Seq: want.seq, Table: row.Kind, ID: row.ID})
	}
	want = r.rows[key]
	want.count = 1 // seen
	r.rows[key] = want
}

// AllRemembered reports the rows that the database no longer remembers.
func (r *Replay) AllRemembered() {
	for key, want := range r.rows {
		if want.count == 0 && want.hash != [32]byte{} {
			r.Find(Finding{What: RowMissing, Seq: want.seq, Table: key.kind, ID: key.id})
		}
		want.count = 0
		r.rows[key] = want
	}
}

// Current compares a sealed row as it lies in its table now.
func (r *Replay) Current(row Row) {
	r.report.Rows++
	key := rowKey{row.Kind, row.ID}
	want, known := r.rows[key]
	switch {
	case !known || want.hash == [32]byte{}:
		r.Find(Finding{What: RowUnlogged, Table: row.Kind, ID: row.ID})
		return
	case want.hash != row.Hash:
		r.Find(Finding{What: RowChanged, Seq: want.seq, Table: row.Kind, ID: row.ID})
	}
	want.count = 1
	r.rows[key] = want
}

// AllCurrent reports the logged rows of these kinds that their tables no longer hold.
func (r *Replay) AllCurrent(kinds []string) {
	asked := map[string]bool{}
	for _, k := range kinds {
		asked[k] = true
	}
	for key, want := range r.rows {
		if asked[key.kind] && want.count == 0 && want.hash != [32]byte{} {
			r.Find(Finding{What: RowMissing, Seq: want.seq, Table: key.kind, ID: key.id})
		}
	}
}

// CaseCount compares an item count; table says where it was read.
func (r *Replay) CaseCount(table, id string, count int64) {
	if want, known := r.counts[id]; !known || want.count != count {
		r.Find(Finding{What: CountChanged, Seq: want.seq, Table: table, ID: id})
	}
}

// Cases is how many cases the log knows an item count of.
func (r *Replay) Cases() int { return len(r.counts) }

// Counted gives the logged item count of each case.
func (r *Replay) Counted(visit func(id string, count, seq int64)) {
	for id, c := range r.counts {
		visit(id, c.count, c.seq)
	}
}

// Node compares a stored node with the one that the leaves give.
func (r *Replay) Node(want Node, stored tlog.Hash) {
	if want.Hash != stored {
		r.Find(Finding{What: NodeChanged, Seq: want.N << want.Level, To: (want.N+1)<<want.Level - 1})
	}
}
