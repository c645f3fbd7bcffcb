package casework

import (
	"context"
	"sync"

	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// cover is a case's leaf of the tree of erasable keys. Every data key of the case, and its title on
// every shelf, lies under it: when the leaf is destroyed the case is gone, whoever holds a wrap or
// an old backup. The zero cover is of a case from before there were any.
type cover struct {
	key seal.Key
	on  bool
}

// sealer is what closes things into one case while its private half is at hand.
type sealer struct {
	k     *keyring.Keys
	key   *seal.CaseKey
	cover cover
}

func (l cover) close(b seal.Box, ad seal.AD) seal.Box {
	if !l.on {
		return b
	}
	return l.key.Seal(b.Bytes(), ad.With("cover"))
}

func (l cover) open(b seal.Box, ad seal.AD) (seal.Box, error) {
	if !l.on {
		return b, nil
	}
	raw, err := l.key.Open(b, ad.With("cover"))
	if err != nil {
		return seal.Box{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return seal.NewBox(raw), nil
}

// sealItem closes a body under the case's own key and its cover.
func (l cover) sealItem(key *seal.CaseKey, it casefile.Item, body []byte) casefile.Item {
	closed := key.Seal(body, it.AD())
	it.DataKey, it.Body = l.close(closed.Key, it.AD()), closed.Body
	return it
}

// openItem gives the body, and the data key as it is to be stored from here on when it came by the
// public half.
func (l cover) openItem(key *seal.CaseKey, it casefile.Item) (plain []byte, rekeyed seal.Box, err error) {
	inner, err := l.open(it.DataKey, it.AD())
	if err != nil {
		return nil, seal.Box{}, err
	}
	plain, fresh, err := key.Open(seal.Item{Key: inner, Body: it.Body}, it.AD())
	if err != nil {
		return nil, seal.Box{}, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	if !fresh.IsZero() {
		fresh = l.close(fresh, it.AD())
	}
	return plain, fresh, nil
}

// sealReason closes why somebody sits in a circle.
func (l cover) sealReason(key *seal.CaseKey, p casefile.Place, reason string) casefile.Place {
	closed := key.Seal([]byte(reason), p.ReasonAD())
	p.Reason, p.ReasonKey = closed.Body, l.close(closed.Key, p.ReasonAD())
	return p
}

// openReason gives the reason; false when the key is not the one it lies under.
func (l cover) openReason(key *seal.CaseKey, p casefile.Place) (string, bool) {
	inner, err := l.open(p.ReasonKey, p.ReasonAD())
	if err != nil {
		return "", false
	}
	b, _, err := key.Open(seal.Item{Key: inner, Body: p.Reason}, p.ReasonAD())
	return string(b), err == nil
}

// coverOf gives the cover of a case; generation is that of the tree's root, read with the case.
func (d *Desk) coverOf(ctx context.Context, k *keyring.Keys, c casefile.Case, generation int64) (cover, error) {
	if c.Epoch == 0 {
		return cover{}, nil
	}
	if key, ok := d.leaves.get(k.Org, generation, c.Epoch, d.now()); ok {
		return cover{key, true}, nil
	}
	key, err := d.leafKey(ctx, k, c.Epoch)
	return cover{key, true}, err
}

// covers are the covers of many cases, by leaf.
func (d *Desk) covers(ctx context.Context, k *keyring.Keys, leaves []int64) (map[int64]cover, error) {
	out := map[int64]cover{0: {}}
	var list []uint32
	for _, n := range leaves {
		if n != 0 {
			list = append(list, uint32(n))
		}
	}
	if len(list) == 0 {
		return out, nil
	}
	err := d.onTree(ctx, k, func(tree *seal.Epoch, _ *store.EpochChange) error {
		keys, err := tree.Leaves(list)
		for n, key := range keys {
			out[int64(n)] = cover{key, true}
		}
		return err
	})
	return out, err
}

// leafBlock is how many leaves are made ahead with one write.
const leafBlock = 64

// leafPool keeps leaves that were made and not yet used, so that opening a case writes nothing for
// its own. What is left when the process ends is never used.
type leafPool struct {
	mu   sync.Mutex
	free map[string][]madeLeaf
}

type madeLeaf struct {
	n   int64
	key seal.Key
}

// newCover takes a leaf for a new case.
func (d *Desk) newCover(ctx context.Context, k *keyring.Keys) (int64, cover, error) {
	d.pool.mu.Lock()
	defer d.pool.mu.Unlock()
	if len(d.pool.free[k.Org]) == 0 {
		made, err := d.makeLeaves(ctx, k, leafBlock)
		if err != nil {
			return 0, cover{}, err
		}
		if d.pool.free == nil {
			d.pool.free = map[string][]madeLeaf{}
		}
		d.pool.free[k.Org] = made
	}
	list := d.pool.free[k.Org]
	one := list[len(list)-1]
	d.pool.free[k.Org] = list[:len(list)-1]
	return one.n, cover{one.key, true}, nil
}

// makeLeaves makes leaves and writes their paths.
func (d *Desk) makeLeaves(ctx context.Context, k *keyring.Keys, many int) ([]madeLeaf, error) {
	var last int64
	if err := d.write(ctx, k, func(tx *store.Tx) (err error) {
		last, err = tx.NextOf(leafCount, int64(many))
		return err
	}); err != nil {
		return nil, err
	}
	if last >= int64(seal.Leaves) {
		return nil, fault.New(fault.Unavailable, "fault.unavailable", "the tree of erasable keys is full: "+k.Org)
	}
	if err := d.plant(ctx, k); err != nil {
		return nil, err
	}
	var made []madeLeaf
	err := again(func() error {
		var change *store.EpochChange
		made = made[:0]
		if err := d.onTree(ctx, k, func(tree *seal.Epoch, c *store.EpochChange) error {
			change = c
			for n := last - int64(many) + 1; n <= last; n++ {
				key, err := tree.Make(uint32(n))
				if err != nil {
					return err
				}
				if n > 0 { // 0 says that a case has no leaf
					made = append(made, madeLeaf{n, key})
				}
			}
			return nil
		}); err != nil {
			return err
		}
		return d.write(ctx, k, func(tx *store.Tx) error { return tx.ApplyEpoch(change) })
	})
	return made, err
}
