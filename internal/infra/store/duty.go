package store

import (
	"varn/internal/domain/duty"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

const turnColumns = `org, function, id, person, from_at, until_at, set_by, ended, version, mac`

func turnProof(d duty.Turn) proof { return proof{"duty", d.ID, d.MAC, d.Who()} }

// VouchedTurns gives a function's turns on call that end after a moment, in order; every function's
// when it is empty.
func (t *Tx) VouchedTurns(k *keyring.Keys, functionID string, after clock.Stamp) ([]duty.Turn, error) {
	all, err := All[duty.Turn](t, `SELECT `+turnColumns+` FROM duty WHERE org = $1 AND ($2 = '' OR function = $2) AND until_at > $3 AND ended = 0
		ORDER BY from_at, id`, functionID, after)
	return many(t, k, all, err, turnProof)
}

// LockTurns keeps the calendar for this transaction: of two who change it at once the second sees
// what the first has done.
func (t *Tx) LockTurns() error {
	_, err := t.Next("duty")
	return err
}

// InsertTurn enters a turn on call.
func (t *Tx) InsertTurn(d duty.Turn) error {
	_, err := t.Exec(`INSERT INTO duty (`+turnColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		d.Function, d.ID, d.Person, d.From, d.Until, d.SetBy, d.Ended, d.Version, d.MAC)
	return err
}

// UpdateTurn stores a turn that was ended; Version is one more than the stored one.
func (t *Tx) UpdateTurn(d duty.Turn) error {
	return t.changed(`UPDATE duty SET ended = $3, version = $4, mac = $5 WHERE org = $1 AND id = $2 AND version = $6`, d.ID, d.Ended, d.Version, d.MAC, d.Version-1)
}

// VouchedTurn gives one turn.
func (t *Tx) VouchedTurn(k *keyring.Keys, id string) (duty.Turn, error) {
	d, err := One[duty.Turn](t, `SELECT `+turnColumns+` FROM duty WHERE org = $1 AND id = $2`, id)
	return one(t, k, d, err, turnProof)
}

// Turns lists every turn, for proving the log.
func (t *Tx) Turns() ([]duty.Turn, error) {
	return All[duty.Turn](t, `SELECT `+turnColumns+` FROM duty WHERE org = $1`)
}

const wakeColumns = `org, case_id, state, step, asked, next_at, taken_by, created, version`

// Wake gives the chain of a case, or NotFound.
func (t *Tx) Wake(caseID string) (duty.Wake, error) {
	return One[duty.Wake](t, `SELECT `+wakeColumns+` FROM wake WHERE org = $1 AND case_id = $2`, caseID)
}

// InsertWake begins a case's chain.
func (t *Tx) InsertWake(w duty.Wake) error {
	_, err := t.Exec(`INSERT INTO wake (`+wakeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		w.Case, w.State, w.Step, w.Asked, w.NextAt, w.TakenBy, w.Created, w.Version)
	return err
}

// UpdateWake stores a chain's next step; Version is one more than the stored one.
func (t *Tx) UpdateWake(w duty.Wake) error {
	return t.changed(`UPDATE wake SET state = $3, step = $4, asked = $5, next_at = $6, taken_by = $7, version = $8 WHERE org = $1 AND case_id = $2 AND version = $9`,
		w.Case, w.State, w.Step, w.Asked, w.NextAt, w.TakenBy, w.Version, w.Version-1)
}

// WakesDue gives the chains that wait for their next step.
func (t *Tx) WakesDue(at clock.Stamp, most int) ([]duty.Wake, error) {
	return All[duty.Wake](t, `SELECT `+wakeColumns+` FROM wake WHERE org = $1 AND state = 'waiting' AND next_at <= $2 ORDER BY next_at, case_id LIMIT $3`, at, most)
}
