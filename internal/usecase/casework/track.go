package casework

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
)

// Track notes to whom the event was reported: when and by whom, or why not. The last line for each
// of the three holds.
func (d *Desk) Track(ctx context.Context, s *access.Session, ref string, r casefile.Reported) (id string, err error) {
	if s == nil {
		return "", fault.New(fault.Denied, "fault.sign-in")
	}
	if err := r.Check(d.now()); err != nil {
		return "", err
	}
	one, err := lineItem(casefile.Tracked, s.Person, r)
	if err != nil {
		return "", err
	}
	return d.addOne(ctx, s, ref, one)
}

// AddReference notes the event's number in another system. One with the Work Environment Authority
// answers the notice of AML 3:3 a.
func (d *Desk) AddReference(ctx context.Context, s *access.Session, ref string, r casefile.OutsideReference) (id string, err error) {
	if s == nil {
		return "", fault.New(fault.Denied, "fault.sign-in")
	}
	if err := r.Check(d.now()); err != nil {
		return "", err
	}
	one, err := lineItem(casefile.Reference, s.Person, r)
	if err != nil {
		return "", err
	}
	if r.System == casefile.WorkAuthority {
		return d.noticed(ctx, s, ref, one)
	}
	return d.addOne(ctx, s, ref, one)
}
