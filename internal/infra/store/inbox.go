package store

import (
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
)

// Ranked is a case's place in a member's inbox.
type Ranked struct {
	Case    string      `db:"case_id"`
	Rank    int64       `db:"rank"`
	Due     clock.Stamp `db:"due"`
	Opened  clock.Stamp `db:"opened"`
	Guarded bool        `db:"guarded"`
}

const rankedColumns = `case_id, rank, due, opened, guarded`

// Slice is which part of a member's cases to give: after a rank and a case, opened before a moment
// (0: whenever), and at most so many.
type Slice struct {
	After        Ranked
	OpenedBefore clock.Stamp
	Most         int
}

// InState gives the cases of a member in a state, the most urgent first and then the oldest.
func (t *Tx) InState(member string, state casefile.State, w Slice) ([]Ranked, error) {
	return All[Ranked](t, `SELECT `+rankedColumns+` FROM shelf WHERE org = $1 AND member = $2 AND state = $3 AND (rank, case_id) > ($4, $5) AND (CAST($6 AS BIGINT) = 0 OR opened < $6)
		ORDER BY rank, case_id LIMIT $7`, member, state, w.After.Rank, w.After.Case, w.OpenedBefore, w.Most)
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
	return All[Ranked](t, `SELECT s.case_id, s.rank, s.due, s.opened, s.guarded FROM casefile c
		JOIN shelf s ON s.org = c.org AND s.case_id = c.id AND s.member IN (`+in+`)
		WHERE c.org = $1 AND c.changed > $2 ORDER BY c.changed DESC, c.id DESC LIMIT $3`, append([]any{since, most}, args...)...)
}

// Handled gives the open cases that somebody handles, the most urgent first.
func (t *Tx) Handled(personID string, after Ranked, most int) ([]Ranked, error) {
	return All[Ranked](t, `SELECT id AS case_id, (3 - urgency) * 4503599627370496 + opened AS rank, due, opened, exclusion IS NOT NULL AS guarded FROM casefile
		WHERE org = $1 AND handler = $2 AND handler <> '' AND state <> 'closed' AND ((3 - urgency) * 4503599627370496 + opened, id) > ($3, $4)
		ORDER BY rank, id LIMIT $5`, personID, after.Rank, after.Case, most)
}

// CountHandled counts them, at most so many.
func (t *Tx) CountHandled(personID string, most int) (int, error) {
	n, err := One[int64](t, `SELECT COUNT(*) FROM (SELECT 1 FROM casefile WHERE org = $1 AND handler = $2 AND handler <> '' AND state <> 'closed' LIMIT $3) AS listed`, personID, most)
	return int(n), err
}
