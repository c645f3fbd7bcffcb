package casework

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// HoldCase stops a case's destruction, or lets it go again, with the reason: a trial, an appeal, a
// request for the record.
func (d *Desk) HoldCase(ctx context.Context, s *access.Session, ref string, on bool, reason string) error {
	if err := casefile.CheckText("reason", reason, casefile.MaxReason); err != nil {
		return err
	}
	_, err := d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.Hold == on {
			return adding{}, fault.New(fault.Conflict, "fault.changed")
		}
		before, after := "off", "on"
		if !on {
			before, after = after, before
		}
		one, err := changed(casefile.Changed{Author: s.Person, Field: "hold", Before: before, After: after, Reason: strings.TrimSpace(reason)})
		return adding{in: []sealed{one}, act: "case.hold", move: func(_ *store.Tx, c *casefile.Case) ([]audit.Row, error) {
			c.Hold = on
			return nil, nil
		}}, err
	})
	return err
}
