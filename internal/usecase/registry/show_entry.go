package registry

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/registration"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// Shown is one entry with its authority and the requests about it, the open ones first.
type Shown struct {
	Entry
	Authority Authority
	Requests  []Request
}

// Show gives one entry to who keeps its register.
func (d *Desk) Show(ctx context.Context, s *access.Session, id string) (Shown, error) {
	k, err := d.keys(s)
	if err != nil {
		return Shown{}, err
	}
	var out Shown
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = Shown{}
		r, err := tx.VouchedRegistration(k, id)
		if err != nil {
			return err
		}
		if err := admit(tx, k, s, r.Authority); err != nil {
			return err
		}
		rule, err := ruleOf(tx, k, r.Authority)
		if err != nil {
			return err
		}
		pattern, err := registration.ParsePattern(rule.Pattern)
		if err != nil {
			return fault.Wrap(fault.Internal, "fault.internal", err)
		}
		if out.Entry, err = entryOf(k, pattern, r); err != nil {
			return err
		}
		l, err := authorityLabel(tx, k, r.Authority)
		out.Authority = Authority{r.Authority, l.Name, l.Code}
		return err
	})
	if err != nil {
		return Shown{}, err
	}
	all, err := d.Requests(ctx, s, out.Authority.ID)
	for _, q := range all {
		if q.Entry == id {
			out.Requests = append(out.Requests, q)
		}
	}
	return out, err
}
