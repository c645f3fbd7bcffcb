package store

import (
	"varn/internal/domain/screening"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
)

const exampleColumns = `org, id, person, letter, sealed, created`

// Examples gives what was released for training, the oldest first; of somebody, or of everybody where person is empty.
func (t *Tx) Examples(person string) ([]screening.Example, error) {
	return All[screening.Example](t, `SELECT `+exampleColumns+` FROM screening_example WHERE org = $1 AND (CAST($2 AS TEXT) = '' OR person = $2) ORDER BY created, id`, person)
}

// PutExample stores a released letter in the place of an earlier release of the same.
func (t *Tx) PutExample(e screening.Example) error {
	if _, err := t.Exec(`DELETE FROM screening_example WHERE org = $1 AND letter = $2`, e.Letter); err != nil {
		return err
	}
	_, err := t.Exec(`INSERT INTO screening_example (`+exampleColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`, e.ID, e.Person, e.Letter, e.Sealed, e.Created)
	return err
}

// DeleteExample takes a release back: Conflict when it is not the person's.
func (t *Tx) DeleteExample(id, person string) error {
	return t.changed(`DELETE FROM screening_example WHERE org = $1 AND id = $2 AND person = $3`, id, person)
}

// OwnWeights gives the organisation's own weights; the zero ones when it has none.
func (t *Tx) OwnWeights() (screening.Own, error) {
	o, err := One[screening.Own](t, `SELECT org, id, sealed, examples, made FROM screening_weights WHERE org = $1`)
	if fault.Is(err, fault.NotFound) {
		return screening.Own{}, nil
	}
	return o, err
}

// WeightsMade is when the organisation's own weights were made, and of how many examples; zero when it has none.
func (t *Tx) WeightsMade() (id string, made clock.Stamp, examples int64, err error) {
	all, err := All[struct {
		ID       string      `db:"id"`
		Made     clock.Stamp `db:"made"`
		Examples int64       `db:"examples"`
	}](t, `SELECT id, made, examples FROM screening_weights WHERE org = $1`)
	if err != nil || len(all) == 0 {
		return "", 0, 0, err
	}
	return all[0].ID, all[0].Made, all[0].Examples, nil
}

// PutWeights stores the organisation's own weights in the place of older ones.
func (t *Tx) PutWeights(o screening.Own) error {
	_, err := t.Exec(`INSERT INTO screening_weights (org, id, sealed, examples, made) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org) DO UPDATE SET id = excluded.id, sealed = excluded.sealed, examples = excluded.examples, made = excluded.made`, o.ID, o.Sealed, o.Examples, o.Made)
	return err
}

// DropWeights takes the organisation's own weights away.
func (t *Tx) DropWeights() error {
	_, err := t.Exec(`DELETE FROM screening_weights WHERE org = $1`)
	return err
}

// ExampleBoxes are the texts that were released; part is the letter.
func ExampleBoxes() Boxes {
	return Boxes{"screening_example", `SELECT id, letter AS part, 0 AS version, sealed FROM screening_example WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE screening_example SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}

// WeightBoxes are the organisation's own weights.
func WeightBoxes() Boxes {
	return Boxes{"screening_weights", `SELECT id, '' AS part, 0 AS version, sealed FROM screening_weights WHERE org = $1 AND id > $2 ORDER BY id LIMIT `,
		`UPDATE screening_weights SET sealed = $4 WHERE org = $1 AND id = $2 AND sealed = $3`}
}
