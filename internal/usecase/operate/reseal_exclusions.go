package operate

import (
	"context"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// resealExclusion seals anew who may not know of a case. It stands inside the case's MAC, so the
// case's row gets its next version, and the log names it.
func (d *Desk) resealExclusion(ctx context.Context, k *keyring.Keys, ref string) error {
	var c casefile.Case
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		c, err = tx.VouchedCase(k, ref)
		return err
	})
	if err != nil || c.Exclusion.Version() >= k.Newest(keyring.Exclusion) {
		return err
	}
	key, ad := k.For(keyring.Exclusion), casefile.ExclusionAD(k.Org, c.ID)
	plain, err := key.OpenPadded(c.Exclusion, ad)
	if err != nil {
		return fault.New(fault.Internal, "fault.tampered", "the exclusion of case "+c.ID+" does not open")
	}
	return d.putExclusion(ctx, k, c, key.SealPadded(plain, ad))
}

// putExclusion leaves alone a case that somebody has changed since it was read: the job comes again.
func (d *Desk) putExclusion(ctx context.Context, k *keyring.Keys, c casefile.Case, fresh seal.Box) error {
	c.Exclusion = fresh
	c.Version++
	c.MAC = k.Vouch(c.Who())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.LockCase(c.ID); err != nil {
			return err
		}
		if err := tx.UpdateCase(c); err != nil {
			return err
		}
		n := c.Items
		return tx.Log(audit.Entry{Act: "keys.reseal", Authority: c.Authority, Case: c.ID, Count: &n,
			Rows: []audit.Row{{Kind: "case", ID: c.ID, Hash: c.Who().Hash()}}})
	})
}
