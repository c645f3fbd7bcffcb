package store

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"varn/internal/domain/audit"
	"varn/internal/kit/fault"
)

// CheckRow tells whether a sealed row is the newest that was logged: *Tampered if it is another,
// an older one, or one that no entry names.
func CheckRow(t *Tx, kind, id string, hash [32]byte) error {
	return CheckRows(t, []audit.Row{{Kind: kind, ID: id, Hash: hash}})
}

// CheckRows checks rows of one kind in few statements.
func CheckRows(t *Tx, rows []audit.Row) error {
	for part := range slices.Chunk(rows, 200) {
		if err := checkSome(t, part); err != nil {
			return err
		}
	}
	return nil
}

func checkSome(t *Tx, rows []audit.Row) error {
	text := strings.Builder{}
	text.WriteString(`SELECT kind, id, hash FROM audit_row WHERE org = $1 AND kind = $2 AND id IN (`)
	args := []any{rows[0].Kind}
	for i, r := range rows {
		if r.Kind != rows[0].Kind {
			return fault.Detailf("rows of two kinds in one check")
		}
		if i > 0 {
			text.WriteByte(',')
		}
		text.WriteString("$" + strconv.Itoa(i+3))
		args = append(args, r.ID)
	}
	text.WriteByte(')')
	newest := map[string][32]byte{}
	err := Each(t, text.String(), args, func(r *audit.Row) error { newest[r.ID] = r.Hash; return nil })
	if err != nil {
		return err
	}
	t.overlay(rows[0].Kind, newest)
	for _, r := range rows {
		switch hash, ok := newest[r.ID]; {
		case !ok:
			return &Tampered{What: audit.RowUnlogged, Org: t.org, Table: r.Kind, ID: r.ID}
		case hash != r.Hash:
			return &Tampered{What: audit.RowChanged, Org: t.org, Table: r.Kind, ID: r.ID}
		}
	}
	return nil
}

// overlay adds what this transaction has logged and not yet flushed.
func (t *Tx) overlay(kind string, newest map[string][32]byte) {
	for _, p := range t.entries {
		for _, r := range p.entry.Rows {
			switch {
			case r.Kind != kind:
			case r.Gone():
				delete(newest, r.ID)
			default:
				newest[r.ID] = r.Hash
			}
		}
	}
}

// CheckCount tells whether a case has as many items as was logged.
func CheckCount(t *Tx, caseID string, count int64) error {
	list, err := All[int64](t, `SELECT count FROM audit_case WHERE org = $1 AND case_id = $2`, caseID)
	if err != nil {
		return err
	}
	for _, p := range t.entries {
		if p.entry.Case == caseID && p.entry.Count != nil {
			list = []int64{*p.entry.Count}
		}
	}
	if len(list) == 0 || list[0] != count {
		return &Tampered{What: audit.CountChanged, Org: t.org, Table: "audit_case", ID: caseID}
	}
	return nil
}

// Logged is an entry as it is read back; Seq is -1 until it has its place in the tree.
type Logged struct {
	Seq int64
	audit.Entry
}

type loggedRow struct {
	Seq, Ref int64
	Leaf     tlog.Hash
	Salt     []byte
	Payload  []byte
	CaseID   string `db:"case_id"`
}

// LogOf reads the newest entries about a case, newest first; before bounds their numbers from
// above where it is positive. Reading the log is logged by who asks.
func LogOf(t *Tx, caseID string, before int64, limit int) ([]Logged, error) {
	if before <= 0 {
		before = 1 << 62
	}
	return t.readLog(ofCase, before, limit, caseID)
}

// LogAll reads the newest entries of the organisation, newest first.
func LogAll(t *Tx, before int64, limit int) ([]Logged, error) {
	if before <= 0 {
		before = 1 << 62
	}
	return t.readLog(``, before, limit)
}

const placedLog = `SELECT seq, ref, leaf, salt, payload, case_id FROM audit_entry WHERE org = $1 AND seq < $2`

// ofCase says that the case is not empty, or the index of the cases' entries can't be used and the
// whole log is read.
const ofCase = ` AND case_id = $3 AND case_id <> ''`

func (t *Tx) readLog(where string, before int64, limit int, more ...any) ([]Logged, error) {
	var rows []loggedRow
	if t.db.Engine() == "postgres" && before == 1<<62 {
		waiting, err := All[loggedRow](t, `SELECT CAST(-1 AS BIGINT) AS seq, ref, leaf, salt, payload, case_id FROM audit_pending
			WHERE org = $1 AND CAST($2 AS BIGINT) > 0`+where+` ORDER BY turn DESC`, append([]any{before}, more...)...)
		if err != nil {
			return nil, err
		}
		rows = waiting
	}
	placed, err := All[loggedRow](t, placedLog+where+` ORDER BY seq DESC LIMIT `+strconv.Itoa(limit), append([]any{before}, more...)...)
	if err != nil {
		return nil, err
	}
	var entries []Logged
	for _, r := range append(rows, placed...) {
		if r.Payload == nil {
			continue
		}
		e, err := audit.Decode(r.Payload)
		if err != nil || audit.Leaf(t.org, r.Ref, r.Salt, r.Payload) != r.Leaf {
			return nil, &Tampered{What: audit.EntryChanged, Org: t.org, Seq: r.Seq}
		}
		entries = append(entries, Logged{r.Seq, e})
	}
	return entries[:min(limit, len(entries))], nil
}

// EraseLog removes the payloads of the case's entries, as retention demands, and logs that; the
// tree stands. Entries still on their way into the tree are left for the next call.
func (t *Tx) EraseLog(caseID string, e audit.Entry) error {
	numbers, err := All[int64](t, `UPDATE audit_entry SET salt = NULL, payload = NULL, case_id = '' WHERE org = $1 AND case_id = $2 AND case_id <> '' RETURNING seq`, caseID)
	if err != nil || len(numbers) == 0 {
		return err
	}
	slices.Sort(numbers)
	e.Act, e.Case = audit.EraseAct, ""
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		e.Rows = append(e.Rows, audit.ErasedRun(numbers[i], numbers[j]))
		i = j + 1
	}
	return t.Log(e)
}
