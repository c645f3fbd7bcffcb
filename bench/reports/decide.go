package main

import (
	"context"
	"errors"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/audit"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// decide puts the rules of the measurement in force: somebody is on call, a third function shares
// security's view, and the municipality has a receiver of its own.
func decide(ctx context.Context, h *wire.House, views int) error {
	k, err := h.Ring.Org(h.Org())
	if err != nil {
		return err
	}
	by := map[function.Kind]string{}
	var holder function.Holder
	if err := h.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Functions()
		if err != nil {
			return err
		}
		for _, f := range all {
			by[f.Kind] = f.ID
		}
		seats, err := tx.Holders(by[function.OnCall])
		if len(seats) == 0 {
			return errors.Join(err, errors.New("nobody holds the function on call"))
		}
		holder = seats[0]
		return err
	}); err != nil {
		return err
	}
	rule := ruling.RoutingRule{WithSecurity: []string{by[function.Legal]}}
	if views == 3 {
		rule.Municipality = []string{by[function.Archive]}
	}
	body, err := ruling.Body(ruling.Routing, rule)
	if err != nil {
		return err
	}
	now := clock.Of(h.Clock.Now())
	r := ruling.Ruling{Org: k.Org, ID: ident.New(), Kind: ruling.Routing, State: ruling.Active, Created: now, Version: 1}
	r.Sealed = k.For(keyring.Settings).SealPadded(body, r.AD())
	r.MAC = k.Vouch(r.Who())
	t := duty.Turn{Org: k.Org, Function: by[function.OnCall], ID: ident.New(), Person: holder.Person, From: now.Add(-time.Hour), Until: now.Add(24 * time.Hour), Version: 1}
	t.MAC = k.Vouch(t.Who())
	return h.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) error {
		if err := tx.InsertRuling(r); err != nil {
			return err
		}
		if err := tx.InsertTurn(t); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "bench", Rows: []audit.Row{{Kind: "ruling", ID: r.ID, Hash: r.Who().Hash()}, {Kind: "duty", ID: t.ID, Hash: t.Who().Hash()}}})
	})
}
