package store

import (
	"strconv"
	"strings"

	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Shelved is one case on a member's shelf, with its title under the member's own key; a zero box
// until they have opened it.
type Shelved struct {
	Member string   `db:"member"`
	Case   string   `db:"case_id"`
	Place  string   `db:"place"`
	Epoch  int64    `db:"epoch"`
	Title  seal.Box `db:"title"`
}

// AD binds a shelved title to member, case and place.
func (s Shelved) AD(org string) seal.AD {
	return seal.Bind("shelf", org, s.Member, s.Case, s.Place)
}

// EachShelved visits the shelves of members, row by row.
func (t *Tx) EachShelved(members []string, visit func(*Shelved) error) error {
	if len(members) == 0 {
		return nil
	}
	in, args := marks(members, 2)
	return Each(t, `SELECT member, case_id, place, epoch, title FROM shelf WHERE org = $1 AND member IN (`+in+`)`, args, visit)
}

// ShelfEpochs gives the leaves that the titles on members' shelves lie under.
func (t *Tx) ShelfEpochs(members []string) ([]int64, error) {
	if len(members) == 0 {
		return nil, nil
	}
	in, args := marks(members, 2)
	return All[int64](t, `SELECT epoch FROM shelf WHERE org = $1 AND member IN (`+in+`)`, args...)
}

// Shelve stores a title under a member's own key. A place that has gone meanwhile is no error.
func (t *Tx) Shelve(s Shelved) error {
	_, err := t.Exec(`UPDATE shelf SET title = $5 WHERE org = $1 AND member = $2 AND case_id = $3 AND place = $4`, s.Member, s.Case, s.Place, s.Title)
	return err
}

// shelvePlace puts a new place's case on its member's shelf.
func (t *Tx) shelvePlace(p casefile.Place) error {
	_, err := t.Exec(`INSERT INTO shelf (org, member, case_id, place, state, rank, due, opened, guarded, epoch)
		SELECT $1, $2, id, $4, state, (3 - urgency) * 4503599627370496 + opened, due, opened, exclusion IS NOT NULL, epoch
		FROM casefile WHERE org = $1 AND id = $3`, p.Member, p.Case, p.ID)
	return err
}

// unshelve takes the case of a place that has ended away.
func (t *Tx) unshelve(p casefile.Place) error {
	_, err := t.Exec(`DELETE FROM shelf WHERE org = $1 AND member = $2 AND case_id = $3 AND place = $4`, p.Member, p.Case, p.ID)
	return err
}

// coverTitle forgets a place's title under a key that its member has lost.
func (t *Tx) coverTitle(caseID, place string) error {
	_, err := t.Exec(`UPDATE shelf SET title = NULL WHERE org = $1 AND case_id = $2 AND place = $3
		AND member = (SELECT member FROM circle WHERE org = $1 AND id = $3)`, caseID, place)
	return err
}

// RowsOf gives the lines of some of a member's cases, as CasesOf does.
func (t *Tx) RowsOf(members, cases []string, at clock.Stamp) ([]Row, error) {
	if len(members) == 0 || len(cases) == 0 {
		return nil, nil
	}
	who, args := marks(members, 3)
	which, more := marks(cases, 3+len(members))
	args = append(append([]any{at}, args...), more...)
	return All[Row](t, rowSelect+`WHERE p.org = $1 AND p.member IN (`+who+`) AND p.case_id IN (`+which+`)
		AND p.ended = 0 AND p.from_at <= $2 AND (p.until_at = 0 OR p.until_at > $2)`, args...)
}

// marks writes the marks of a list whose first has a number, and the arguments for it.
func marks(values []string, first int) (string, []any) {
	in, args := make([]string, len(values)), make([]any, len(values))
	for i, v := range values {
		in[i], args[i] = "$"+strconv.Itoa(first+i), v
	}
	return strings.Join(in, ", "), args
}
