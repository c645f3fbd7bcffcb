package inspect

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"varn/internal/domain/casefile"
	"varn/internal/domain/person"
	"varn/internal/infra/blob"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Walked is what a walk through an organisation's rows has seen.
type Walked struct {
	Rows    int64    `json:"rows"`    // that carry the organisation's MAC
	Objects int64    `json:"objects"` // attachments whose sealed chunks are there
	Wrong   []string `json:"wrong"`   // ids and reasons, never content
}

// maxWrong bounds what is reported of a database that is wrong throughout.
const maxWrong = 1000

func (w *Walked) find(format string, args ...any) {
	if len(w.Wrong) < maxWrong {
		w.Wrong = append(w.Wrong, fmt.Sprintf(format, args...))
	}
}

// Walk checks the MAC of every row that decides to whom something is sealed, and of every item,
// and that each attachment's chunks lie in the blob place, as many as its size needs.
func (d *Desk) Walk(ctx context.Context, org string, blobs blob.Place) (Walked, error) {
	w := Walked{Wrong: []string{}}
	k, err := d.Ring.Org(org)
	if err != nil {
		return w, err
	}
	var objects []store.Object
	if err := d.DB.Org(org).Read(ctx, func(tx *store.Tx) error {
		if err := walkRows(tx, k, &w); err != nil {
			return err
		}
		objects, err = tx.Objects()
		return err
	}); err != nil {
		return w, err
	}
	for _, o := range objects {
		if err := w.object(ctx, blobs, o); err != nil {
			return w, err
		}
	}
	return w, nil
}

func walkRows(tx *store.Tx, k *keyring.Keys, w *Walked) error {
	check := func(kind, id string, mac []byte, who seal.AD) {
		w.Rows++
		if k.Check(mac, who, kind) != nil {
			w.find("%s %s does not carry the organisation's MAC", kind, id)
		}
	}
	functions, err1 := tx.Functions()
	for _, f := range functions {
		check("function", f.ID, f.MAC, f.Who())
	}
	holders, err2 := tx.HoldersOf("")
	for _, h := range holders {
		check("holder", h.ID, h.MAC, h.Who())
	}
	roles, err3 := tx.RolesOf("")
	for _, g := range roles {
		check("role", g.ID, g.MAC, g.Who())
	}
	recoveries, err4 := tx.AllRecoveries()
	for _, r := range recoveries {
		check("recovery", r.ID, r.MAC, r.Who())
	}
	keys, err5 := tx.RecoveryKeys()
	for _, r := range keys {
		check("recovery_key", strconv.FormatInt(r.Version, 10), r.MAC, r.Who())
	}
	return errors.Join(err1, err2, err3, err4, err5,
		tx.EachPerson(func(p *person.Person) error { check("person", p.ID, p.MAC, p.Who()); return nil }),
		tx.EachUnlocker(func(u *person.Unlocker) error { check("unlocker", u.ID, u.MAC, u.Who()); return nil }),
		tx.EachCase(func(c *casefile.Case) error { check("case", c.ID, c.MAC, c.Who()); return nil }),
		tx.EachPlace(func(p *casefile.Place) error { check("place", p.ID, p.MAC, p.Who()); return nil }),
		tx.EachItem(func(i *casefile.Item) error { check("item", i.ID, i.MAC, i.Who()); return nil }))
}

func (w *Walked) object(ctx context.Context, blobs blob.Place, o store.Object) error {
	stored, err := blobs.Size(ctx, o.ID)
	if fault.Is(err, fault.NotFound) {
		w.find("object %s is missing", o.ID)
		return nil
	}
	if err != nil {
		return err
	}
	w.Objects++
	if plain, err := seal.PlainSize(stored); err != nil || plain != o.Size {
		w.find("object %s is stored in %d bytes, which do not fit its size", o.ID, stored)
	}
	return nil
}
