package casework

import (
	"context"
	"time"

	"varn/internal/domain/function"
	"varn/internal/domain/routing"
)

// Brochure is what the public page needs besides the table of rules: what the municipality has
// decided itself, and how its security function is reached.
type Brochure struct {
	Local    *routing.LocalDecision
	Contacts []Contact
	// Contact is within what time whoever reports is promised an answer.
	Contact time.Duration
}

// Brochure gives it to anybody.
func (d *Desk) Brochure(ctx context.Context, org string) (Brochure, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return Brochure{}, err
	}
	t, err := d.town(ctx, k)
	if err != nil {
		return Brochure{}, err
	}
	out := Brochure{Local: t.routing.Local, Contact: t.routing.Contact()}
	for _, f := range t.functions {
		if f.Kind == function.Security {
			out.Contacts = append(out.Contacts, t.contact(f.ID))
		}
	}
	return out, nil
}
