package store

import (
	"slices"
	"strconv"
	"strings"

	"varn/internal/kit/ident"
)

// among is the text IN ($n, ...) for ids that come after the arguments so far. It repeats the last
// id up to a power of two, so that few texts are prepared.
func among(args []any, ids []string) (string, []any) {
	var b strings.Builder
	b.WriteString("IN (")
	for i := range atLeast(len(ids)) {
		if i > 0 {
			b.WriteByte(',')
		}
		args = append(args, ids[min(i, len(ids)-1)])
		b.WriteString("$" + strconv.Itoa(len(args)+1))
	}
	b.WriteByte(')')
	return b.String(), args
}

func atLeast(n int) int {
	for size := 1; ; size *= 2 {
		if size >= n {
			return size
		}
	}
}

// allAmong reads the rows in which a column holds one of some ids, each row once; what can't be an
// id has no row.
func allAmong[T any](t *Tx, s vouchable[T], column string, ids []string) ([]T, error) {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !ident.Valid(id) })
	slices.Sort(ids)
	var all []T
	for part := range slices.Chunk(slices.Compact(ids), 128) {
		in, args := among(nil, part)
		rows, err := allOf(t, s, column+` `+in, args...)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}
