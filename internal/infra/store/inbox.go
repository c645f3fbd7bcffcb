package store

import (
	"strconv"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
)

// Ranked is a case's place in a member's inbox.
type Ranked struct {
	Case   string      `db:"case_id"`
	Rank   int64       `db:"rank"`
	Due    clock.Stamp `db:"due"`
	Opened clock.Stamp `db:"opened"`
}

const rankedColumns = `case_id, rank, due, opened`

// Slice is which part of a member's cases to give: after a rank and a case, opened before a moment
// (0: whenever), and at most so many.
type Slice struct {
	After        Ranked
	OpenedBefore clock.Stamp
	Most         int
}

// InState gives the cases of a member in a state, the most urgent first and then the oldest: those
// with an exclusion, or those without.
func (t *Tx) InState(member string, state casefile.State, guarded bool, w Slice) ([]Ranked, error) {
	return All[Ranked](t, `SELECT `+rankedColumns+` FROM shelf WHERE org = $1 AND member = $2 AND state = $3 AND guarded = $8 AND (rank, case_id) > ($4, $5) AND (CAST($6 AS BIGINT) = 0 OR opened < $6)
		ORDER BY rank, case_id LIMIT $7`, member, state, w.After.Rank, w.After.Case, w.OpenedBefore, w.Most, guarded)
}

// DueBefore gives the cases of a member whose nearest deadline comes before a moment, that first.
func (t *Tx) DueBefore(member string, before clock.Stamp, most int) ([]Ranked, error) {
	return All[Ranked](t, `SELECT `+rankedColumns+` FROM shelf WHERE org = $1 AND member = $2 AND due > 0 AND due < $3 ORDER BY due, case_id LIMIT $4`, member, before, most)
}

// ChangedSince gives the cases of a member that have changed since a moment, the newest first. It
// goes through what has changed in the organisation, at most so many.
func (t *Tx) ChangedSince(members []string, since clock.Stamp, most int) ([]Ranked, error) {
	if len(members) == 0 {
		return nil, nil
	}
	in, args := marks(members, 4)
	return All[Ranked](t, `SELECT s.case_id, s.rank, s.due, s.opened FROM casefile c
		JOIN shelf s ON s.org = c.org AND s.case_id = c.id AND s.member IN (`+in+`)
		WHERE c.org = $1 AND c.changed > $2 ORDER BY c.changed DESC, c.id DESC LIMIT $3`, append([]any{since, most}, args...)...)
}

// Waiting is which of somebody's cases to count: by what they are a member as, and either by states
// (those opened before a moment, 0: whenever), by a deadline that comes before a moment, or by what
// has changed since a moment.
type Waiting struct {
	Members      []string
	States       []casefile.State
	OpenedBefore clock.Stamp
	DueBefore    clock.Stamp
	ChangedSince clock.Stamp
}

// from is the rest of a statement after the columns, without an order.
func (w Waiting) from() (string, []any) {
	in, args := among(nil, w.Members)
	text := ` FROM shelf s WHERE s.org = $1 AND s.member ` + in
	limit := func(condition string, value any) {
		args = append(args, value)
		text += condition + ` $` + strconv.Itoa(len(args)+1)
	}
	switch {
	case w.ChangedSince != 0:
		text = ` FROM casefile c JOIN shelf s ON s.org = c.org AND s.case_id = c.id AND s.member ` + in + ` WHERE c.org = $1`
		limit(` AND c.changed >`, w.ChangedSince)
	case w.DueBefore != 0:
		text += ` AND s.due > 0`
		limit(` AND s.due <`, w.DueBefore)
	default:
		states := make([]string, len(w.States))
		for i, one := range w.States {
			states[i] = string(one)
		}
		in, args = among(args, states)
		text += ` AND s.state ` + in
		if w.OpenedBefore != 0 {
			limit(` AND s.opened <`, w.OpenedBefore)
		}
	}
	return text, args
}

// countText counts each case once, whatever the number of shelves that it stands on.
func (w Waiting) countText(most int) (string, []any) {
	text, args := w.from()
	return `SELECT COUNT(*) FROM (SELECT DISTINCT s.case_id` + text + ` AND s.guarded = FALSE LIMIT ` + strconv.Itoa(most) + `) AS listed`, args
}

func (w Waiting) guardedText(most int) (string, []any) {
	text, args := w.from()
	return `SELECT DISTINCT s.case_id` + text + ` AND s.guarded = TRUE LIMIT ` + strconv.Itoa(most), args
}

// CountWaiting counts the cases without an exclusion, at most so many.
func (t *Tx) CountWaiting(w Waiting, most int) (int, error) {
	if len(w.Members) == 0 {
		return 0, nil
	}
	text, args := w.countText(most)
	n, err := One[int64](t, text, args...)
	return int(n), err
}

// GuardedWaiting lists the cases that have an exclusion, at most so many: whoever counts them must be
// asked about.
func (t *Tx) GuardedWaiting(w Waiting, most int) ([]string, error) {
	if len(w.Members) == 0 {
		return nil, nil
	}
	text, args := w.guardedText(most)
	return All[string](t, text, args...)
}

// Handled gives the open cases that somebody handles, the most urgent first.
func (t *Tx) Handled(personID string, after Ranked, most int) ([]Ranked, error) {
	return All[Ranked](t, `SELECT id AS case_id, (3 - urgency) * 4503599627370496 + opened AS rank, due, opened FROM casefile
		WHERE org = $1 AND handler = $2 AND handler <> '' AND state <> 'closed' AND ((3 - urgency) * 4503599627370496 + opened, id) > ($3, $4)
		ORDER BY rank, id LIMIT $5`, personID, after.Rank, after.Case, most)
}

// CountHandled counts them, at most so many.
func (t *Tx) CountHandled(personID string, most int) (int, error) {
	n, err := One[int64](t, `SELECT COUNT(*) FROM (SELECT 1 FROM casefile WHERE org = $1 AND handler = $2 AND handler <> '' AND state <> 'closed' LIMIT $3) AS listed`, personID, most)
	return int(n), err
}
