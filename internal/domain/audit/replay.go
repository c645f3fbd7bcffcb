package audit

import (
	"cmp"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Replay verifies a log entry by entry: give it every entry in the order of the tree, each
// checkpoint once its size is reached, then what is pending, then ask for the report.
type Replay struct {
	org   string
	trust Trust
	held  map[int64][]heldRoot

	tree   Frontier
	next   int64 // sequence number that comes next
	chains [Chains]chainState
	signed int64 // size of the newest good checkpoint
	broken bool  // the root has been found wrong; what follows can't be right

	rows   map[rowKey]logged
	counts map[string]logged
	erased map[int64]int64 // ref and number of each entry without a payload
	// unexplained are erased entries that no later entry has named yet.
	unexplained map[int64]bool
	lastErased  int64
	report      Report
}

type rowKey struct{ kind, id string }

type chainState struct {
	next int64
	head tlog.Hash
}

// logged is what the newest entry says of a row or a case.
type logged struct {
	seq, ref int64
	hash     [32]byte
	count    int64
	seen     bool // in this pass over the tables
}

// NewReplay begins with an empty log.
func NewReplay(org string, trust Trust) *Replay {
	r := &Replay{
		org: org, trust: trust, held: map[int64][]heldRoot{},
		rows: map[rowKey]logged{}, counts: map[string]logged{}, erased: map[int64]int64{},
		unexplained: map[int64]bool{}, lastErased: -1,
		report: Report{Org: org, Witnesses: map[string]int{}, Findings: []Finding{}},
	}
	r.hold(trust.Held)
	return r
}

// maxFindings bounds the report of a log that is wrong throughout.
const maxFindings = 1000

// Find adds what its caller has found.
func (r *Replay) Find(f Finding) {
	f.To = max(f.To, f.Seq)
	if len(r.report.Findings) < maxFindings {
		r.report.Findings = append(r.report.Findings, f)
	}
}

// Entry takes the next entry of the tree and gives the nodes that it completes.
func (r *Replay) Entry(s Sealed) []Node {
	switch {
	case s.Seq > r.next:
		r.Find(Finding{What: EntryMissing, Seq: r.next, To: s.Seq - 1})
	case s.Seq < r.next:
		r.Find(Finding{What: EntryMisplaced, Seq: s.Seq})
	}
	r.next = s.Seq + 1
	r.follow(s)
	full := r.tree.Append(s.Leaf)
	r.compareHeld()
	return full
}

// Pending takes an entry that is durable but not yet in the tree.
func (r *Replay) Pending(s Sealed) {
	s.Seq = r.next + r.report.Pending
	r.report.Pending++
	r.follow(s)
}

// follow checks what an entry says against its leaf and its chain, and remembers its rows.
func (r *Replay) follow(s Sealed) {
	if s.Ref < 0 {
		r.Find(Finding{What: EntryMisplaced, Seq: s.Seq})
		return
	}
	chain, number := Place(s.Ref)
	c := &r.chains[chain]
	switch {
	case number > c.next && !r.gap(s.Seq):
		r.Find(Finding{What: EntryMissing, Seq: s.Seq})
	case number < c.next:
		r.Find(Finding{What: EntryMisplaced, Seq: s.Seq})
	}
	c.next = number + 1
	c.head = Link(c.head, s.Leaf)
	if s.Erased() {
		r.report.Erased++
		r.erased[s.Ref] = s.Seq
		r.unexplained[s.Seq] = true
		r.lastErased = s.Seq
		return
	}
	e, err := Decode(s.Payload)
	if err != nil || Leaf(r.org, s.Ref, s.Salt, s.Payload) != s.Leaf {
		r.Find(Finding{What: EntryChanged, Seq: s.Seq})
		return
	}
	r.remember(s, e)
}

// gap tells whether the entry before this one has been reported missing already.
func (r *Replay) gap(seq int64) bool {
	f := r.report.Findings
	return len(f) > 0 && f[len(f)-1].What == EntryMissing && f[len(f)-1].To == seq-1
}

func (r *Replay) remember(s Sealed, e Entry) {
	for _, row := range e.Rows {
		switch row.Kind {
		case EraseKind:
			r.allow(row)
			continue
		case RestoreKind:
			r.restored(row)
		}
		key := rowKey{row.Kind, row.ID}
		if row.Gone() {
			delete(r.rows, key)
			continue
		}
		r.rows[key] = logged{seq: s.Seq, ref: s.Ref, hash: row.Hash}
	}
	switch {
	case e.Count == nil:
	case *e.Count < 0:
		delete(r.counts, e.Case)
	default:
		r.counts[e.Case] = logged{seq: s.Seq, ref: s.Ref, count: *e.Count}
	}
}

// Size is how many entries of the tree it has seen.
func (r *Replay) Size() int64 { return r.tree.Size() }

// Root is the root of what it has seen.
func (r *Replay) Root() tlog.Hash { return r.tree.Root() }

// Checkpoint takes a checkpoint when its size has been reached, or at the end.
func (r *Replay) Checkpoint(signed []byte, size int64) {
	c, seen, err := OpenCheckpoint(signed, r.trust.Key, r.trust.Witnesses...)
	if err != nil || c.Org != r.org || c.Size != size {
		r.Find(Finding{What: CheckpointForged, Seq: max(size-1, 0)})
		return
	}
	r.report.Checkpoints++
	for _, name := range seen {
		r.report.Witnesses[name]++
	}
	switch {
	case c.Size > r.next:
		r.Find(Finding{What: TailMissing, Seq: r.next, To: c.Size - 1})
	case c.Size != r.tree.Size():
		r.broken = true // a missing entry has been reported where it was
	case c.Root != r.tree.Root() && !r.broken:
		r.broken = true
		r.Find(Finding{What: TreeChanged, Seq: r.signed, To: c.Size - 1})
	case !r.broken:
		r.signed = c.Size
	}
}

// Chain compares a chain's remembered head with what its entries gave.
func (r *Replay) Chain(chain int, next int64, head tlog.Hash) {
	if got := r.chains[chain]; got.next != next || got.head != head {
		r.Find(Finding{What: ChainBroken, Seq: r.next, Table: "audit_chain", ID: strconv.Itoa(chain)})
	}
}

// Report ends the verification.
func (r *Replay) Report() Report {
	r.judgeHeld()
	for seq := range r.unexplained {
		r.Find(Finding{What: EntryErased, Seq: seq})
	}
	slices.SortStableFunc(r.report.Findings, func(a, b Finding) int { return cmp.Compare(a.Seq, b.Seq) })
	r.report.Size = r.tree.Size()
	r.report.Root = r.tree.Root()
	r.report.Unsigned = max(0, r.report.Size-r.signed)
	return r.report
}
