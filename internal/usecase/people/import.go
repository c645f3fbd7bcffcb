package people

import (
	"context"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/person"
	"varn/internal/domain/register"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// Change is what a reading would do to one person.
type Change struct {
	Row    register.Row
	Before person.Profile // empty for a new person
	After  person.Profile
	row    person.Person
}

// Difference is what a reading of a register would change. Nobody is removed: Missing lists
// those who came from a register before and are not in this file, for a person to judge.
type Difference struct {
	New     []Change
	Changed []Change
	Same    int
	Missing []person.Profile
}

// PlanImport compares a file's rows with the people there are. It writes nothing. An import
// puts nobody in a circle: it makes people who can be invited.
func (d *Desk) PlanImport(ctx context.Context, org string, rows []register.Row) (*Difference, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, err
	}
	var have []person.Person
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		have, err = tx.People()
		return err
	}); err != nil {
		return nil, err
	}
	bySource, byAddress := map[string]person.Person{}, map[string]person.Person{}
	for _, p := range have {
		if err := k.Check(p.MAC, p.Who(), "person "+p.ID); err != nil {
			return nil, err
		}
		if p.SourceTag != "" {
			bySource[p.SourceTag] = p
		}
		byAddress[p.AddressTag] = p
	}
	out := &Difference{}
	met := map[string]bool{}
	for _, r := range rows {
		p, found := bySource[sourceTag(k, r.Source)]
		if !found && r.Address != "" {
			p, found = byAddress[addressTag(k, "", r.Address)]
		}
		met[p.ID] = true
		if err := out.compare(k, d, r, p, found); err != nil {
			return nil, err
		}
	}
	for _, p := range bySource {
		if met[p.ID] || p.State == person.Left {
			continue
		}
		v, err := Profile(k, p)
		if err != nil {
			return nil, err
		}
		out.Missing = append(out.Missing, v)
	}
	return out, nil
}

// compare sorts one row into new, changed or same. What the file is silent on stays.
func (x *Difference) compare(k *keyring.Keys, d *Desk, r register.Row, p person.Person, found bool) error {
	if !found {
		x.New = append(x.New, Change{Row: r, After: person.Profile{Name: r.Name, Address: strings.ToLower(r.Address), Phone: r.Phone, Title: r.Title, Party: r.Party, Source: r.Source}})
		return nil
	}
	before, err := Profile(k, p)
	if err != nil {
		return err
	}
	after := before
	if !before.Protected { // whoever exists under an alias keeps it
		after.Name = r.Name
	}
	for _, f := range []struct {
		to   *string
		from string
	}{{&after.Address, strings.ToLower(r.Address)}, {&after.Phone, r.Phone}, {&after.Title, r.Title}, {&after.Party, r.Party}, {&after.Source, r.Source}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	if after == before {
		x.Same++
		return nil
	}
	x.Changed = append(x.Changed, Change{Row: r, Before: before, After: after, row: p})
	return nil
}

// importBatch bounds how many people one transaction writes.
const importBatch = 500

// ApplyImport writes a difference. It can be broken off and run again: what is written is the
// same as what the next reading finds to be the same.
func (d *Desk) ApplyImport(ctx context.Context, org string, x *Difference) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	for from := 0; from < len(x.New); from += importBatch {
		if err := d.importNew(ctx, k, x.New[from:min(from+importBatch, len(x.New))]); err != nil {
			return err
		}
	}
	for from := 0; from < len(x.Changed); from += importBatch {
		if err := d.importChanged(ctx, k, x.Changed[from:min(from+importBatch, len(x.Changed))]); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) importNew(ctx context.Context, k *keyring.Keys, part []Change) error {
	rows := make([]person.Person, len(part))
	for i, c := range part {
		var err error
		if rows[i], err = newPerson(k, d, c.After); err != nil {
			return err
		}
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		e := audit.Entry{Actor: k.Tag("import"), Act: "person.import"}
		for _, p := range rows {
			if err := tx.InsertPerson(p); err != nil {
				return err
			}
			e.Rows = append(e.Rows, personRow(p))
		}
		return tx.Log(e)
	})
}

func (d *Desk) importChanged(ctx context.Context, k *keyring.Keys, part []Change) error {
	rows := make([]person.Person, len(part))
	for i, c := range part {
		p := c.row
		var err error
		if p.Sealed, err = sealProfile(k, p, c.After); err != nil {
			return err
		}
		p.AddressTag, p.SourceTag = addressTag(k, p.ID, c.After.Address), sourceTag(k, c.After.Source)
		rows[i] = change(k, d, p)
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		e := audit.Entry{Actor: k.Tag("import"), Act: "person.import"}
		for _, p := range rows {
			if err := tx.UpdatePerson(p); err != nil {
				return err
			}
			e.Rows = append(e.Rows, personRow(p))
		}
		return tx.Log(e)
	})
}
