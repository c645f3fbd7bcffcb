package casework

import (
	"context"
	"errors"
	"time"

	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

const (
	// epochLease bounds how long one node may be changing the root. What is done under it takes
	// milliseconds; the rest is room for a slow disk.
	epochLease = 5 * time.Minute
	// epochBatch is how many leaves one new root destroys.
	epochBatch = 1000
)

// plant makes the tree's first root, once.
func (d *Desk) plant(ctx context.Context, k *keyring.Keys) error {
	for try := 0; ; try++ {
		var now store.Epoch
		err := d.read(ctx, k, func(tx *store.Tx) (err error) {
			now, err = tx.Epoch()
			return err
		})
		if err != nil || now.Generation > 0 {
			return err
		}
		done, err := d.turn(ctx, k, func(*store.EpochChange) (seal.Key, error) { return seal.NewKey(), nil }, nil)
		if done || err != nil {
			return err
		}
		if try == 50 {
			return fault.New(fault.Busy, "fault.busy", "another node is making the tree of erasable keys")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// turn gives the tree a new root: staged in every key place, entered in the database with the nodes
// and whatever else the act writes, and then settled, which overwrites the old root. It is false
// when another holds the right to do so.
func (d *Desk) turn(ctx context.Context, k *keyring.Keys, renew func(*store.EpochChange) (seal.Key, error), with func(*store.Tx) error) (bool, error) {
	place, err := d.Keys.Epoch(k.Org)
	if err != nil {
		return false, err
	}
	holder, ok, err := d.hold(ctx, k)
	if !ok || err != nil {
		return false, err
	}
	defer d.free(ctx, k, holder)
	var change *store.EpochChange
	var root seal.Key
	if err := d.settle(ctx, k, place); err != nil {
		return false, err
	}
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if change, err = tx.EpochChange(); err != nil {
			return err
		}
		root, err = renew(change)
		return err
	}); err != nil {
		return false, err
	}
	next := change.Generation() + 1
	if err := place.Stage(next, root, change.Renewed()); err != nil {
		return false, err
	}
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.ApplyEpoch(change); err != nil {
			return err
		}
		if err := tx.TurnEpoch(holder, next); err != nil || with == nil {
			return err
		}
		return with(tx)
	})
	if err != nil {
		return false, err
	}
	// Should the place have lost what was staged, the root is still at hand here and nowhere else.
	if _, err := place.Current(next); errors.Is(err, keyplace.ErrNoRoot) {
		if err := place.Stage(next, root, change.Renewed()); err != nil {
			return true, err
		}
	}
	return true, place.Settle(next)
}

// hold takes the right to change the root.
func (d *Desk) hold(ctx context.Context, k *keyring.Keys) (holder string, ok bool, err error) {
	holder = ident.New()
	err = d.write(ctx, k, func(tx *store.Tx) (err error) {
		now := d.now()
		ok, err = tx.LeaseEpoch(holder, now, now.Add(epochLease))
		return err
	})
	return holder, ok, err
}

func (d *Desk) free(ctx context.Context, k *keyring.Keys, holder string) {
	// A right that is not given back ends by itself.
	_ = d.write(context.WithoutCancel(ctx), k, func(tx *store.Tx) error { return tx.FreeEpoch(holder) })
}

// settle finishes or takes back what a kill has left in the key places. Only the holder may.
func (d *Desk) settle(ctx context.Context, k *keyring.Keys, place *keyplace.Epoch) error {
	var now store.Epoch
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		now, err = tx.Epoch()
		return err
	}); err != nil || now.Generation == 0 {
		return err
	}
	return place.Settle(now.Generation)
}

// Destroy destroys every key that is doomed, and deletes the blobs that they opened. A doubt about
// the time does not stop it: what is doomed by date is not doomed while the doubt lasts (Sweep).
func (d *Desk) Destroy(ctx context.Context, org string) (int, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return 0, err
	}
	all, overtaken := 0, 0
	for {
		var list []store.Doomed
		if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
			list, err = tx.Doomed(epochBatch)
			return err
		}); err != nil || len(list) == 0 {
			return all, err
		}
		done, err := d.destroy(ctx, k, list)
		if fault.Is(err, fault.Conflict) && overtaken < tries { // a new leaf grew meanwhile
			overtaken++
			continue
		}
		if !done || err != nil {
			return all, err // another is at it, and will take these too
		}
		all += len(list)
	}
}

func (d *Desk) destroy(ctx context.Context, k *keyring.Keys, list []store.Doomed) (bool, error) {
	leaves := make([]uint32, len(list))
	for i, one := range list {
		leaves[i] = uint32(one.Leaf)
	}
	place, err := d.Keys.Epoch(k.Org)
	if err != nil {
		return false, err
	}
	for _, one := range list { // the sealed bytes first: what is left after a kill is found again
		if one.Blob == "" {
			continue
		}
		if err := d.Blob.Delete(ctx, one.Blob); err != nil {
			return false, err
		}
	}
	return d.turn(ctx, k, func(change *store.EpochChange) (seal.Key, error) {
		root, err := place.Current(change.Generation())
		if err != nil {
			return seal.Key{}, err
		}
		return seal.NewEpoch(k.Org, root, change).Destroy(leaves...)
	}, func(tx *store.Tx) error {
		for _, one := range list {
			if err := tx.Destroyed(one.Leaf); err != nil {
				return err
			}
		}
		return nil
	})
}
