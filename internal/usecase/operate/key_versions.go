package operate

import (
	"context"
	"encoding/json"
	"errors"

	"varn/internal/domain/audit"
	"varn/internal/domain/organisation"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// keyVersions are the newest versions of the keys that have been rotated, with the setting's own
// version; 0: nothing has been.
type keyVersions struct {
	of      map[keyring.Purpose]int
	version int64
}

// LearnKeys tells the ring which versions of an organisation's keys are in use. Every process does
// it when it starts and now and then, since another may have rotated.
func (d *Desk) LearnKeys(ctx context.Context, org string) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	v, err := d.keyVersions(ctx, k)
	if err != nil {
		return err
	}
	for p, n := range v.of {
		k.Learn(p, n)
	}
	return nil
}

func (d *Desk) keyVersions(ctx context.Context, k *keyring.Keys) (v keyVersions, err error) {
	var row organisation.Setting
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		row, err = tx.Setting(organisation.KeyVersions)
		if fault.Is(err, fault.NotFound) {
			return neverRotated(tx)
		}
		if err != nil {
			return err
		}
		return logged(tx, organisation.KeyVersionsRow(row))
	}); err != nil || row.Version == 0 {
		return v, err
	}
	b, err := k.For(keyring.Versions).OpenPadded(row.Sealed, row.AD())
	if err != nil {
		return v, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	v.version = row.Version
	return v, json.Unmarshal(b, &v.of)
}

// logged refuses a row that is not the newest one that was logged.
func logged(tx *store.Tx, row audit.Row) error {
	err := store.CheckRow(tx, row.Kind, row.ID, row.Hash)
	var bad *store.Tampered
	if errors.As(err, &bad) {
		return bad.Unwrap()
	}
	return err
}

// neverRotated refuses a database from which the setting was taken away.
func neverRotated(tx *store.Tx) error {
	err := store.CheckRow(tx, organisation.KeyVersions, organisation.KeyVersions, [32]byte{})
	var bad *store.Tampered
	switch {
	case !errors.As(err, &bad):
		return err
	case bad.What == audit.RowUnlogged:
		return nil
	}
	return bad.Unwrap()
}
