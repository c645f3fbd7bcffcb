package casework

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/likeness"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// LikenessField is the field of the change that tells a circle of a case like theirs: After is who
// asked, Before what is alike.
const LikenessField = "likeness"

// tellAlike adds to a case, with nobody of its circle present, that another is like it, and leaves
// each of them a notice; once for each two cases.
func (d *Desk) tellAlike(ctx context.Context, s *access.Session, asker *visit, ref string, traces []likeness.Trace) error {
	k := asker.k
	var kinds []string
	for _, t := range traces {
		kinds = append(kinds, string(t.Kind))
	}
	in, err := changed(casefile.Changed{Author: s.Person, Field: LikenessField, Before: strings.Join(kinds, ","), After: s.Person})
	if err != nil {
		return err
	}
	err = again(func() error {
		v, t, told, err := d.stranger(ctx, k, ref, asker)
		if err != nil || told {
			return err
		}
		if barred, err := d.strange(s, v, t, asker); err != nil || barred {
			return err
		}
		turn, err := d.turnKey(ctx, v)
		if err != nil {
			return err
		}
		it, _, err := v.sealAway(newItem(v.c, in.kind, d.now()), in.body)
		if err != nil {
			return err
		}
		return d.write(ctx, k, func(tx *store.Tx) error {
			first, err := tx.TellLikeness(v.c.ID, toldTag(k, v.c.ID, asker.c.ID))
			if err != nil || !first {
				return err
			}
			if err := d.enterItems(tx, v, adding{turn: turn, items: []casefile.Item{it}, in: []sealed{in}, act: "case.alike"}); err != nil {
				return err
			}
			return d.tellCircle(tx, v, t, "case.alike")
		})
	})
	return err
}

func toldTag(k *keyring.Keys, caseID, asker string) string {
	return k.For(keyring.Likeness).Tag("likeness told", caseID+" "+asker)
}

// strange tells whether two cases may not know of each other: who asks is excluded from the one, or
// somebody in its circle from the other.
func (d *Desk) strange(s *access.Session, v *visit, t *town, asker *visit) (bool, error) {
	theirs, err := v.c.Excluded(v.k)
	if err != nil || theirs.Bars(s.Person) {
		return true, err
	}
	ours, err := asker.c.Excluded(v.k)
	if err != nil {
		return true, err
	}
	for _, p := range v.places {
		if p.Seat().Holds(d.now()) && slices.ContainsFunc(t.house.whoIs(p), ours.Bars) {
			return true, nil
		}
	}
	return false, nil
}

// stranger reads a case in whose circle nobody present sits, and whether it has been told of the
// asker's before.
func (d *Desk) stranger(ctx context.Context, k *keyring.Keys, ref string, asker *visit) (v *visit, t *town, told bool, err error) {
	v = &visit{k: k, keys: map[int64]*seal.CaseKey{}}
	var tree store.Epoch
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		if t, err = d.townIn(tx, k); err != nil {
			return err
		}
		if tree, err = tx.Epoch(); err != nil {
			return err
		}
		if v.c, err = tx.VouchedCase(k, ref); err != nil {
			return err
		}
		if told, err = tx.HasTold(v.c.ID, toldTag(k, v.c.ID, asker.c.ID)); err != nil {
			return err
		}
		v.places, err = tx.VouchedPlaces(k, v.c.ID)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil, true, nil
	}
	if err == nil {
		v.cover, err = d.coverOf(ctx, k, v.c, tree.Generation)
	}
	return v, t, told, err
}

// sealAway closes an item for a circle of which nobody is present, by the public half, and gives its
// data key for whoever else may read it.
func (v *visit) sealAway(it casefile.Item, body []byte) (casefile.Item, seal.Key, error) {
	to := v.c.PublicKey
	if fresh := v.keys[v.c.KeyVersion]; fresh != nil {
		to = fresh.Public() // a member was removed: this item brings the new pair
	}
	closed, data, err := seal.SealToKeeping(to, body, it.AD())
	if err != nil {
		return it, data, err
	}
	it.DataKey, it.Body = v.cover.close(closed.Key, it.AD()), closed.Body
	return it, data, nil
}

// forgetLikeness takes away everything by which a case could be found.
func forgetLikeness(tx *store.Tx, k *keyring.Keys, c casefile.Case) error {
	return tx.EraseLikenessOf(caseTag(k, c.ID), c.ID)
}
