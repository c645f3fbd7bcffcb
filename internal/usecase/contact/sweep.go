package contact

import (
	"context"

	"varn/internal/domain/audit"
	"varn/internal/domain/contact"
	"varn/internal/infra/store"
)

// sweepBatch is how many forms one transaction destroys.
const sweepBatch = 200

// Sweep destroys what nobody has confirmed in time.
func (d *Desk) Sweep(ctx context.Context, org string) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	for n := sweepBatch; n == sweepBatch; {
		if err := d.write(ctx, k, func(tx *store.Tx) error {
			ids, err := tx.ExpiredForms(d.now(), sweepBatch)
			n = len(ids)
			if err != nil || n == 0 {
				return err
			}
			e := audit.Entry{Act: "contact.destroy"}
			for _, id := range ids {
				if err := tx.DeleteForm(id); err != nil {
					return err
				}
				e.Rows = append(e.Rows, contact.Erased(id))
			}
			return tx.Log(e)
		}); err != nil {
			return err
		}
	}
	return nil
}
