package store

import (
	"context"
	"errors"

	"golang.org/x/mod/sumdb/note"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// checkpointAll signs the committed state of every log that has grown since its last checkpoint.
func (l *logbook) checkpointAll(ctx context.Context) error {
	if l.db.cfg.Signer == nil {
		return nil
	}
	var failed error
	for org, f := range l.grown() {
		if err := l.checkpoint(ctx, org, f); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

func (l *logbook) grown() map[string]audit.Frontier {
	l.mu.Lock()
	defer l.mu.Unlock()
	grown := map[string]audit.Frontier{}
	for org, f := range l.known {
		if f.Size() > l.signed[org] {
			grown[org] = f
		}
	}
	return grown
}

func (l *logbook) checkpoint(ctx context.Context, org string, f audit.Frontier) error {
	signed, err := audit.Checkpoint{Org: org, Size: f.Size(), Root: f.Root()}.Sign(l.db.cfg.Signer)
	if err != nil {
		return fault.Wrap(fault.Internal, "fault.internal", err)
	}
	err = l.db.Org(org).Write(ctx, func(t *Tx) error {
		_, err := t.Exec(`INSERT INTO audit_checkpoint (org, size, note) VALUES ($1, $2, $3) ON CONFLICT (org, size) DO NOTHING`, f.Size(), string(signed))
		return err
	})
	if err != nil {
		return err
	}
	if keep := l.db.cfg.SaveCheckpoint; keep != nil {
		if err := keep(org, signed); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.signed[org] = max(l.signed[org], f.Size())
	return nil
}

// SignNow brings all that is durable of an organisation's log into the tree and under a
// checkpoint, so that an export or a proof covers it.
func (d *DB) SignNow(ctx context.Context, org string) error {
	if d.cfg.Signer == nil {
		return nil
	}
	d.engine.sequence(ctx, map[string]bool{org: true})
	if err := d.engine.adopt(ctx, org); err != nil {
		return err
	}
	return d.log.checkpointAll(ctx)
}

// adopt takes up the logs that a process left behind unsigned when it died. Without the
// checkpoint kept outside nobody would notice that a log which was cut is signed anew.
func (l *logbook) adopt(ctx context.Context) error {
	if l.db.cfg.Signer == nil || l.db.cfg.HeldCheckpoint == nil {
		return nil
	}
	var orgs []string
	err := l.db.SystemRead(ctx, func(t *Tx) (err error) {
		orgs, err = All[string](t, `SELECT id FROM audit_tree`)
		return err
	})
	for _, org := range orgs {
		unsigned := false
		e := l.db.Org(org).Read(ctx, func(t *Tx) (err error) {
			unsigned, err = One[bool](t, `SELECT coalesce((SELECT max(seq) + 1 FROM audit_entry WHERE org = $1), 0) > coalesce((SELECT max(size) FROM audit_checkpoint WHERE org = $1), 0)`)
			return err
		})
		if e == nil && unsigned {
			e = l.db.engine.adopt(ctx, org)
		}
		err = errors.Join(err, e)
	}
	return err
}

// adopt takes the stored tree over as the state to sign, if it continues what was signed before.
func (s *sqlite) adopt(ctx context.Context, org string) error {
	return s.write(ctx, org, s.db.log.adoptTree)
}

func (p *postgres) adopt(ctx context.Context, org string) error {
	p.sequencing.Lock()
	defer p.sequencing.Unlock()
	delete(p.db.log.live, org)
	if err := p.write(ctx, org, p.db.log.adoptTree); err != nil {
		return err
	}
	p.db.log.publish()
	return nil
}

func (l *logbook) adoptTree(t *Tx) error {
	_, err := l.open(t)
	l.touched[t.org] = err == nil
	return err
}

// storedCheckpoint is a row of audit_checkpoint.
type storedCheckpoint struct {
	Size int64
	Note string
}

// newestCheckpoint is zero where there is none; its signature is checked where the key is known.
func newestCheckpoint(t *Tx) (audit.Checkpoint, error) {
	rows, err := All[storedCheckpoint](t, `SELECT size, note FROM audit_checkpoint WHERE org = $1 ORDER BY size DESC LIMIT 1`)
	if err != nil || len(rows) == 0 || t.db.cfg.Verifier == nil {
		return audit.Checkpoint{}, err
	}
	c, _, err := audit.OpenCheckpoint([]byte(rows[0].Note), t.db.cfg.Verifier)
	if err != nil || c.Org != t.org || c.Size != rows[0].Size {
		return c, &Tampered{What: audit.CheckpointForged, Org: t.org, Seq: rows[0].Size - 1}
	}
	return c, nil
}

// Cosign keeps a witness's signature on a checkpoint of ours.
func (d *DB) Cosign(ctx context.Context, org string, cosigned []byte, witness note.Verifier) error {
	if d.cfg.Verifier == nil {
		return fault.Detailf("no key to verify a checkpoint with")
	}
	c, _, err := audit.OpenCheckpoint(cosigned, d.cfg.Verifier, witness)
	if err != nil {
		return fault.New(fault.Invalid, "fault.invalid", "not a checkpoint of this log")
	}
	return d.Org(org).Write(ctx, func(t *Tx) error {
		own, err := One[string](t, `SELECT note FROM audit_checkpoint WHERE org = $1 AND size = $2`, c.Size)
		if err != nil {
			return err
		}
		both, err := audit.Cosign([]byte(own), cosigned, t.db.cfg.Verifier, witness)
		if err != nil {
			return err
		}
		_, err = t.Exec(`UPDATE audit_checkpoint SET note = $2 WHERE org = $1 AND size = $3`, string(both), c.Size)
		return err
	})
}

// Checkpoint is the newest checkpoint's note, for the weekly mail and for witnesses.
func (o Org) Checkpoint(ctx context.Context) (signed []byte, err error) {
	err = o.Read(ctx, func(t *Tx) error {
		text, err := One[string](t, `SELECT note FROM audit_checkpoint WHERE org = $1 ORDER BY size DESC LIMIT 1`)
		signed = []byte(text)
		return err
	})
	return signed, err
}
