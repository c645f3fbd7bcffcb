package directory

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
)

// EnterBody enters a body. Its public address is made of its name.
func (d *Desk) EnterBody(ctx context.Context, s *access.Session, b directory.Body) (string, error) {
	k, err := d.keys(s, Staff())
	if err != nil {
		return "", err
	}
	b.Name = strings.TrimSpace(b.Name)
	if err := b.Check(); err != nil {
		return "", err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return "", err
	}
	authority := b.Authority
	b.Slug = directory.Unique(directory.Slug(b.Name), func(slug string) bool {
		return slices.ContainsFunc(v.Register.Bodies, func(x directory.Body) bool { return x.Slug == slug })
	})
	b.Entry = d.fresh(k, directory.BodyEntry)
	b.Authority = authority
	b.Entry.Slug = slugTag(k, directory.BodyEntry, b.Slug)
	e, err := d.sealed(k, b.Entry, b)
	if err != nil {
		return "", err
	}
	store.Declare(ctx, e.ID)
	return e.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertEntry(e); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.body", e)
	})
}

// ChangeBody stores an edited body; Conflict when somebody else saved since version. Its authority and its
// public address stay.
func (d *Desk) ChangeBody(ctx context.Context, s *access.Session, id string, v directory.Body, version int64) error {
	k, err := d.keys(s, Staff())
	if err != nil {
		return err
	}
	old, err := d.body(ctx, k.Org, id)
	if err != nil {
		return err
	}
	if old.Version != version {
		return fault.New(fault.Conflict, "fault.changed")
	}
	v.Entry, v.Slug, v.Address, v.Name = old.Entry, old.Slug, old.Address, strings.TrimSpace(v.Name)
	if err := v.Check(); err != nil {
		return err
	}
	e, err := d.sealed(k, v.Entry, v)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateEntry(e); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.body", e)
	})
}

// EndBody takes a body out of the directory. What people held in it is kept as history.
func (d *Desk) EndBody(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s, Staff())
	if err != nil {
		return err
	}
	old, err := d.body(ctx, k.Org, id)
	if err != nil || old.Ended != 0 {
		return err
	}
	old.Ended = d.now()
	e := d.marked(k, old.Entry)
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateEntry(e); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.body_end", e)
	})
}

func (d *Desk) body(ctx context.Context, org, id string) (directory.Body, error) {
	v, err := d.View(ctx, org)
	if err != nil {
		return directory.Body{}, err
	}
	if b, ok := v.Register.Body(id); ok {
		return b, nil
	}
	return directory.Body{}, missing()
}
