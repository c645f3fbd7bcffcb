package directory

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// DecidePolicy enters a policy: the organisation's own (body empty), or a stricter one for a body. Bodies
// whose policy would then be looser than the organisation's are held to the organisation's.
func (d *Desk) DecidePolicy(ctx context.Context, s *access.Session, body string, v directory.Decided) error {
	k, err := d.keys(s, Deciders())
	if err != nil {
		return err
	}
	view, err := d.View(ctx, k.Org)
	if err != nil {
		return err
	}
	var over directory.Policy
	if body != "" {
		if b, ok := view.Register.Body(body); !ok || b.Ended != 0 {
			return missing()
		}
		if over = view.Register.Policy(""); over == nil {
			over = directory.Policy{}
		}
	}
	if err := v.Policy.Check(over); err != nil {
		return err
	}
	v.Decision, v.Why = strings.TrimSpace(v.Decision), strings.TrimSpace(v.Why)
	if len([]rune(v.Decision)) > 100 || len([]rune(v.Why)) > 1000 {
		return fault.In("decision", "field.too-long", 1000)
	}
	v.Entry = d.fresh(k, directory.PolicyEntry)
	v.Of, v.Person = body, s.Person
	e, err := d.sealed(k, v.Entry, v)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertEntry(e); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.policy", nil, e)
	})
}

// Conform makes the conformance report out of everything that is published now, and keeps it.
func (d *Desk) Conform(ctx context.Context, s *access.Session) (string, error) {
	k, err := d.keys(s, Staff())
	if err != nil {
		return "", err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return "", err
	}
	outputs, err := exported(v.Public)
	if err != nil {
		return "", err
	}
	snap := directory.Snapshot{Entry: d.fresh(k, directory.ReportEntry), Report: directory.Conform(v.Register, d.today(), d.now(), outputs)}
	snap.Person = s.Person
	e, err := d.sealed(k, snap.Entry, snap)
	if err != nil {
		return "", err
	}
	return e.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertEntry(e); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.conform", nil, e)
	})
}

// exported writes every export, by its name.
func exported(p directory.Public) (map[string]string, error) {
	a := directory.About{}
	popolo, err := directory.Popolo(p, a)
	if err != nil {
		return nil, err
	}
	schema, err := directory.JSONLD(p, a)
	if err != nil {
		return nil, err
	}
	sheet, err := directory.CSV(p, a)
	if err != nil {
		return nil, err
	}
	return map[string]string{"popolo.json": string(popolo), "schema.jsonld": string(schema), "csv": string(sheet), "vcf": string(directory.VCard(p.People, a))}, nil
}
