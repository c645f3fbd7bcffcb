package casework

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/duty"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// TakeCase ("Jag tar det") makes the subject the one who handles a case, and ends the chain of those
// who are woken for it. Of two who take it at once the first has it.
func (d *Desk) TakeCase(ctx context.Context, s *access.Session, ref string) error {
	if s.Kind == access.Token && !s.May(access.ScopeWriteCases) {
		return fault.New(fault.Denied, "fault.scope")
	}
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		if v.c.Handler == s.Person {
			return adding{}, fault.New(fault.Conflict, "case.taken-already")
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: "handler", Before: v.c.Handler, After: s.Person})
		return adding{in: []sealed{one}, act: "case.take", move: func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			if c.Handler != v.c.Handler {
				return nil, fault.New(fault.Conflict, "case.taken")
			}
			c.Handler = s.Person
			if c.State == casefile.New {
				c.State = casefile.Received
			}
			return nil, d.endWake(tx, c.ID, s.Person)
		}}, err
	})
	return err
}

// endWake stops the chain of those who are woken; a case without one is as it was.
func (d *Desk) endWake(tx *store.Tx, caseID, by string) error {
	w, err := tx.Wake(caseID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || w.State == duty.Taken {
		return err
	}
	w.State, w.TakenBy, w.Version = duty.Taken, by, w.Version+1
	return tx.UpdateWake(w)
}
