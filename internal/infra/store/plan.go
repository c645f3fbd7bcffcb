package store

import "varn/internal/domain/plan"

// Plan gives a person's safety plan as it is stored; NotFound when they have none.
func (t *Tx) Plan(personID string) (plan.Row, error) {
	return One[plan.Row](t, `SELECT org, person, box, changed, version FROM safety_plan WHERE org = $1 AND person = $2`, personID)
}

// InsertPlan enters a person's first.
func (t *Tx) InsertPlan(r plan.Row) error {
	_, err := t.Exec(`INSERT INTO safety_plan (org, person, box, changed, version) VALUES ($1, $2, $3, $4, $5)`, r.Person, r.Box, r.Changed, r.Version)
	return err
}

// UpdatePlan stores it anew; Version is one more than the stored one.
func (t *Tx) UpdatePlan(r plan.Row) error {
	return t.changed(`UPDATE safety_plan SET box = $3, changed = $4, version = $5 WHERE org = $1 AND person = $2 AND version = $6`,
		r.Person, r.Box, r.Changed, r.Version, r.Version-1)
}

// DeletePlan takes it away.
func (t *Tx) DeletePlan(personID string) error {
	_, err := t.Exec(`DELETE FROM safety_plan WHERE org = $1 AND person = $2`, personID)
	return err
}
