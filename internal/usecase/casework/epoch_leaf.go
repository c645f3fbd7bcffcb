package casework

import (
	"context"
	"errors"

	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// What may be erased (drafts, uploads, attachments) has its key sealed under a leaf of the
// organisation's tree of erasable keys as well. Deleting a row erases nothing; destroying the leaf
// does: a new root in the key places, and the old one overwritten.

// leafCount names the counter of leaves.
const leafCount = "epoch leaf"

// leaf is a new erasable key: its number, the key, and what the transaction that uses it applies.
type leaf struct {
	n      int64
	key    seal.Key
	change *store.EpochChange
}

// newLeaf reserves a leaf and makes its key. The path is written by use, in the transaction that
// stores what the key seals.
func (d *Desk) newLeaf(ctx context.Context, k *keyring.Keys) (leaf, error) {
	var l leaf
	err := d.write(ctx, k, func(tx *store.Tx) (err error) {
		l.n, err = tx.Next(leafCount)
		return err
	})
	if err != nil {
		return l, err
	}
	if l.n >= int64(seal.Leaves) {
		return l, fault.New(fault.Unavailable, "fault.unavailable", "the tree of erasable keys is full: "+k.Org)
	}
	return l, d.grow(ctx, k, &l)
}

// grow works the leaf's key out, on the tree as it stands.
func (d *Desk) grow(ctx context.Context, k *keyring.Keys, l *leaf) error {
	if err := d.plant(ctx, k); err != nil {
		return err
	}
	return d.onTree(ctx, k, func(tree *seal.Epoch, change *store.EpochChange) (err error) {
		l.change = change
		l.key, err = tree.Make(uint32(l.n))
		return err
	})
}

// use runs a write that stores what a new leaf's key seals, with the leaf's path. When another
// act has changed the path meanwhile, the key is worked out anew and sealed with again.
func (d *Desk) use(ctx context.Context, k *keyring.Keys, l leaf, fn func(tx *store.Tx, key seal.Key) error) error {
	for try := 0; ; try++ {
		err := d.write(ctx, k, func(tx *store.Tx) error {
			if err := tx.ApplyEpoch(l.change); err != nil {
				return err
			}
			return fn(tx, l.key)
		})
		if err == nil || try == tries || !fault.Is(err, fault.Conflict) || fault.Of(err).Code != "fault.changed" {
			return err
		}
		if err := d.grow(ctx, k, &l); err != nil {
			return err
		}
	}
}

// leafKey gives the key of a leaf that was made before.
func (d *Desk) leafKey(ctx context.Context, k *keyring.Keys, n int64) (key seal.Key, err error) {
	path := func(tx *store.Tx) (*store.EpochChange, error) { return tx.EpochPath(seal.Path(uint32(n))) }
	err = d.onNodes(ctx, k, path, func(tree *seal.Epoch, at *store.EpochChange) error {
		if key, err = tree.Leaf(uint32(n)); err == nil {
			d.leaves.put(k.Org, at.Generation(), n, key, d.now())
		}
		return err
	})
	return key, err
}

// onTree reads the tree under its present root. The root may turn between the reading of the row
// and of the key place: then it is read again.
func (d *Desk) onTree(ctx context.Context, k *keyring.Keys, fn func(*seal.Epoch, *store.EpochChange) error) error {
	return d.onNodes(ctx, k, (*store.Tx).EpochChange, fn)
}

func (d *Desk) onNodes(ctx context.Context, k *keyring.Keys, from func(*store.Tx) (*store.EpochChange, error), fn func(*seal.Epoch, *store.EpochChange) error) error {
	place, err := d.Keys.Epoch(k.Org)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		err = d.read(ctx, k, func(tx *store.Tx) error {
			change, err := from(tx)
			if err != nil {
				return err
			}
			root, err := place.Current(change.Generation())
			if err != nil {
				return err
			}
			return fn(seal.NewEpoch(k.Org, root, change), change)
		})
		if try == tries || !errors.Is(err, keyplace.ErrOlder) && !errors.Is(err, keyplace.ErrNoRoot) {
			return err
		}
	}
}
