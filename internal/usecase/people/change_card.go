package people

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// ChangeCard stores an edited contact card; Conflict when somebody else saved since version.
// Those who keep the register may, and whoever holds the function.
func (d *Desk) ChangeCard(ctx context.Context, s *access.Session, functionID string, card function.Card, version int64) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if (!staff(s) && !s.Holds(functionID)) || noToken(s) != nil {
		return denied()
	}
	if err := card.Check(); err != nil {
		return err
	}
	b, err := json.Marshal(card)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		f, err := tx.VouchedFunction(k, functionID)
		if err != nil {
			return err
		}
		if f.Version != version {
			return fault.New(fault.Conflict, "fault.changed")
		}
		f.Version++
		f.Sealed = k.For(keyring.Names).SealPadded(b, f.AD())
		f.MAC = k.Vouch(f.Who())
		if err := tx.UpdateFunction(f); err != nil {
			return err
		}
		return record(tx, k, s.Person, "function.change", functionRow(f))
	})
}
