package audit

import (
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Trust is what a verifier brings: keys, and checkpoints kept outside the log (beside the server
// key, printed, with a witness), which alone can show that a log has been cut.
type Trust struct {
	Key       note.Verifier
	Witnesses []note.Verifier
	Held      [][]byte
	// Known are states seen by other means, unsigned.
	Known []Checkpoint
}

// RestoreKind is the row of a `restore` entry that names the checkpoint given up: an older
// database was put back knowingly.
const RestoreKind = "checkpoint"

// RestoreAct is that entry's act.
const RestoreAct = "restore"

// RestoredRow names a checkpoint that a restore gives up.
func RestoredRow(c Checkpoint) Row {
	return Row{Kind: RestoreKind, ID: strconv.FormatInt(c.Size, 10), Hash: c.Root}
}

// heldRoot is a root that the log must have had, or given up by a logged restore.
type heldRoot struct {
	root     tlog.Hash
	known    bool // unsigned
	reached  bool
	right    bool
	restored bool
}

func (r *Replay) hold(held [][]byte) {
	for _, signed := range held {
		c, _, err := OpenCheckpoint(signed, r.trust.Key, r.trust.Witnesses...)
		if err != nil || c.Org != r.org {
			r.Find(Finding{What: CheckpointForged})
			continue
		}
		r.held[c.Size] = append(r.held[c.Size], heldRoot{root: c.Root})
	}
	for _, c := range r.trust.Known {
		r.held[c.Size] = append(r.held[c.Size], heldRoot{root: c.Root, known: true})
	}
}

func (r *Replay) compareHeld() {
	for i := range r.held[r.tree.Size()] {
		h := &r.held[r.tree.Size()][i]
		h.reached = true
		h.right = h.root == r.tree.Root()
	}
}

func (r *Replay) restored(row Row) {
	size, err := strconv.ParseInt(row.ID, 10, 64)
	if err != nil {
		return
	}
	for i := range r.held[size] {
		if h := &r.held[size][i]; h.root == row.Hash {
			h.restored = true
		}
	}
}

func (r *Replay) judgeHeld() {
	for size, roots := range r.held {
		for _, h := range roots {
			switch {
			case h.right:
			case h.restored:
				r.report.Restores++
			case h.known:
				r.Find(Finding{What: KnownStateChanged, Seq: max(size-1, 0)})
			case h.reached:
				r.Find(Finding{What: TreeChanged, Seq: min(r.signed, size-1), To: size - 1})
			default:
				r.Find(Finding{What: TailMissing, Seq: r.next, To: size - 1})
			}
		}
	}
	clear(r.held)
}
