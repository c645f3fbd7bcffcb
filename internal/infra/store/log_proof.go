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
