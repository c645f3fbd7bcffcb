package casework

import (
	"context"
	"io"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// Evidence (bevis) is one original of a case with all that is known of it.
type Evidence struct {
	ID string
	File
	Kind    casefile.EvidenceKind
	Card    *casefile.Card
	Came    clock.Stamp
	Custody []casefile.Custody
	// Broken: what is stored is another than what came in, or was found to be once.
	Broken bool
	// Plain tells that the hash of the intake is what sha256sum prints.
	Plain bool
	// Copies are originals' derived copies, by their ids.
	Copies []string
	Author string
}

// Evidence lists the originals of a case, each held against the log; whether its bytes are whole is
// seen by their stored size here, and by their hash when they are read. It is an opening.
func (d *Desk) Evidence(ctx context.Context, s *access.Session, ref string) ([]Evidence, error) {
	v, err := d.enter(ctx, s, ref, access.Open)
	if err != nil {
		return nil, err
	}
	var list []*original
	objects := map[string]bool{}
	if err := d.read(ctx, v.k, func(tx *store.Tx) error {
		items, err := tx.OpenBody(v.grant, v.c.ID)
		if err != nil {
			return err
		}
		if err := witness(tx, v, items); err != nil {
			return err
		}
		if list, err = v.originals(tx, items); err != nil {
			return err
		}
		for _, o := range list {
			if _, err := tx.Object(o.file.Object); err == nil {
				objects[o.file.Object] = true
			} else if !fault.Is(err, fault.NotFound) {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	var out []Evidence
	var gone []audit.Row
	for _, o := range list {
		e := o.evidence()
		stored, err := d.Blob.Size(ctx, o.file.Object)
		if whole := err == nil && objects[o.file.Object] && stored == seal.SealedSize(o.file.Size); !whole {
			if !e.Broken {
				gone = append(gone, touching(brokenRow, o.item))
			}
			e.Broken = true
		}
		out = append(out, e)
	}
	for i := range out {
		if c := out[i].Card; c != nil && c.Of != "" {
			for j := range out {
				if out[j].ID == c.Of {
					out[j].Copies = append(out[j].Copies, out[i].ID)
				}
			}
		}
	}
	return out, d.write(ctx, v.k, func(tx *store.Tx) error {
		if len(gone) > 0 {
			if err := tx.Log(audit.Entry{Actor: v.k.Tag(s.Person), Act: "file.broken", Authority: v.c.Authority, Case: v.c.ID, Rows: gone}); err != nil {
				return err
			}
		}
		return logged(tx, v.k, s.Person, "case.open", v.c)
	})
}

func (o *original) evidence() Evidence {
	f := o.file
	e := Evidence{ID: o.item.ID, File: File{Name: f.Name, Type: f.Type, Size: f.Size, Tree: f.Tree}, Card: o.card, Kind: casefile.KindOf(f.Name, f.Type),
		Came: clock.Of(o.came()), Custody: o.custody, Plain: f.Size <= seal.TreeLeaf}
	if o.card != nil {
		e.Kind = o.card.Kind
	}
	e.Broken = slices.ContainsFunc(o.custody, func(c casefile.Custody) bool { return c.Act == casefile.ActBroken })
	return e
}

// CheckOriginal reads an original whole and holds it against the hash of its intake: false when it is
// another, which is then in the log.
func (d *Desk) CheckOriginal(ctx context.Context, s *access.Session, ref, item string) (bool, error) {
	f, err := d.OpenFile(ctx, s, ref, item)
	if err == nil {
		_, err = io.Copy(io.Discard, f)
	}
	if fault.Of(err) != nil && err != nil && fault.Of(err).Code == "fault.tampered" {
		return false, nil
	}
	return err == nil, err
}
