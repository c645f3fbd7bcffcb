package casework

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
)

// ReadCircle shows a member who sits in the circle, since when and why. The reasons lie sealed, so
// that it is an entry in the log.
func (d *Desk) ReadCircle(ctx context.Context, s *access.Session, ref string) (*Opened, error) {
	v, err := d.enter(ctx, s, ref, access.Open)
	if err != nil {
		return nil, err
	}
	var h *house
	if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		h, err = surveyOf(tx, v.k, askedIn(v.places))
		return err
	}); err != nil {
		return nil, err
	}
	out := openedOf(v.c)
	if err := v.seats(out, h, d.now()); err != nil {
		return nil, err
	}
	return out, d.write(ctx, v.k, func(tx *store.Tx) error {
		if err := v.settle(tx); err != nil {
			return err
		}
		return logged(tx, v.k, s.Person, "case.circle", v.c)
	})
}
