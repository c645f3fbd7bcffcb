package store

import (
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/kit/keyring"
)

// Standing is a session with what holds for its person, all of one moment.
type Standing struct {
	Session Session
	Person  person.Person
	Roles   []person.RoleGrant
	Seats   []function.Holder
}

// VouchedStanding gives what stands behind a session, or NotFound. It is the transaction's last
// question.
func (t *Tx) VouchedStanding(k *keyring.Keys, sessionID string) (Standing, error) {
	const whose = `(SELECT person FROM session WHERE org = $1 AND id = $2)`
	var out Standing
	var session []Session
	var who []person.Person
	err := t.askLast(
		askRows(&session, `SELECT `+sessionColumns+` FROM session WHERE org = $1 AND id = $2`, sessionID),
		people(k).ask(&who, `id = `+whose, sessionID),
		roles(k).ask(&out.Roles, `person = `+whose, sessionID),
		seats(k).ask(&out.Seats, `person = `+whose, sessionID),
	)
	if err != nil {
		return out, err
	}
	if out.Session, err = only(session); err != nil {
		return out, err
	}
	out.Roles, _ = inOrder(out.Roles, nil, roleID)
	out.Seats, _ = inOrder(out.Seats, nil, seatID)
	out.Person, err = only(who)
	return out, err
}
