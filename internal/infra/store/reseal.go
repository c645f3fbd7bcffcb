package store

import (
	"strconv"

	"varn/internal/domain/organisation"
	"varn/internal/kit/seal"
)

// Boxes are the rows of one table that hold a box under one of the organisation's purpose keys.
type Boxes struct {
	Kind string
	list string // $2 is the id to go on after
	swap string // $2 the id, $3 the box that was read, $4 the one to put in its place
}

// BoxRow is one of them: what its place (AD) is made of, and the box.
type BoxRow struct {
	ID      string   `db:"id"`
	Part    string   `db:"part"`
	Version int64    `db:"version"`
	Sealed  seal.Box `db:"sealed"`
}

// PersonBoxes are the profiles of people.
func PersonBoxes() Boxes {
	return Boxes{"person", `SELECT id, '' AS part, version, sealed FROM person WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE person SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// AuthorityBoxes are the names of authorities.
func AuthorityBoxes() Boxes {
	return Boxes{"authority", `SELECT id, '' AS part, version, sealed FROM authority WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE authority SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// UnitBoxes are the names of units; part is the authority.
func UnitBoxes() Boxes {
	return Boxes{"unit", `SELECT id, authority AS part, version, sealed FROM unit WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE unit SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// FunctionBoxes are the cards of functions.
func FunctionBoxes() Boxes {
	return Boxes{"function", `SELECT id, '' AS part, version, sealed FROM function WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE function SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// CustodianBoxes are the names of those who keep the sheets; id is the recovery key's version.
func CustodianBoxes() Boxes {
	return Boxes{"recovery_key", `SELECT CAST(version AS TEXT) AS id, '' AS part, version, sealed FROM recovery_key
		WHERE org = $1 AND CAST(version AS TEXT) > $2 ORDER BY CAST(version AS TEXT) LIMIT `,
		`UPDATE recovery_key SET sealed = $4 WHERE org = $1 AND CAST(version AS TEXT) = $2 AND sealed = $3`}
}

// RecoveryBoxes say who began a recovery; part is for whom.
func RecoveryBoxes() Boxes {
	return Boxes{"recovery", `SELECT id, person AS part, version, sealed FROM recovery WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE recovery SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// SettingBoxes are the settings, but for the one that says which versions are in use.
func SettingBoxes() Boxes {
	return Boxes{"setting", `SELECT name AS id, '' AS part, version, sealed FROM setting
		WHERE org = $1 AND name > $2 AND name <> '` + organisation.KeyVersions + `' ORDER BY name LIMIT `,
		`UPDATE setting SET sealed = $4 WHERE org = $1 AND name = $2 AND sealed = $3`}
}

// Boxes gives the rows after an id, in the order of ids.
func (t *Tx) Boxes(of Boxes, after string, limit int) ([]BoxRow, error) {
	return All[BoxRow](t, of.list+strconv.Itoa(limit), after)
}

// SwapBox puts another box of the same content in a row, unless somebody has changed it meanwhile;
// it tells whether it did. The row's version stands: nobody who edits it is disturbed.
func (t *Tx) SwapBox(of Boxes, r BoxRow, fresh seal.Box) (bool, error) {
	n, err := t.Exec(of.swap, r.ID, r.Sealed, fresh)
	return n == 1, err
}

// GuardedRefs lists the cases that someone is excluded from, after a reference and in their order.
func (t *Tx) GuardedRefs(after string, limit int) ([]string, error) {
	return All[string](t, `SELECT ref FROM casefile WHERE org = $1 AND ref > $2 AND exclusion IS NOT NULL ORDER BY ref LIMIT `+strconv.Itoa(limit), after)
}

// RulingIDs lists every version of every rule, after an id and in their order.
func (t *Tx) RulingIDs(after string, limit int) ([]string, error) {
	return All[string](t, `SELECT id FROM ruling WHERE org = $1 AND id > $2 ORDER BY id LIMIT `+strconv.Itoa(limit), after)
}

// OutsideIDs lists the entries that another register has numbered, after an id and in their order.
func (t *Tx) OutsideIDs(after string, limit int) ([]string, error) {
	return All[string](t, `SELECT id FROM registration WHERE org = $1 AND id > $2 AND outside IS NOT NULL ORDER BY id LIMIT `+strconv.Itoa(limit), after)
}
