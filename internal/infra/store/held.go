package store

import (
	"context"
	"errors"
	"fmt"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// Older says that the database is older than a checkpoint, or has another past: it starts only
// by a logged restore.
type Older struct {
	Org        string
	Have, Want int64 // sizes of the log: in the database, in the checkpoint
}

// Error is the operator's line.
func (e *Older) Error() string { return fault.Of(e.Unwrap()).Error() }

// Unwrap is the fault that a transport answers.
func (e *Older) Unwrap() error {
	why := "does not continue the checkpoint beside the server key"
	if e.Have < e.Want {
		why = "is older than the checkpoint beside the server key"
	}
	return fault.New(fault.Unavailable, "fault.restore-needed",
		fmt.Sprintf("the database %s (%d entries, %d signed): run varn audit verify, and varn restore if an older one was put back on purpose", why, e.Have, e.Want))
}

// VerifyCheckpoint refuses, with *Older, a database that does not continue a checkpoint kept
// outside it.
func (d *DB) VerifyCheckpoint(ctx context.Context, org string, signed []byte) error {
	c, err := d.openCheckpoint(org, signed)
	if err != nil {
		return err
	}
	return d.Org(org).Read(ctx, func(t *Tx) error { return continuesHeld(t, c) })
}

func continuesHeld(t *Tx, c audit.Checkpoint) error {
	size, err := treeSize(t)
	if err != nil {
		return err
	}
	var other *Tampered
	err = hadRoot(t, size, c.Size, c.Root)
	if errors.As(err, &other) {
		return &Older{Org: t.org, Have: size, Want: c.Size}
	}
	return err
}

// heldCheckpoint is zero where none is kept.
func (d *DB) heldCheckpoint(org string) (audit.Checkpoint, error) {
	if d.cfg.HeldCheckpoint == nil {
		return audit.Checkpoint{}, nil
	}
	signed, err := d.cfg.HeldCheckpoint(org)
	if err != nil || len(signed) == 0 {
		return audit.Checkpoint{}, err
	}
	return d.openCheckpoint(org, signed)
}

// verifyHeld compares every organisation's log with the checkpoint kept outside.
func (d *DB) verifyHeld(ctx context.Context) error {
	if d.cfg.HeldCheckpoint == nil {
		return nil
	}
	var orgs []string
	err := d.SystemRead(ctx, func(t *Tx) (err error) {
		orgs, err = All[string](t, `SELECT id FROM audit_tree`)
		return err
	})
	if err != nil {
		return err
	}
	for _, org := range orgs {
		c, err := d.heldCheckpoint(org)
		if err != nil {
			return err
		}
		if c.Size == 0 {
			continue
		}
		if err := d.Org(org).Read(ctx, func(t *Tx) error { return continuesHeld(t, c) }); err != nil {
			return err
		}
	}
	return nil
}

func (d *DB) openCheckpoint(org string, signed []byte) (audit.Checkpoint, error) {
	if d.cfg.Verifier == nil {
		return audit.Checkpoint{}, fault.Detailf("no key to verify a checkpoint with")
	}
	c, _, err := audit.OpenCheckpoint(signed, d.cfg.Verifier, d.cfg.Witnesses...)
	if err != nil {
		return c, err
	}
	if c.Org != org {
		return c, fault.Detailf("a checkpoint of another organisation's log")
	}
	return c, nil
}

// AcceptRestore logs that a checkpoint is given up because an older database has been put back,
// and signs the state that holds from now on.
func (d *DB) AcceptRestore(ctx context.Context, org string, signed []byte, e audit.Entry) error {
	c, err := d.openCheckpoint(org, signed)
	if err != nil {
		return err
	}
	e.Act = audit.RestoreAct
	e.Rows = append(e.Rows, audit.RestoredRow(c))
	if err := d.Org(org).Write(ctx, func(t *Tx) error { return t.Log(e) }); err != nil {
		return err
	}
	return d.SignNow(ctx, org)
}
