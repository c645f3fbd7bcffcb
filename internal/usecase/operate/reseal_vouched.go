package operate

import (
	"context"
	"errors"

	"varn/internal/domain/audit"
	"varn/internal/domain/directory"
	"varn/internal/domain/registration"
	"varn/internal/domain/ruling"
	"varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// resealEach goes through rows whose box stands inside their MAC: each gets its next version, and
// the log names it.
func (d *Desk) resealEach(ctx context.Context, k *keyring.Keys, list func(*store.Tx, string, int) ([]string, error),
	one func(context.Context, *keyring.Keys, string) error) error {
	var all error
	for after := ""; ctx.Err() == nil; {
		var ids []string
		err := d.read(ctx, k, func(tx *store.Tx) (err error) {
			ids, err = list(tx, after, resealBatch)
			return err
		})
		if err != nil {
			return errors.Join(all, err)
		}
		for _, id := range ids {
			all = errors.Join(all, one(ctx, k, id))
		}
		if len(ids) < resealBatch {
			return all
		}
		after = ids[len(ids)-1]
	}
	return errors.Join(all, ctx.Err())
}

// resealRuling seals anew what a rule says.
func (d *Desk) resealRuling(ctx context.Context, k *keyring.Keys, id string) error {
	var r ruling.Ruling
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		r, err = tx.VouchedRuling(k, id)
		return err
	})
	if err != nil || r.Sealed.Version() >= k.Newest(keyring.Settings) {
		return err
	}
	key := k.For(keyring.Settings)
	plain, err := key.OpenPadded(r.Sealed, r.AD())
	if err != nil {
		return fault.New(fault.Internal, "fault.tampered", "ruling "+id+" does not open")
	}
	r.Sealed = key.SealPadded(plain, r.AD())
	r.Version++
	r.MAC = k.Vouch(r.Who())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateRuling(r); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "keys.reseal", Rows: []audit.Row{{Kind: "ruling", ID: r.ID, Hash: r.Who().Hash()}}})
	})
}

// resealOutside seals anew the number that another register gave an entry.
func (d *Desk) resealOutside(ctx context.Context, k *keyring.Keys, id string) error {
	var r registration.Registration
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		r, err = tx.VouchedRegistration(k, id)
		return err
	})
	if err != nil || r.Outside.Version() >= k.Newest(keyring.Names) {
		return err
	}
	key := k.For(keyring.Names)
	plain, err := key.OpenPadded(r.Outside, r.OutsideAD())
	if err != nil {
		return fault.New(fault.Internal, "fault.tampered", "the outside number of registration "+id+" does not open")
	}
	r.Outside = key.SealPadded(plain, r.OutsideAD())
	r.Version++
	r.MAC = k.Vouch(r.Who())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateRegistration(r); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "keys.reseal", Authority: r.Authority, Rows: []audit.Row{{Kind: "registration", ID: r.ID, Hash: r.Who().Hash()}}})
	})
}

// resealEntry seals anew what an entry of the directory says.
func (d *Desk) resealEntry(ctx context.Context, k *keyring.Keys, id string) error {
	var e directory.Entry
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		e, err = tx.EntryByID(k, id)
		return err
	})
	if err != nil || e.Sealed.Version() >= k.Newest(keyring.Directory) {
		return err
	}
	key := k.For(keyring.Directory)
	plain, err := key.OpenPadded(e.Sealed, e.AD())
	if err != nil {
		return fault.New(fault.Internal, "fault.tampered", "directory entry "+id+" does not open")
	}
	e.Sealed = key.SealPadded(plain, e.AD())
	e.Version++
	e.MAC = k.Vouch(e.Who())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateEntry(e); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "keys.reseal", Rows: []audit.Row{e.Row()}})
	})
}

// resealSite seals anew what is said of a site that is watched.
func (d *Desk) resealSite(ctx context.Context, k *keyring.Keys, id string) error {
	var s watch.Site
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		s, err = tx.VouchedSite(k, id)
		return err
	})
	if err != nil || s.Sealed.Version() >= k.Newest(keyring.Exposure) {
		return err
	}
	key := k.For(keyring.Exposure)
	plain, err := key.OpenPadded(s.Sealed, s.AD())
	if err != nil {
		return fault.New(fault.Internal, "fault.tampered", "the watched site "+id+" does not open")
	}
	s.Sealed = key.SealPadded(plain, s.AD())
	s.Version++
	s.MAC = k.Vouch(s.Who())
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateSite(s); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Act: "keys.reseal", Rows: []audit.Row{s.Row()}})
	})
}
