package rule

import (
	"context"

	"varn/internal/domain/casefile"
	"varn/internal/domain/obligation"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// clocks are what a rule about an obligation says of clocks that run.
type clocks struct {
	of    obligation.Obligation
	rules obligation.Rules
}

// clocks opens a rule that is about to hold; nil when it is about something else. A rule's text never
// changes under its id, so it is opened before the transaction.
func (d *Desk) clocks(ctx context.Context, k *keyring.Keys, id string) (*clocks, error) {
	var r ruling.Ruling
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		r, err = d.waiting(tx, k, id)
		return err
	}); err != nil || r.Kind != ruling.Obligation {
		return nil, err
	}
	b, err := open(k, r)
	if err != nil {
		return nil, err
	}
	o, _ := obligation.Of(b.Obligation.Code)
	return &clocks{o, b.Obligation.Versions}, nil
}

// move gives the clocks that run the time that the rule of their start says. A rule whose day comes
// after a clock's start leaves that clock alone.
func (c *clocks) move(tx *store.Tx) error {
	if c == nil {
		return nil
	}
	running, err := tx.ClocksOf(casefile.ClockOf(string(c.of.Code)))
	if err != nil {
		return err
	}
	for _, dl := range running {
		v, decided := c.rules.At(dl.Started)
		due := c.rules.Due(c.of, dl.Started)
		if !decided || v.Hours == 0 || due == dl.Due {
			continue
		}
		if err := tx.MoveClock(dl, due); err != nil {
			return err
		}
	}
	return nil
}
