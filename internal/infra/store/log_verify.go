package store

import (
	"context"
	"errors"
	"io"

	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// Comparison is what the live verification reads besides the log, in the same state of the
// database: every sealed row of some tables, and every case's item count.
type Comparison struct {
	Kinds  []string
	Rows   func(t *Tx, visit func(audit.Row) error) error
	Counts func(t *Tx, visit func(caseID string, count int64) error) error
	Held   [][]byte // checkpoints kept outside the database
}

// Verify replays an organisation's whole log and compares the database with it.
func (d *DB) Verify(ctx context.Context, org string, with Comparison) (audit.Report, error) {
	if d.cfg.Verifier == nil {
		return audit.Report{}, fault.Detailf("no key to verify the log with")
	}
	trust := audit.Trust{Key: d.cfg.Verifier, Witnesses: d.cfg.Witnesses, Held: with.Held, Known: d.log.knownState(org)}
	var report audit.Report
	err := d.Org(org).Read(ctx, func(t *Tx) error {
		r := audit.NewReplay(org, trust)
		steps := []func(*Tx, *audit.Replay) error{replayEntries, replayPending, replayChains, compareRemembered, with.compare}
		for _, step := range steps {
			if err := step(t, r); err != nil {
				return err
			}
		}
		report = r.Report()
		return nil
	})
	return report, err
}

func (l *logbook) knownState(org string) []audit.Checkpoint {
	l.mu.Lock()
	defer l.mu.Unlock()
	f, ok := l.known[org]
	if !ok || f.Size() == 0 {
		return nil
	}
	return []audit.Checkpoint{{Org: org, Size: f.Size(), Root: f.Root()}}
}

const entriesInOrder = `SELECT seq, ref, leaf, salt, payload, case_id FROM audit_entry WHERE org = $1 ORDER BY seq`

func (r *loggedRow) sealed() audit.Sealed {
	return audit.Sealed{Seq: r.Seq, Ref: r.Ref, Leaf: r.Leaf, Salt: r.Salt, Payload: r.Payload}
}

type nodeKey struct {
	Level int
	N     int64
}

// replayEntries goes through the tree; nodes and checkpoints are read before, for one connection
// can't serve two statements at once.
func replayEntries(t *Tx, r *audit.Replay) error {
	nodes := map[nodeKey]tlog.Hash{}
	err := Each(t, `SELECT level, n, hash FROM audit_node WHERE org = $1`, nil, func(n *audit.Node) error {
		nodes[nodeKey{n.Level, n.N}] = n.Hash
		return nil
	})
	if err != nil {
		return err
	}
	checkpoints, err := All[storedCheckpoint](t, `SELECT size, note FROM audit_checkpoint WHERE org = $1 ORDER BY size`)
	if err != nil {
		return err
	}
	err = Each(t, entriesInOrder, nil, func(row *loggedRow) error {
		for _, n := range r.Entry(row.sealed()) {
			r.Node(n, nodes[nodeKey{n.Level, n.N}])
			delete(nodes, nodeKey{n.Level, n.N})
		}
		checkLabel(r, row)
		for len(checkpoints) > 0 && checkpoints[0].Size <= r.Size() {
			r.Checkpoint([]byte(checkpoints[0].Note), checkpoints[0].Size)
			checkpoints = checkpoints[1:]
		}
		return nil
	})
	for _, c := range checkpoints {
		r.Checkpoint([]byte(c.Note), c.Size)
	}
	for at := range nodes {
		r.Find(audit.Finding{What: audit.NodeChanged, Seq: at.N << at.Level, To: (at.N+1)<<at.Level - 1})
	}
	return err
}

// checkLabel compares the column that entries are found by with the payload.
func checkLabel(r *audit.Replay, row *loggedRow) {
	want := ""
	if row.Payload != nil {
		e, err := audit.Decode(row.Payload)
		if err != nil {
			return // reported already
		}
		want = e.Case
	}
	if row.CaseID != want {
		r.Find(audit.Finding{What: audit.EntryMislabelled, Seq: row.Seq})
	}
}

func replayPending(t *Tx, r *audit.Replay) error {
	if t.db.Engine() == "sqlite" {
		return nil
	}
	return Each(t, `SELECT CAST(-1 AS BIGINT) AS seq, ref, leaf, salt, payload, case_id FROM audit_pending WHERE org = $1 ORDER BY turn`, nil, func(row *loggedRow) error {
		r.Pending(row.sealed())
		checkLabel(r, row)
		return nil
	})
}

func replayChains(t *Tx, r *audit.Replay) error {
	if t.db.Engine() == "sqlite" {
		return nil
	}
	heads := map[int]chainHead{}
	err := Each(t, `SELECT chain, next, hash FROM audit_chain WHERE org = $1`, nil, func(c *chainHead) error {
		heads[c.Chain] = *c
		return nil
	})
	for chain := range audit.Chains {
		r.Chain(chain, heads[chain].Next, heads[chain].Hash)
	}
	return err
}

type rememberedRow struct {
	Kind, ID string
	Ref      int64
	Hash     [32]byte
}

type rememberedCase struct {
	CaseID string `db:"case_id"`
	Count  int64
}

func compareRemembered(t *Tx, r *audit.Replay) error {
	err := Each(t, `SELECT kind, id, ref, hash FROM audit_row WHERE org = $1`, nil, func(row *rememberedRow) error {
		r.Remembered(audit.Row{Kind: row.Kind, ID: row.ID, Hash: row.Hash}, row.Ref)
		return nil
	})
	if err != nil {
		return err
	}
	r.AllRemembered()
	err = Each(t, `SELECT case_id, count FROM audit_case WHERE org = $1`, nil, func(c *rememberedCase) error {
		r.CaseCount("audit_case", c.CaseID, c.Count)
		return nil
	})
	r.AllCounted("audit_case")
	return err
}

func (c Comparison) compare(t *Tx, r *audit.Replay) error {
	if c.Rows != nil {
		if err := c.Rows(t, func(row audit.Row) error { r.Current(row); return nil }); err != nil {
			return err
		}
		r.AllCurrent(c.Kinds)
	}
	if c.Counts == nil {
		return nil
	}
	err := c.Counts(t, func(id string, n int64) error { r.CaseCount("casefile", id, n); return nil })
	r.AllCounted("casefile")
	return err
}

// Export writes an organisation's log so that it can be verified anywhere, by anybody.
func (d *DB) Export(ctx context.Context, org string, w io.Writer) error {
	var tampered *Tampered
	var older *Older
	if err := d.SignNow(ctx, org); err != nil && !errors.As(err, &tampered) && !errors.As(err, &older) {
		return err // one that is wrong is exported as it is: the verifier shall see it
	}
	return d.Org(org).Read(ctx, func(t *Tx) error {
		checkpoints, err := All[storedCheckpoint](t, `SELECT size, note FROM audit_checkpoint WHERE org = $1 ORDER BY size`)
		if err != nil {
			return err
		}
		x, err := audit.NewExporter(w, org)
		if err != nil {
			return err
		}
		err = Each(t, entriesInOrder, nil, func(row *loggedRow) error {
			if err := x.Entry(row.sealed()); err != nil {
				return err
			}
			for len(checkpoints) > 0 && checkpoints[0].Size <= row.Seq+1 {
				if err := x.Checkpoint(checkpoints[0].Size, checkpoints[0].Note); err != nil {
					return err
				}
				checkpoints = checkpoints[1:]
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, c := range checkpoints {
			if err := x.Checkpoint(c.Size, c.Note); err != nil {
				return err
			}
		}
		return x.Close()
	})
}
