package store

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// Inclusion proves that an entry stands in the tree that a checkpoint signs.
type Inclusion struct {
	Entry      audit.Sealed
	Proof      tlog.RecordProof
	Checkpoint []byte
}

// ProveEntry gives an entry with its proof in the newest checkpoint that covers it.
func (o Org) ProveEntry(ctx context.Context, seq int64) (Inclusion, error) {
	var in Inclusion
	err := o.Read(ctx, func(t *Tx) error {
		row, err := One[loggedRow](t, `SELECT seq, ref, leaf, salt, payload, case_id FROM audit_entry WHERE org = $1 AND seq = $2`, seq)
		if err != nil {
			return err
		}
		c, err := One[storedCheckpoint](t, `SELECT size, note FROM audit_checkpoint WHERE org = $1 AND size > $2 ORDER BY size DESC LIMIT 1`, seq)
		if err != nil {
			return err
		}
		in = Inclusion{Entry: row.sealed(), Checkpoint: []byte(c.Note)}
		in.Proof, err = tlog.ProveRecord(c.Size, seq, audit.Reader(treeSource{t}))
		return proofFault(t, err)
	})
	return in, err
}

// NamedRow is a row that an entry about a case names.
type NamedRow struct{ Case, Kind, ID string }

// ProveRows gives the entries that last named these rows, all proven in the one newest checkpoint.
// A row whose entry retention has erased has none: its place is empty.
func (o Org) ProveRows(ctx context.Context, rows []NamedRow) ([]Inclusion, error) {
	out := make([]Inclusion, len(rows))
	err := o.Read(ctx, func(t *Tx) error {
		c, err := One[storedCheckpoint](t, `SELECT size, note FROM audit_checkpoint WHERE org = $1 ORDER BY size DESC LIMIT 1`)
		if err != nil {
			return err
		}
		source := audit.Reader(treeSource{t})
		for i, r := range rows {
			list, err := All[loggedRow](t, `SELECT e.seq AS seq, e.ref AS ref, e.leaf AS leaf, e.salt AS salt, e.payload AS payload, e.case_id AS case_id
				FROM audit_row r JOIN audit_entry e ON e.org = r.org AND e.case_id = $4 AND e.case_id <> '' AND e.ref = r.ref
				WHERE r.org = $1 AND r.kind = $2 AND r.id = $3`, r.Kind, r.ID, r.Case)
			if err != nil {
				return err
			}
			if len(list) == 0 || list[0].Payload == nil || list[0].Seq >= c.Size {
				continue
			}
			out[i] = Inclusion{Entry: list[0].sealed(), Checkpoint: []byte(c.Note)}
			if out[i].Proof, err = tlog.ProveRecord(c.Size, list[0].Seq, source); err != nil {
				return proofFault(t, err)
			}
		}
		return nil
	})
	return out, err
}

// ProveGrowth proves that the tree of one size is the beginning of the tree of another.
func (o Org) ProveGrowth(ctx context.Context, from, to int64) (tlog.TreeProof, error) {
	var proof tlog.TreeProof
	err := o.Read(ctx, func(t *Tx) (err error) {
		proof, err = tlog.ProveTree(to, from, audit.Reader(treeSource{t}))
		return proofFault(t, err)
	})
	return proof, err
}

func proofFault(t *Tx, err error) error {
	if t.failed != nil {
		return t.failed
	}
	if err != nil {
		return fault.New(fault.NotFound, "fault.not-found", "no proof for these numbers")
	}
	return nil
}
