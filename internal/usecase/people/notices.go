package people

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
)

// Notice is what waits for somebody: a kind and a reference, never content.
type Notice struct {
	Kind    string
	Ref     string
	Created clock.Stamp
}

// Notices lists the subject's own that they have not put away, newest first.
func (d *Desk) Notices(ctx context.Context, s *access.Session) ([]Notice, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	var rows []store.Notice
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		rows, err = tx.Notices(s.Person)
		return err
	}); err != nil {
		return nil, err
	}
	out := make([]Notice, 0, len(rows))
	for _, n := range rows {
		out = append(out, Notice{Kind: n.Kind, Ref: n.Ref, Created: n.Created})
	}
	return out, nil
}

// SeeNotices puts the subject's notices away.
func (d *Desk) SeeNotices(ctx context.Context, s *access.Session) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error { return tx.SeeNotices(s.Person, d.now()) })
}
