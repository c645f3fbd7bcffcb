package casework

import (
	"context"

	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
)

// withEchoed adds to what is about to be written that whoever reported may read the messages in it, and
// is told that they wait. What is told of a measure goes to the person concerned alone. Notes, tasks and
// files of the circle's own are never echoed.
func (d *Desk) withEchoed(ctx context.Context, v *visit, items []casefile.Item, in []sealed) ([]sealed, error) {
	if v.c.Event == "" {
		return in, nil
	}
	var receipts []casefile.Receipt
	if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		receipts, err = tx.VouchedReceiptsOf(v.k, v.c.Event)
		return err
	}); err != nil {
		return nil, err
	}
	out := append([]sealed(nil), in...)
	for i, it := range items {
		to := readersOf(it.Kind, in[i].self, receipts)
		if len(to) == 0 {
			continue
		}
		key, err := v.key()
		if err != nil {
			return nil, err
		}
		by := sealer{v.k, key, v.cover}
		data, err := by.dataKey(it)
		if err != nil {
			return nil, err
		}
		echoes := make([]casefile.Echo, len(to))
		for n, r := range to {
			if echoes[n], err = (receiptKey{row: r}).echo(by, it, data); err != nil {
				return nil, err
			}
		}
		out[i].with = d.withEchoes(in[i].with, to, echoes)
	}
	return out, nil
}

// readersOf are the receipts that may read an item of a kind.
func readersOf(kind casefile.ItemKind, self bool, all []casefile.Receipt) []casefile.Receipt {
	switch kind {
	case casefile.Message:
		return all
	case casefile.MeasureTold:
		concerned := casefile.Concerned
		if self {
			concerned = casefile.Reporter
		}
		var out []casefile.Receipt
		for _, r := range all {
			if r.Role == concerned {
				out = append(out, r)
			}
		}
		return out
	}
	return nil
}

func (d *Desk) withEchoes(before func(*store.Tx, casefile.Item) error, receipts []casefile.Receipt, echoes []casefile.Echo) func(*store.Tx, casefile.Item) error {
	return func(tx *store.Tx, it casefile.Item) error {
		if before != nil {
			if err := before(tx, it); err != nil {
				return err
			}
		}
		for i, e := range echoes {
			if err := tx.InsertEcho(e); err != nil {
				return err
			}
			if err := d.notify(tx, receipts[i].Person, "report.answer", ""); err != nil {
				return err
			}
		}
		return nil
	}
}
