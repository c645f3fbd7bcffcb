package audit

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// What can be wrong with a log; the list is closed.
const (
	EntryChanged      = "entry_changed"       // payload and leaf do not fit
	EntryErased       = "entry_erased"        // its payload is gone and no later entry says why
	EntryMissing      = "entry_missing"       // a number is left out
	EntryMisplaced    = "entry_misplaced"     // out of its chain's order, or there twice
	TailMissing       = "tail_missing"        // a checkpoint has seen more entries
	TreeChanged       = "tree_changed"        // the root is not the one that a checkpoint signed
	NodeChanged       = "node_changed"        // a stored node is not what the leaves give
	ChainBroken       = "chain_broken"        // a chain's head is not what its entries give
	CheckpointForged  = "checkpoint_forged"   // not signed by the log's key, or for another log
	RowChanged        = "row_changed"         // a sealed row, or its remembered hash, is not the one logged
	RowMissing        = "row_missing"         // a logged row, or its remembered hash, is gone
	RowUnlogged       = "row_unlogged"        // a row, or a remembered hash, that no entry names
	CountChanged      = "count_changed"       // a case's item count is not the one logged
	EntryMislabelled  = "entry_mislabelled"   // the case it is found by is not the one it names
	KnownStateChanged = "known_state_changed" // not what this process committed
)

// Finding is one thing that is wrong, and where: entries Seq to To, or a row.
type Finding struct {
	What  string `json:"what"`
	Seq   int64  `json:"seq"`
	To    int64  `json:"to"`
	Table string `json:"table,omitempty"`
	ID    string `json:"id,omitempty"`
}

// String is the operator's line.
func (f Finding) String() string {
	switch {
	case f.Table != "":
		return fmt.Sprintf("%s: table %s, row %s, entry %d", f.What, f.Table, f.ID, f.Seq)
	case f.To > f.Seq:
		return fmt.Sprintf("%s: entries %d to %d", f.What, f.Seq, f.To)
	}
	return fmt.Sprintf("%s: entry %d", f.What, f.Seq)
}

// Report is the outcome of a verification.
type Report struct {
	Org         string         `json:"org"`
	Size        int64          `json:"size"`
	Root        tlog.Hash      `json:"root"`
	Erased      int64          `json:"erased"`   // entries whose payload retention has removed
	Pending     int64          `json:"pending"`  // durable and chained, not yet in the tree
	Unsigned    int64          `json:"unsigned"` // entries newer than the newest checkpoint
	Checkpoints int64          `json:"checkpoints"`
	Witnesses   map[string]int `json:"witnesses,omitempty"` // how many checkpoints each has signed too
	Restores    int64          `json:"restores"`            // held checkpoints that a logged restore gave up
	Rows        int64          `json:"rows"`                // sealed rows compared
	Findings    []Finding      `json:"findings"`
}

// OK tells that nothing is wrong.
func (r Report) OK() bool { return len(r.Findings) == 0 }
