package registry

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/registration"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
)

// mostRequests bounds how many requests a page shows.
const mostRequests = 200

// Request is a question to a circle as the registrar sees it: not who answers, and not of which case.
type Request struct {
	ID       string
	Entry    string // the entry's id
	Number   string
	State    registration.RequestState
	Asked    clock.Stamp
	Due      clock.Stamp
	Answered clock.Stamp
	Late     bool
}

// Requests lists an authority's requests, the open ones first by their clock.
func (d *Desk) Requests(ctx context.Context, s *access.Session, authority string) ([]Request, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	var out []Request
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = nil
		if err := admit(tx, k, s, authority); err != nil {
			return err
		}
		rows, err := tx.VouchedRequestsAt(k, authority, mostRequests)
		if err != nil {
			return err
		}
		for _, r := range rows {
			entry, err := tx.VouchedRegistration(k, r.Registration)
			if err != nil {
				return err
			}
			out = append(out, Request{ID: r.ID, Entry: r.Registration, Number: entry.Number, State: r.State, Asked: r.Asked, Due: r.Due,
				Answered: r.Answered, Late: r.State == registration.Asked && r.Due <= d.now()})
		}
		return nil
	})
	return out, err
}
