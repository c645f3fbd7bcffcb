// Package duty models who is on call for a function, and the chain of people who are woken until
// somebody takes a case.
package duty

import (
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// Turn (jourpass) is a time in which a holder of a function is on call. It gives no key: who is on
// call is whom the case wakes first.
type Turn struct {
	Org      string      `db:"org"`
	Function string      `db:"function"`
	ID       string      `db:"id"`
	Person   string      `db:"person"`
	From     clock.Stamp `db:"from_at"`
	Until    clock.Stamp `db:"until_at"`
	SetBy    string      `db:"set_by"`
	Ended    clock.Stamp `db:"ended"`
	Version  int64       `db:"version"`
	MAC      []byte      `db:"mac"`
}

// Who is what the turn's MAC covers.
func (t Turn) Who() seal.AD {
	return seal.Bind("duty", t.Org, t.Function, t.ID, t.Person, t.SetBy).With(int64(t.From), int64(t.Until), int64(t.Ended), t.Version)
}

// Holds tells whether the turn is on at a moment.
func (t Turn) Holds(at clock.Stamp) bool { return t.Ended == 0 && t.From <= at && at < t.Until }

// WakeState tells how a chain stands.
type WakeState string

// The states of a chain.
const (
	Waiting WakeState = "waiting" // somebody has been asked
	Taken   WakeState = "taken"
	Spent   WakeState = "spent" // everybody has been asked, and nobody has answered
)

// Wake (väckning) is the chain of one case. Asked are the people asked so far, the latest last,
// with spaces between.
type Wake struct {
	Org     string      `db:"org"`
	Case    string      `db:"case_id"`
	State   WakeState   `db:"state"`
	Step    int64       `db:"step"`
	Asked   string      `db:"asked"`
	NextAt  clock.Stamp `db:"next_at"`
	TakenBy string      `db:"taken_by"`
	Created clock.Stamp `db:"created"`
	Version int64       `db:"version"`
}
