package audit

import (
	"strconv"
	"strings"
)

// The erasing of payloads is itself an entry, with a row of this kind for each run of numbers;
// a payload that is gone without one has been tampered with.
const (
	EraseAct  = "log.erase"
	EraseKind = "audit_entry"
)

// ErasedRun names the entries from to to (both included) in an erasing entry.
func ErasedRun(from, to int64) Row {
	return Row{Kind: EraseKind, ID: strconv.FormatInt(from, 10) + "-" + strconv.FormatInt(to, 10)}
}

func parseRun(row Row) (from, to int64, ok bool) {
	a, b, ok := strings.Cut(row.ID, "-")
	from, err := strconv.ParseInt(a, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	to, err = strconv.ParseInt(b, 10, 64)
	return from, to, ok && err == nil
}

// allow strikes off the erased entries that an erasing entry names.
func (r *Replay) allow(row Row) {
	from, to, ok := parseRun(row)
	if !ok {
		return
	}
	for seq := range r.unexplained {
		if from <= seq && seq <= to {
			delete(r.unexplained, seq)
		}
	}
}
