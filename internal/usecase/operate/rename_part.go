package operate

import (
	"context"
	"encoding/json"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/organisation"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Part is an authority, or a unit of one, with the version that a change must name.
type Part struct {
	ID        string
	Authority string // empty: an authority
	Label     organisation.Label
	Version   int64
	Units     []Part
}

// Parts lists the authorities with their units.
func (d *Desk) Parts(ctx context.Context, s *access.Session) ([]Part, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	var out []Part
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = nil
		authorities, err := tx.Authorities()
		if err != nil {
			return err
		}
		units, err := tx.Units()
		if err != nil {
			return err
		}
		for _, a := range authorities {
			part := Part{ID: a.ID, Version: a.Version}
			if part.Label, err = opened(k, a.Sealed, a.AD()); err != nil {
				return err
			}
			for _, u := range units {
				if u.Authority != a.ID {
					continue
				}
				unit := Part{ID: u.ID, Authority: a.ID, Version: u.Version}
				if unit.Label, err = opened(k, u.Sealed, u.AD()); err != nil {
					return err
				}
				part.Units = append(part.Units, unit)
			}
			out = append(out, part)
		}
		return nil
	})
	return out, err
}

func opened(k *keyring.Keys, box seal.Box, ad seal.AD) (organisation.Label, error) {
	var out organisation.Label
	b, err := k.For(keyring.Names).OpenPadded(box, ad)
	if err != nil {
		return out, fault.Wrap(fault.Internal, "fault.tampered", err)
	}
	return out, json.Unmarshal(b, &out)
}

// AddPart enters an authority, or a unit when Authority is set.
func (d *Desk) AddPart(ctx context.Context, s *access.Session, v Part) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	v.ID, v.Version = ident.New(), 1
	return d.storePart(ctx, s, k, v, true)
}

// RenamePart gives an authority or a unit another name; Conflict when somebody else did since Version.
func (d *Desk) RenamePart(ctx context.Context, s *access.Session, v Part) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	v.Version++
	return d.storePart(ctx, s, k, v, false)
}

func (d *Desk) storePart(ctx context.Context, s *access.Session, k *keyring.Keys, v Part, fresh bool) error {
	v.Label.Name, v.Label.Code = strings.TrimSpace(v.Label.Name), strings.TrimSpace(v.Label.Code)
	if err := v.Label.Check(); err != nil {
		return err
	}
	if len([]rune(v.Label.Code)) > 20 {
		return fault.In("code", "field.too-long", 20)
	}
	store, err := d.partWriter(k, v, fresh)
	if err != nil {
		return err
	}
	return d.write(ctx, k, store(s.Person))
}

// partWriter seals the name before a transaction is entered, and gives what writes it.
func (d *Desk) partWriter(k *keyring.Keys, v Part, fresh bool) (func(actor string) func(*store.Tx) error, error) {
	var put func(*store.Tx) error
	var err error
	act := "authority.change"
	if v.Authority == "" {
		row := organisation.Authority{Org: k.Org, ID: v.ID, Version: v.Version, Created: d.now()}
		row.Sealed, err = closed(k.For(keyring.Names), v.Label, row.AD())
		put = func(tx *store.Tx) error { return tx.UpdateAuthority(row) }
		if fresh {
			put = func(tx *store.Tx) error { return tx.InsertAuthority(row) }
		}
	} else {
		act = "unit.change"
		row := organisation.Unit{Org: k.Org, Authority: v.Authority, ID: v.ID, Version: v.Version, Created: d.now()}
		row.Sealed, err = closed(k.For(keyring.Names), v.Label, row.AD())
		put = func(tx *store.Tx) error { return tx.UpdateUnit(row) }
		if fresh {
			put = func(tx *store.Tx) error { return insertUnit(tx, row) }
		}
	}
	return func(actor string) func(*store.Tx) error {
		return func(tx *store.Tx) error {
			if err := put(tx); err != nil {
				return err
			}
			return record(tx, k, actor, act)
		}
	}, err
}

// insertUnit enters a unit of an authority that exists.
func insertUnit(tx *store.Tx, row organisation.Unit) error {
	all, err := tx.Authorities()
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.ID == row.Authority {
			return tx.InsertUnit(row)
		}
	}
	return fault.New(fault.NotFound, "fault.not-found")
}
