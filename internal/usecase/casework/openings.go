package casework

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

// Opening (öppning) is one act on a case as the log keeps it: who, what, and in which hour.
type Opening struct {
	// Name is empty for somebody who is not known here any more, and for the program itself.
	Name string
	Act  string
	Hour clock.Stamp
	Mine bool
}

// Openings is a page of a case's log, newest first. Next is zero at the end.
type Openings struct {
	Ref  string
	List []Opening
	Next int64
}

// openingsPage is how many entries a page holds.
const openingsPage = 100

// Openings tells a member of the circle who has opened and changed the case. Asking is itself an
// entry in the log.
func (d *Desk) Openings(ctx context.Context, s *access.Session, ref string, before int64) (*Openings, error) {
	v, err := d.enter(ctx, s, ref, access.SeeOpenings)
	if err != nil {
		return nil, err
	}
	out := &Openings{Ref: v.c.Ref}
	err = d.read(ctx, v.k, func(tx *store.Tx) error {
		entries, err := store.LogOf(tx, v.c.ID, before, openingsPage+1)
		if err != nil {
			return err
		}
		names, err := actors(tx, v.k)
		if err != nil {
			return err
		}
		if len(entries) > openingsPage {
			entries = entries[:openingsPage]
			out.Next = entries[openingsPage-1].Seq
		}
		mine := v.k.Tag(s.Person)
		out.List = make([]Opening, 0, len(entries))
		for _, e := range entries {
			out.List = append(out.List, Opening{Name: names[e.Actor], Act: e.Act, Hour: e.Hour, Mine: e.Actor == mine})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, d.write(ctx, v.k, func(tx *store.Tx) error { return logged(tx, v.k, s.Person, "case.openings", v.c) })
}

// actors gives everybody's name by the tag that names them in the log.
func actors(tx *store.Tx, k *keyring.Keys) (map[string]string, error) {
	all, err := tx.People()
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(all))
	for _, p := range all {
		b, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
		if err != nil {
			return nil, err
		}
		var v person.Profile
		if err := json.Unmarshal(b, &v); err != nil {
			return nil, err
		}
		names[k.Tag(p.ID)] = v.Name
	}
	return names, nil
}
