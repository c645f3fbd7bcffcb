package backup

import (
	"bytes"
	"encoding/json"
	"slices"

	"varn/internal/kit/fault"
)

// objectRows reads on the way past which objects a dump names: those that are not erased. So the
// list is of the very moment that the dump shows.
type objectRows struct {
	line    []byte
	inside  bool // in the table of objects
	skip    bool // the rest of a line that is not needed
	columns []string
	found   []string
}

// Write takes a part of a dump; a line may come in several.
func (o *objectRows) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		part := p
		if end >= 0 {
			part = p[:end]
		}
		if len(o.line) == 0 && !o.skip && len(part) > 0 {
			o.skip = !o.inside && part[0] != '{'
		}
		if !o.skip {
			o.line = append(o.line, part...)
		}
		if end < 0 {
			return n, nil
		}
		if err := o.take(); err != nil {
			return 0, err
		}
		p = p[end+1:]
	}
	return n, nil
}

func (o *objectRows) take() error {
	line := o.line
	o.line, o.skip = o.line[:0], false
	if len(line) == 0 {
		return nil
	}
	if line[0] == '{' {
		var head struct {
			Table   string   `json:"table"`
			Columns []string `json:"columns"`
		}
		if err := json.Unmarshal(line, &head); err != nil {
			return unreadable()
		}
		o.inside, o.columns = head.Table == "object", head.Columns
		return nil
	}
	var row []json.RawMessage
	id, erased := slices.Index(o.columns, "id"), slices.Index(o.columns, "erased")
	if json.Unmarshal(line, &row) != nil || len(row) != len(o.columns) || id < 0 || erased < 0 {
		return unreadable()
	}
	var name string
	var when int64
	if json.Unmarshal(row[id], &name) != nil || json.Unmarshal(row[erased], &when) != nil {
		return unreadable()
	}
	if when == 0 {
		o.found = append(o.found, name)
	}
	return nil
}

func unreadable() error {
	return fault.New(fault.Invalid, "backup.damaged", "the dump's objects can't be read")
}
