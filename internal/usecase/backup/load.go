package backup

import (
	"context"

	"varn/internal/domain/audit"
	"varn/internal/domain/organisation"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Load writes the rows of a checked backup into an empty database. Until Serve nothing of it is
// served.
func (a *Archive) Load(ctx context.Context, db *store.DB) error {
	r, err := a.part(ctx, dumpPart, a.Dump)
	if err != nil {
		return err
	}
	return db.Org(a.Org).Load(ctx, r)
}

// Serve enters the organisation itself, its root under this installation's server key, and logs
// the restore: what the key place remembers of a longer log is given up by it.
func (a *Archive) Serve(ctx context.Context, db *store.DB, keys *keyplace.Place) error {
	row := organisation.Organisation{ID: a.Org, Root: keys.Server().Seal(a.keys.root.Bytes(), organisation.RootAD(a.Org)), Escrow: seal.NewBox(a.Escrow), Created: a.Founded}
	if err := db.SignNow(ctx, a.Org); err != nil {
		return err
	}
	if err := Accept(ctx, db, keys, a.Org); err != nil {
		return err
	}
	return db.System(ctx, func(tx *store.Tx) error { return tx.InsertOrganisation(row) })
}

// Accept logs that the database of an organisation is one that was put back.
func Accept(ctx context.Context, db *store.DB, keys *keyplace.Place, org string) error {
	held, err := keys.Checkpoint(org)
	if err != nil {
		return err
	}
	if held == nil {
		if held, err = db.Org(org).Checkpoint(ctx); err != nil {
			return err
		}
	}
	return db.AcceptRestore(ctx, org, held, audit.Entry{})
}

// Regrow brings the tree of erasable keys up to the root that the key places hold: what was
// destroyed after the database was written stays destroyed. Where no key place holds a root the
// tree is begun anew, and whatever was sealed under it is lost: only if lose says so.
func Regrow(ctx context.Context, db *store.DB, keys *keyplace.Place, org string, lose bool) error {
	tree, err := keys.Epoch(org)
	if err != nil {
		return err
	}
	var have store.Epoch
	named := int64(0)
	if err := db.Org(org).Read(ctx, func(tx *store.Tx) error {
		if have, err = tx.Epoch(); err != nil {
			return err
		}
		named, err = tx.CountErasable()
		return err
	}); err != nil {
		return err
	}
	newest := tree.Newest()
	switch {
	case have.Generation == 0 && newest == 0:
		return nil
	case newest > 0 && newest >= have.Generation:
		return regrow(ctx, db.Org(org), tree, newest)
	case newest > 0:
		return fault.New(fault.Unavailable, "backup.old-roots", "the key places are older than this backup: set second_key_place (or VARN_SECOND_KEY_PLACE) to the place that was in use when it was made")
	case named > 0 && !lose:
		return fault.New(fault.Unavailable, "backup.no-roots", "the key places hold no root for this backup, so its cases and attachments can't be opened: set second_key_place (or VARN_SECOND_KEY_PLACE) to the folder of the second key place; or give --lose-erasable to go on without them, for good")
	}
	return db.Org(org).Write(ctx, func(tx *store.Tx) error { return tx.FellEpoch() })
}

// regrowBatch is how many nodes one transaction writes: 4 MiB.
const regrowBatch = 500

func regrow(ctx context.Context, o store.Org, tree *keyplace.Epoch, generation int64) error {
	batch := map[string]seal.Box{}
	flush := func() error {
		err := o.Write(ctx, func(tx *store.Tx) error {
			for id, b := range batch {
				if err := tx.PutEpochNode(id, b); err != nil {
					return err
				}
			}
			return nil
		})
		clear(batch)
		return err
	}
	err := tree.Nodes(func(id string, b seal.Box) error {
		if batch[id] = b; len(batch) < regrowBatch {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	return o.Write(ctx, func(tx *store.Tx) error { return tx.SetEpoch(generation) })
}
