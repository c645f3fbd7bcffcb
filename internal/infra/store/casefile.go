package store

import (
	"strconv"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

const caseColumns = `org, authority, id, ref, state, public_key, key_version, key_stale, exclusion, opened, changed, items, version, mac,
	event, view, responsible, handler, unit, urgency, met, assessed, due, outcome, retention, forget, hold, epoch`

// CaseByRef gives a case by its reference, or NotFound. Who may know of it is decided after.
func (t *Tx) CaseByRef(ref string) (casefile.Case, error) {
	return One[casefile.Case](t, `SELECT `+caseColumns+` FROM casefile WHERE org = $1 AND ref = $2`, ref)
}

// Case gives a case by its id, or NotFound.
func (t *Tx) Case(id string) (casefile.Case, error) {
	return One[casefile.Case](t, `SELECT `+caseColumns+` FROM casefile WHERE org = $1 AND id = $2`, id)
}

// InsertCase enters a case.
func (t *Tx) InsertCase(c casefile.Case) error {
	_, err := t.Exec(`INSERT INTO casefile (`+caseColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
		$15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)`,
		c.Authority, c.ID, c.Ref, c.State, c.PublicKey, c.KeyVersion, c.KeyStale, c.Exclusion, c.Opened, c.Changed, c.Items, c.Version, c.MAC,
		c.Event, c.View, c.Responsible, c.Handler, c.Unit, c.Urgency, c.Met, c.Assessed, c.Due, c.Outcome, c.Retention, c.Forget, c.Hold, c.Epoch)
	return err
}

// UpdateCase stores a changed case; Version is one more than the stored one. Where the case stands
// is changed by MoveCase.
func (t *Tx) UpdateCase(c casefile.Case) error {
	return t.later(oneChanged, `UPDATE casefile SET public_key = $3, key_version = $4, key_stale = $5, exclusion = $6, changed = $7,
		items = $8, version = $9, mac = $10 WHERE org = $1 AND id = $2 AND version = $11`,
		c.ID, c.PublicKey, c.KeyVersion, c.KeyStale, c.Exclusion, c.Changed, c.Items, c.Version, c.MAC, c.Version-1)
}

// MoveCase stores a changed case together with where it stands, and repeats that on its members'
// shelves; Version is one more than the stored one.
func (t *Tx) MoveCase(c casefile.Case) error {
	err := t.changed(`UPDATE casefile SET state = $3, public_key = $4, key_version = $5, key_stale = $6, exclusion = $7, changed = $8,
		items = $9, version = $10, mac = $11, responsible = $12, handler = $13, urgency = $14, assessed = $15, due = $16, outcome = $17,
		retention = $18, forget = $19, hold = $20 WHERE org = $1 AND id = $2 AND version = $21`,
		c.ID, c.State, c.PublicKey, c.KeyVersion, c.KeyStale, c.Exclusion, c.Changed, c.Items, c.Version, c.MAC,
		c.Responsible, c.Handler, c.Urgency, c.Assessed, c.Due, c.Outcome, c.Retention, c.Forget, c.Hold, c.Version-1)
	if err != nil {
		return err
	}
	_, err = t.Exec(`UPDATE shelf SET state = $3, rank = $4, due = $5, guarded = $6 WHERE org = $1 AND case_id = $2
		AND member IN (SELECT member FROM circle WHERE org = $1 AND case_id = $2 AND ended = 0)`,
		c.ID, c.State, c.Rank(), c.Due, !c.Exclusion.IsZero())
	return err
}

// MeetCase notes the first opening of a case by somebody of its circle.
func (t *Tx) MeetCase(id string, at clock.Stamp) error {
	_, err := t.Exec(`UPDATE casefile SET met = $3 WHERE org = $1 AND id = $2 AND met = 0`, id, at)
	return err
}

const placeColumns = `org, authority, case_id, id, kind, member, added_by, reason, reason_key, from_at, until_at, ended, version, mac`

// Places lists the places of a case's circle, ended ones included.
func (t *Tx) Places(caseID string) ([]casefile.Place, error) {
	return All[casefile.Place](t, `SELECT `+placeColumns+` FROM circle WHERE org = $1 AND case_id = $2 ORDER BY from_at, id`, caseID)
}

// InsertPlace adds a place to a circle.
func (t *Tx) InsertPlace(p casefile.Place) error {
	_, err := t.Exec(`INSERT INTO circle (`+placeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		p.Authority, p.Case, p.ID, p.Kind, p.Member, p.AddedBy, p.Reason, p.ReasonKey, p.From, p.Until, p.Ended, p.Version, p.MAC)
	if err != nil {
		return err
	}
	return t.shelvePlace(p)
}

// itemColumnsOf names an item's columns where another table is joined.
func itemColumnsOf(alias string) string {
	return alias + "." + strings.ReplaceAll(itemColumns, ", ", ", "+alias+".")
}

// UpdatePlace stores a changed place; Version is one more than the stored one.
func (t *Tx) UpdatePlace(p casefile.Place) error {
	if err := t.changed(`UPDATE circle SET until_at = $3, ended = $4, version = $5, mac = $6 WHERE org = $1 AND id = $2 AND version = $7`,
		p.ID, p.Until, p.Ended, p.Version, p.MAC, p.Version-1); err != nil || p.Ended == 0 {
		return err
	}
	return t.unshelve(p)
}

// Wraps lists the wraps of one place, every key version.
func (t *Tx) Wraps(caseID, place string) ([]casefile.Wrap, error) {
	return All[casefile.Wrap](t, `SELECT org, case_id, place, key_version, kind, wrap FROM case_wrap
		WHERE org = $1 AND case_id = $2 AND place = $3 ORDER BY key_version`, caseID, place)
}

// InsertWrap adds a wrap.
func (t *Tx) InsertWrap(w casefile.Wrap) error {
	return t.later(nil, `INSERT INTO case_wrap (org, case_id, place, key_version, kind, wrap) VALUES ($1, $2, $3, $4, $5, $6)`,
		w.Case, w.Place, w.KeyVersion, w.Kind, w.Wrap)
}

// Rewrap replaces a wrap by one under the member's own symmetric key: the same secret.
func (t *Tx) Rewrap(w casefile.Wrap) error {
	return t.later(nil, `UPDATE case_wrap SET kind = $5, wrap = $6 WHERE org = $1 AND case_id = $2 AND place = $3 AND key_version = $4`,
		w.Case, w.Place, w.KeyVersion, w.Kind, w.Wrap)
}

// DeleteWraps removes every wrap of a place: its member can open nothing from here on.
func (t *Tx) DeleteWraps(caseID, place string) error {
	if _, err := t.Exec(`DELETE FROM case_wrap WHERE org = $1 AND case_id = $2 AND place = $3`, caseID, place); err != nil {
		return err
	}
	return t.coverTitle(caseID, place)
}

const itemColumns = `org, authority, case_id, id, kind, seq, key_version, data_key, body, created, version, mac`

// OpenBody gives the sealed items of a case to whoever holds a Grant to open it; without one
// that access.Decide has filled there is nothing to read.
func (t *Tx) OpenBody(g access.Grant, caseID string) ([]casefile.Item, error) {
	if !g.Covers(t.Org(), caseID, access.Open) && !g.Covers(t.Org(), caseID, access.Write) {
		return nil, fault.New(fault.NotFound, "fault.not-found", "no grant covers the case")
	}
	return All[casefile.Item](t, `SELECT `+itemColumns+` FROM item WHERE org = $1 AND case_id = $2 ORDER BY seq`, caseID)
}

// ItemsOf gives the sealed items of one kind of a case, in their order, to whoever holds a Grant to
// write in it or to open it.
func (t *Tx) ItemsOf(g access.Grant, caseID string, kind casefile.ItemKind) ([]casefile.Item, error) {
	if !g.Covers(t.Org(), caseID, access.Write) && !g.Covers(t.Org(), caseID, access.Open) {
		return nil, fault.New(fault.NotFound, "fault.not-found", "no grant covers the case")
	}
	return All[casefile.Item](t, `SELECT `+itemColumns+` FROM item WHERE org = $1 AND kind = $3 AND case_id = $2 ORDER BY seq`, caseID, kind)
}

// Item gives one sealed item of a case to whoever holds a Grant to open it.
func (t *Tx) Item(g access.Grant, caseID, id string) (casefile.Item, error) {
	if !g.Covers(t.Org(), caseID, access.Open) {
		return casefile.Item{}, fault.New(fault.NotFound, "fault.not-found", "no grant covers the case")
	}
	return One[casefile.Item](t, `SELECT `+itemColumns+` FROM item WHERE org = $1 AND case_id = $2 AND id = $3`, caseID, id)
}

// InsertItem adds a sealed item.
func (t *Tx) InsertItem(i casefile.Item) error {
	return t.later(nil, `INSERT INTO item (`+itemColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		i.Authority, i.Case, i.ID, i.Kind, i.Seq, i.KeyVersion, i.DataKey, i.Body, i.Created, i.Version, i.MAC)
}

// Rekey replaces an item's data key by the same key sealed under the case key.
func (t *Tx) Rekey(caseID, id string, dataKey seal.Box) error {
	return t.later(nil, `UPDATE item SET data_key = $4 WHERE org = $1 AND case_id = $2 AND id = $3`, caseID, id, dataKey)
}

// HasItem tells whether something of a kind lies in a case.
func (t *Tx) HasItem(caseID string, kind casefile.ItemKind) (bool, error) {
	n, err := t.CountKind(caseID, kind)
	return n > 0, err
}

// CountKind counts the items of a kind in a case: what was read before is still all there is.
func (t *Tx) CountKind(caseID string, kind casefile.ItemKind) (int64, error) {
	return One[int64](t, `SELECT COUNT(*) FROM item WHERE org = $1 AND kind = $3 AND case_id = $2`, caseID, kind)
}

// CountItems counts what lies in a case, to hold against the logged count.
func (t *Tx) CountItems(caseID string) (int64, error) {
	return One[int64](t, `SELECT COUNT(*) FROM item WHERE org = $1 AND case_id = $2`, caseID)
}

// Row is a line of a member's list: what may be known of a case, and what opens its title.
type Row struct {
	Authority  string            `db:"authority"`
	Case       string            `db:"id"`
	Ref        string            `db:"ref"`
	State      casefile.State    `db:"state"`
	Opened     clock.Stamp       `db:"opened"`
	Changed    clock.Stamp       `db:"changed"`
	Place      string            `db:"place"`
	Member     string            `db:"member"`
	WrapKind   casefile.WrapKind `db:"wrap_kind"`
	Wrap       seal.Box          `db:"wrap"`
	Item       string            `db:"item"`
	KeyVersion int64             `db:"key_version"`
	Version    int64             `db:"version"`
	DataKey    seal.Box          `db:"data_key"`
	Body       seal.Box          `db:"body"`
	Epoch      int64             `db:"epoch"`
	View       string            `db:"view"`
	Handler    string            `db:"handler"`
	Urgency    int64             `db:"urgency"`
	Met        clock.Stamp       `db:"met"`
	Assessed   clock.Stamp       `db:"assessed"`
	Due        clock.Stamp       `db:"due"`
}

// Page is a keyset position in a list ordered by last change; the zero Page is the start.
type Page struct {
	Changed clock.Stamp
	Case    string
	Limit   int
}

// rowSelect is a line with the wrap and the title that open under a place.
const rowSelect = `SELECT c.authority, c.id, c.ref, c.state, c.opened, c.changed, p.id AS place, p.member, w.kind AS wrap_kind, w.wrap,
			i.id AS item, i.key_version, i.version, i.data_key, i.body,
			c.epoch, c.view, c.handler, c.urgency, c.met, c.assessed, c.due
		FROM circle p
		JOIN casefile c ON c.org = p.org AND c.id = p.case_id
		JOIN item i ON i.org = p.org AND i.kind = 'title' AND i.case_id = p.case_id
		JOIN case_wrap w ON w.org = p.org AND w.case_id = p.case_id AND w.place = p.id AND w.key_version = i.key_version
		`

// CasesOf lists the cases in whose circle any of the members sits at a moment, newest change
// first, with the wrap and title that open under each. A case reached through several places
// comes once for each; the caller keeps the first.
func (t *Tx) CasesOf(members []string, state casefile.State, at clock.Stamp, page Page) ([]Row, error) {
	if len(members) == 0 {
		return nil, nil
	}
	args := []any{at, string(state), page.Changed, page.Case, page.Limit}
	in := make([]string, len(members))
	for i, m := range members {
		args = append(args, m)
		in[i] = "$" + strconv.Itoa(len(args)+1)
	}
	return All[Row](t, rowSelect+`WHERE p.org = $1 AND p.member IN (`+strings.Join(in, ", ")+`) AND p.ended = 0 AND p.from_at <= $2 AND (p.until_at = 0 OR p.until_at > $2)
			AND ($3 = '' OR c.state = $3)
			AND ($4 = 0 OR (c.changed, c.id) < ($4, $5))
		ORDER BY c.changed DESC, c.id DESC LIMIT $6`, args...)
}

// PlacesHeld lists the places in which a member sits, not ended.
func (t *Tx) PlacesHeld(member string) ([]casefile.Place, error) {
	return All[casefile.Place](t, `SELECT `+placeColumns+` FROM circle WHERE org = $1 AND member = $2 AND ended = 0 ORDER BY case_id, id`, member)
}
