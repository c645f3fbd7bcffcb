package casework

import (
	"context"
	"errors"

	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// sweepBatch is how many rows of a kind one transaction dooms.
const sweepBatch = 500

// Sweep erases the drafts and uploads whose time is out, in every organisation, and destroys what
// is doomed. While the time is in doubt nothing is doomed by date.
func (d *Desk) Sweep(ctx context.Context) error {
	var all error
	d.leaves.forget(d.now())
	for _, org := range d.Ring.Orgs() {
		k, err := d.Ring.Org(org)
		if err != nil {
			return err
		}
		if d.DB.TimeDoubt() == store.NoDoubt {
			all = errors.Join(all, d.doom(ctx, k))
		}
		_, err = d.Destroy(ctx, org)
		all = errors.Join(all, err)
	}
	return all
}

func (d *Desk) doom(ctx context.Context, k *keyring.Keys) error {
	for {
		n := 0
		err := d.write(ctx, k, func(tx *store.Tx) error {
			drafts, err := tx.ExpiredDrafts(d.now(), sweepBatch)
			if err != nil {
				return err
			}
			for _, row := range drafts {
				if err := tx.DropDraft(row); err != nil {
					return err
				}
			}
			uploads, err := tx.ExpiredUploads(d.now(), sweepBatch)
			if err != nil {
				return err
			}
			for _, u := range uploads {
				if err := tx.DropUpload(u); err != nil {
					return err
				}
			}
			n = len(drafts) + len(uploads)
			return tx.ExpireLikeness(d.now())
		})
		if err != nil || n < sweepBatch {
			return err
		}
	}
}

// Prepare finishes at a start what a kill has left: a root that was being changed, and leases of
// writers that are gone. Where other nodes may be running, what one of them holds is left to it.
func (d *Desk) Prepare(ctx context.Context) error {
	for _, org := range d.Ring.Orgs() {
		k, err := d.Ring.Org(org)
		if err != nil {
			return err
		}
		if d.DB.Engine() == "sqlite" { // one process has the database: this one
			if err := d.write(ctx, k, func(tx *store.Tx) error {
				if err := tx.FreeEpochs(); err != nil {
					return err
				}
				return tx.FreeUploads()
			}); err != nil {
				return err
			}
		}
		holder, ok, err := d.hold(ctx, k)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		err = d.settleHeld(ctx, k)
		d.free(ctx, k, holder)
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) settleHeld(ctx context.Context, k *keyring.Keys) error {
	place, err := d.Keys.Epoch(k.Org)
	if err != nil {
		return err
	}
	return d.settle(ctx, k, place)
}
