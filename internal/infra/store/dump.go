package store

import (
	"bufio"
	"cmp"
	"context"
	"database/sql/driver"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"varn/internal/kit/fault"
)

// A dump is one organisation's rows as JSON Lines, the same from either engine and for either:
// a header for each table, then its rows. What lives for hours only is not in it, sessions above
// all: {"table":"person","columns":["org","id",…],"types":"ttb…"} and then ["…","…",{"b":"…"}].

// passing are the tables that no backup holds.
func passing() []string {
	return []string{"session", "ceremony", "rate", "idempotency", "upload", "draft", "job"}
}

// dumpHead begins a table. Types has one letter for each column: t text, i whole number, b bytes,
// o boolean.
type dumpHead struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	Types   string   `json:"types"`
}

// Dump writes an organisation's rows as they stand at one moment.
func (o Org) Dump(ctx context.Context, w io.Writer) error {
	return o.Read(ctx, func(t *Tx) error {
		heads, err := t.tables()
		if err != nil {
			return err
		}
		out := bufio.NewWriterSize(w, 64<<10)
		for _, h := range heads {
			if err := t.dumpTable(out, h); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}

// tables lists what a dump holds, from the database's own catalogue.
func (t *Tx) tables() ([]dumpHead, error) {
	type column struct {
		Table string `db:"tab"`
		Name  string `db:"col"`
		Type  string `db:"typ"`
	}
	all, err := All[column](t, t.db.engine.catalogue())
	if err != nil {
		return nil, err
	}
	var heads []dumpHead
	for _, c := range all {
		if n := len(heads); n == 0 || heads[n-1].Table != c.Table {
			heads = append(heads, dumpHead{Table: c.Table})
		}
		h := &heads[len(heads)-1]
		h.Columns = append(h.Columns, c.Name)
		h.Types += letter(c.Type)
	}
	return slices.DeleteFunc(heads, func(h dumpHead) bool {
		return slices.Contains(passing(), h.Table) || !slices.Contains(h.Columns, "org")
	}), nil
}

func letter(kind string) string {
	switch strings.ToLower(kind) {
	case "bigint", "integer":
		return "i"
	case "bytea", "blob":
		return "b"
	case "boolean":
		return "o"
	}
	return "t"
}

func (t *Tx) dumpTable(w *bufio.Writer, h dumpHead) error {
	head, err := json.Marshal(h)
	if err != nil {
		return err
	}
	_, _ = w.Write(append(head, '\n')) // a bufio.Writer keeps its first error for Flush
	text := `SELECT ` + quoted(h.Columns) + ` FROM "` + h.Table + `" WHERE org = $1`
	bound, err := t.bind(text, nil)
	if err != nil {
		return err
	}
	rows, err := t.c.query(t.ctx, text, bound)
	if err != nil {
		return t.fail(err)
	}
	t.reading = true
	defer func() {
		t.reading = false
		_ = rows.Close()
	}()
	values := make([]driver.Value, len(h.Columns))
	for {
		if err := rows.Next(values); err == io.EOF {
			return nil
		} else if err != nil {
			return t.fail(err)
		}
		line, err := encodeRow(values, h.Types)
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
}

func quoted(columns []string) string {
	return `"` + strings.Join(columns, `", "`) + `"`
}

// bytesValue is how a dump writes bytes.
type bytesValue struct {
	B string `json:"b"`
}

func encodeRow(values []driver.Value, types string) ([]byte, error) {
	row := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil:
		case []byte:
			if types[i] == 't' {
				row[i] = string(v)
				continue
			}
			row[i] = bytesValue{base64.StdEncoding.EncodeToString(v)}
		case int64:
			if types[i] == 'o' {
				row[i] = v != 0
				continue
			}
			row[i] = v
		case string, bool:
			row[i] = v
		default:
			return nil, fault.Detailf("a dump cannot hold a %T", v)
		}
	}
	line, err := json.Marshal(row)
	return append(line, '\n'), err
}

// maxLine bounds one row of a dump.
const maxLine = 64 << 20

// Load writes a dump's rows into an empty database, in one transaction for each thousand rows.
// A row of another organisation, an unknown table or column is refused.
func (o Org) Load(ctx context.Context, r io.Reader) error {
	lines := bufio.NewReaderSize(r, 1<<20)
	known := map[string]dumpHead{}
	err := o.Read(ctx, func(t *Tx) error {
		heads, err := t.tables()
		for _, h := range heads {
			known[h.Table] = h
		}
		return err
	})
	if err != nil {
		return err
	}
	l := &loader{org: o, known: known}
	for {
		line, err := readLine(lines)
		if err == io.EOF {
			if err := l.flush(ctx); err != nil {
				return err
			}
			return l.fitLog(ctx)
		}
		if err != nil {
			return err
		}
		if err := l.take(ctx, line); err != nil {
			return err
		}
	}
}

func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, damaged("a row is too long")
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err == io.EOF && len(line) > 0 {
			return nil, damaged("it ends in the middle of a row")
		}
		return line, err
	}
}

func damaged(how string) error { return fault.New(fault.Invalid, "backup.damaged", "the dump: "+how) }

// loader gathers rows of one table.
type loader struct {
	org   Org
	known map[string]dumpHead
	head  dumpHead
	text  string
	rows  [][]any

	sawWaiting bool             // the dump comes from PostgreSQL
	waiting    []map[string]any // of a table that SQLite does not have
}

const loadBatch = 1000

func (l *loader) take(ctx context.Context, line []byte) error {
	if line[0] == '{' {
		return l.begin(ctx, line)
	}
	row, err := l.decode(line)
	if err != nil {
		return err
	}
	l.rows = append(l.rows, row)
	if len(l.rows) < loadBatch {
		return nil
	}
	return l.flush(ctx)
}

func (l *loader) begin(ctx context.Context, line []byte) error {
	if err := l.flush(ctx); err != nil {
		return err
	}
	var h dumpHead
	if err := json.Unmarshal(line, &h); err != nil {
		return damaged("a heading can't be read")
	}
	have, ok := l.known[h.Table]
	if h.Table == waitingTable {
		l.sawWaiting = true
		if !ok { // kept until the tree is there
			have, ok = h, true
		}
	}
	if !ok || len(h.Types) != len(h.Columns) || len(h.Columns) == 0 {
		return damaged("an unknown table; restore with the version of Värn that made the backup, or a newer one")
	}
	marks := make([]string, 0, len(h.Columns))
	n := 2
	for _, c := range h.Columns {
		if !slices.Contains(have.Columns, c) {
			return damaged("an unknown column; restore with the version of Värn that made the backup, or a newer one")
		}
		if c == "org" {
			marks = append(marks, "$1")
			continue
		}
		marks = append(marks, "$"+strconv.Itoa(n))
		n++
	}
	l.head = h
	l.text = fmt.Sprintf(`INSERT INTO "%s" (%s) VALUES (%s)`, h.Table, quoted(h.Columns), strings.Join(marks, ", "))
	return nil
}

// decode reads a row's values, the organisation left out: the transaction binds its own.
func (l *loader) decode(line []byte) ([]any, error) {
	var raw []json.RawMessage
	if l.text == "" || json.Unmarshal(line, &raw) != nil || len(raw) != len(l.head.Columns) {
		return nil, damaged("a row can't be read")
	}
	var row []any
	for i, v := range raw {
		one, err := value(v, l.head.Types[i])
		if err != nil {
			return nil, err
		}
		if l.head.Columns[i] == "org" {
			if one != l.org.id {
				return nil, damaged("a row of another organisation")
			}
			continue
		}
		row = append(row, one)
	}
	return row, nil
}

func value(raw json.RawMessage, kind byte) (any, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	var err error
	switch kind {
	case 'i':
		var n int64
		err = json.Unmarshal(raw, &n)
		return n, wrong(err)
	case 'o':
		var b bool
		err = json.Unmarshal(raw, &b)
		return b, wrong(err)
	case 'b':
		var v bytesValue
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, wrong(err)
		}
		b, err := base64.StdEncoding.DecodeString(v.B)
		return b, wrong(err)
	}
	var s string
	err = json.Unmarshal(raw, &s)
	return s, wrong(err)
}

func wrong(err error) error {
	if err != nil {
		return damaged("a value has the wrong type")
	}
	return nil
}

func (l *loader) flush(ctx context.Context) error {
	rows := l.rows
	l.rows = nil
	if len(rows) == 0 {
		return nil
	}
	if _, ok := l.known[l.head.Table]; !ok {
		l.keep(rows)
		return nil
	}
	return l.org.Write(ctx, func(t *Tx) error {
		for _, row := range rows {
			if _, err := t.Exec(l.text, row...); err != nil {
				return err
			}
		}
		return nil
	})
}

// keep holds rows by the names of their columns, in the order of their turns.
func (l *loader) keep(rows [][]any) {
	for _, row := range rows {
		named := map[string]any{}
		n := 0
		for _, c := range l.head.Columns {
			if c != "org" {
				named[c] = row[n]
				n++
			}
		}
		l.waiting = append(l.waiting, named)
	}
	slices.SortFunc(l.waiting, func(a, b map[string]any) int {
		one, _ := a["turn"].(int64)
		two, _ := b["turn"].(int64)
		return cmp.Compare(one, two)
	})
}

// catalogue lists columns of every table in their order; $1 stands in it since every text of an
// Org transaction names the organisation.
func (s *sqlite) catalogue() string {
	return `SELECT m.name AS tab, c.name AS col, c.type AS typ FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND $1 <> '' ORDER BY m.name, c.cid`
}

func (p *postgres) catalogue() string {
	return `SELECT CAST(table_name AS TEXT) AS tab, CAST(column_name AS TEXT) AS col, CAST(data_type AS TEXT) AS typ
		FROM information_schema.columns WHERE table_schema = 'public' AND CAST($1 AS TEXT) <> '' ORDER BY table_name, ordinal_position`
}
