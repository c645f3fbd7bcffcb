package store

import (
	"cmp"
	"slices"
)

// sortRows brings statements on remembered rows into the one order in which every transaction
// locks them; of two on one row the later stays later.
func sortRows(list []statement) {
	slices.SortStableFunc(list, func(a, b statement) int {
		if a.table() != b.table() {
			return cmp.Compare(a.table(), b.table())
		}
		if a.table() == tableCase {
			return cmp.Compare(a.args[0].(string), b.args[0].(string))
		}
		return cmp.Or(cmp.Compare(a.args[0].(string), b.args[0].(string)), cmp.Compare(a.args[1].(string), b.args[1].(string)))
	})
}

const (
	tableRow = iota
	tableCase
)

func (s statement) table() int {
	if s.text == upsertCase || s.text == deleteCase {
		return tableCase
	}
	return tableRow
}
