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

// AddReference notes the event's number in another system.
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
	return d.addOne(ctx, s, ref, one)
}
