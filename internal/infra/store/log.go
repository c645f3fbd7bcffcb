package store

import (
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// pending is an entry that the transaction has logged; it gets its place when the closure has
// ended well, so that a chain is held only for the length of a COMMIT.
type pending struct {
	entry   audit.Entry
	salt    []byte
	payload []byte
}

// Log appends an entry to the organisation's log, in this transaction. The hour is the store's.
func (t *Tx) Log(e audit.Entry) error {
	if !t.writes || !t.scoped {
		return fault.Detailf("the log is written in an organisation's Write only")
	}
	e.Hour = t.Now().Hour()
	e.Rows = slices.Clone(e.Rows)
	if err := e.Check(); err != nil {
		return err
	}
	t.entries = append(t.entries, pending{entry: e, salt: audit.NewSalt(), payload: e.Encode()})
	if slices.ContainsFunc(e.Rows, inDirectory) {
		_, err := t.Next(directoryCount)
		return err
	}
	return nil
}

// directoryCount counts the changes of the directory: who exists, holds what, and by which rules.
const directoryCount = "directory"

func inDirectory(r audit.Row) bool {
	switch r.Kind {
	case "person", "role", "function", "holder", "recovery_key", "ruling", "duty":
		return true
	}
	return false
}

// DirectoryVersion grows with every logged change of people, roles, functions, seats, rules and
// turns on call, in the same transaction: what was read at a version may be used while it lasts.
func (t *Tx) DirectoryVersion() (int64, error) {
	return One[int64](t, `SELECT CAST(COALESCE(MAX(value), -1) AS BIGINT) FROM counter WHERE org = $1 AND name = $2`, directoryCount)
}

// flush gives what the transaction logged its places.
func (t *Tx) flush() error {
	if len(t.entries) == 0 {
		return nil
	}
	return t.db.engine.append(t)
}

// statement is one text with its arguments, to be sent with others.
type statement struct {
	text string
	args []any
}

const (
	upsertRow = `INSERT INTO audit_row (org, kind, id, ref, hash) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org, kind, id) DO UPDATE SET ref = excluded.ref, hash = excluded.hash`
	deleteRow  = `DELETE FROM audit_row WHERE org = $1 AND kind = $2 AND id = $3`
	upsertCase = `INSERT INTO audit_case (org, case_id, ref, count) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org, case_id) DO UPDATE SET ref = excluded.ref, count = excluded.count`
	deleteCase = `DELETE FROM audit_case WHERE org = $1 AND case_id = $2`
)

// remembering are the statements that keep the newest hash of each row an entry names.
func remembering(list []statement, e audit.Entry, ref int64) []statement {
	for i := range e.Rows {
		r := &e.Rows[i]
		switch {
		case r.Kind == audit.EraseKind:
		case r.Gone():
			list = append(list, statement{deleteRow, []any{r.Kind, r.ID}})
		default:
			list = append(list, statement{upsertRow, []any{r.Kind, r.ID, ref, r.Hash[:]}})
		}
	}
	switch {
	case e.Count == nil:
	case *e.Count < 0:
		list = append(list, statement{deleteCase, []any{e.Case}})
	default:
		list = append(list, statement{upsertCase, []any{e.Case, ref, *e.Count}})
	}
	return list
}

const insertEntry = `INSERT INTO audit_entry (org, seq, ref, leaf, salt, payload, case_id) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// append sequences in the same commit: SQLite has one writer.
func (s *sqlite) append(t *Tx) error {
	state, err := t.db.log.open(t)
	if err != nil {
		return err
	}
	before := *state
	if err := s.appendAll(t, state); err != nil {
		*state = before
		return err
	}
	t.db.log.touched[t.org] = true
	return nil
}

func (s *sqlite) appendAll(t *Tx, tree *audit.Frontier) error {
	var list []statement
	for _, p := range t.entries {
		seq := tree.Size()
		ref := audit.Ref(0, seq-t.db.log.others[t.org])
		leaf := audit.Leaf(t.org, ref, p.salt, p.payload)
		if _, err := t.Exec(insertEntry, seq, ref, leaf[:], p.salt, p.payload, p.entry.Case); err != nil {
			return err
		}
		list = remembering(list[:0], p.entry, ref)
		list = nodeStatements(list, tree.Append(leaf))
		for _, s := range list {
			if _, err := t.Exec(s.text, s.args...); err != nil {
				return err
			}
		}
	}
	return nil
}

func nodeStatements(list []statement, nodes []audit.Node) []statement {
	for _, n := range nodes {
		list = append(list, statement{`INSERT INTO audit_node (org, level, n, hash) VALUES ($1, $2, $3, $4)`, []any{n.Level, n.N, n.Hash[:]}})
	}
	return list
}

// treeSource reads the stored tree inside a transaction.
type treeSource struct{ t *Tx }

func (s treeSource) Leaves(from, to int64) ([]tlog.Hash, error) {
	return All[tlog.Hash](s.t, `SELECT leaf FROM audit_entry WHERE org = $1 AND seq >= $2 AND seq < $3 ORDER BY seq`, from, to)
}

func (s treeSource) Nodes(level int, from, to int64) ([]tlog.Hash, error) {
	return All[tlog.Hash](s.t, `SELECT hash FROM audit_node WHERE org = $1 AND level = $2 AND n >= $3 AND n < $4 ORDER BY n`, level, from, to)
}

func treeSize(t *Tx) (int64, error) {
	return One[int64](t, `SELECT coalesce(max(seq), -1) + 1 FROM audit_entry WHERE org = $1`)
}
