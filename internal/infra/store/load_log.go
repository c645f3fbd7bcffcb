package store

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
)

// The log lies a little differently in the two engines: PostgreSQL has entries that wait for their
// place in the tree, and 16 chains with a head each; SQLite writes one chain and keeps no head.
// A dump from one is fitted here to the other, so that the log goes on and verifies.

// waitingTable holds what PostgreSQL has not yet placed; SQLite has no such table.
const waitingTable = "audit_pending"

// fitLog ends a load.
func (l *loader) fitLog(ctx context.Context) error {
	return l.org.Write(ctx, func(t *Tx) error {
		if err := l.place(t); err != nil {
			return err
		}
		size, err := treeSize(t)
		if err != nil || size == 0 && !l.sawWaiting {
			return err
		}
		if t.db.Engine() == "postgres" && !l.sawWaiting {
			if err := writtenChain(t); err != nil {
				return err
			}
		}
		_, err = t.Exec(`INSERT INTO audit_tree (id, created) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, t.Now())
		return err
	})
}

// place gives the entries that waited in PostgreSQL their places in SQLite's tree, in their order.
func (l *loader) place(t *Tx) error {
	if len(l.waiting) == 0 {
		return nil
	}
	size, err := treeSize(t)
	if err != nil {
		return err
	}
	tree, err := audit.Resume(size, treeSource{t})
	if err != nil {
		return damaged("nodes of the log are missing")
	}
	for _, row := range l.waiting {
		var leaf tlog.Hash
		raw, ok := row["leaf"].([]byte)
		if !ok || copy(leaf[:], raw) != len(leaf) {
			return damaged("an entry of the log can't be read")
		}
		if _, err := t.Exec(insertEntry, tree.Size(), row["ref"], raw, row["salt"], row["payload"], row["case_id"]); err != nil {
			return err
		}
		for _, s := range nodeStatements(nil, tree.Append(leaf)) {
			if _, err := t.Exec(s.text, s.args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// writtenChain gives PostgreSQL the head of the chain that SQLite wrote.
func writtenChain(t *Tx) error {
	head := chainHead{}
	err := Each(t, `SELECT ref, leaf FROM audit_entry WHERE org = $1 ORDER BY ref`, nil, func(e *waiting) error {
		if chain, number := audit.Place(e.Ref); chain == 0 {
			head.Next = number + 1
			head.Hash = audit.Link(head.Hash, e.Leaf)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for chain := range audit.Chains {
		if _, err := t.Exec(`INSERT INTO audit_chain (org, chain, next, hash) VALUES ($1, $2, 0, $3) ON CONFLICT (org, chain) DO NOTHING`, chain, tlog.Hash{}); err != nil {
			return err
		}
	}
	_, err = t.Exec(`UPDATE audit_chain SET next = $2, hash = $3 WHERE org = $1 AND chain = 0`, head.Next, head.Hash[:])
	return err
}

// otherChains is how many entries lie outside the chain that SQLite writes: those of a log that
// once lay in PostgreSQL.
func otherChains(t *Tx) (int64, error) {
	return One[int64](t, `SELECT CAST(coalesce(sum(next), 0) AS BIGINT) FROM audit_chain WHERE org = $1 AND chain > 0`)
}
