package person

import (
	"varn/internal/domain/access"
	"varn/internal/kit/clock"
	"varn/internal/kit/seal"
)

// GrantState is how far a role or a function's holder has come.
type GrantState string

// The states of a grant. Nothing takes effect before it is confirmed by a present holder.
const (
	Proposed GrantState = "proposed"
	Active   GrantState = "active"
	Ended    GrantState = "ended"
)

// RoleGrant (rolltilldelning) gives a person a role within an authority, or in all of them
// when Authority is empty.
type RoleGrant struct {
	Org         string      `db:"org"`
	Authority   string      `db:"authority"`
	ID          string      `db:"id"`
	Person      string      `db:"person"`
	Role        access.Role `db:"role"`
	State       GrantState  `db:"state"`
	ProposedBy  string      `db:"proposed_by"`
	ConfirmedBy string      `db:"confirmed_by"`
	From        clock.Stamp `db:"from_at"`
	Until       clock.Stamp `db:"until_at"`
	Version     int64       `db:"version"`
	MAC         []byte      `db:"mac"`
}

// Who is what the grant's MAC covers.
func (g RoleGrant) Who() seal.AD {
	return seal.Bind("role", g.Org, g.Authority, g.ID, g.Person, string(g.Role), string(g.State), g.ProposedBy, g.ConfirmedBy).
		With(int64(g.From), int64(g.Until), g.Version)
}

// Holds tells whether the role is in force at a moment.
func (g RoleGrant) Holds(at clock.Stamp) bool {
	return g.State == Active && g.From <= at && (g.Until == 0 || at < g.Until)
}
