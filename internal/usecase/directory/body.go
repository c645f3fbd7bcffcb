package directory

import (
	"context"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// EnterBody enters a body. Its public address is made of its name.
func (d *Desk) EnterBody(ctx context.Context, s *access.Session, b directory.Body) (string, error) {
	k, err := d.keys(s, Staff())
	if err != nil {
		return "", err
	}
	return d.enterBody(ctx, k, s.Person, b)
}

func (d *Desk) enterBody(ctx context.Context, k *keyring.Keys, actor string, b directory.Body) (string, error) {
	b.Name = strings.TrimSpace(b.Name)
	if err := b.Check(); err != nil {
		return "", err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return "", err
	}
	authority, reader := b.Authority, b.Person
	b.Slug = free(v.Register, b.Name)
	b.Entry = d.fresh(k, directory.BodyEntry)
	b.Authority, b.Person = authority, reader
	b.Entry.Slug = slugTag(k, b.Slug)
	boxes, err := d.bodyMailbox(k, v.Register, &b)
	if err != nil {
		return "", err
	}
	e, err := d.sealed(k, b.Entry, b)
	if err != nil {
		return "", err
	}
	store.Declare(ctx, e.ID)
	return e.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertEntry(e); err != nil {
			return err
		}
		if err := putMailboxes(tx, boxes); err != nil {
			return err
		}
		return record(tx, k, actor, "directory.body", boxes, e)
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
	reader := v.Person
	v.Entry, v.Slug, v.Address, v.Mailbox, v.Name = old.Entry, old.Slug, old.Address, old.Mailbox, strings.TrimSpace(v.Name)
	if v.Person == "" {
		v.Person = reader
	}
	if err := v.Check(); err != nil {
		return err
	}
	view, err := d.View(ctx, k.Org)
	if err != nil {
		return err
	}
	boxes, err := d.bodyMailbox(k, view.Register, &v)
	if err != nil {
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
		if err := putMailboxes(tx, boxes); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.body", boxes, e)
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
	boxes, err := d.closing(ctx, k, old.Mailbox, d.pointer(""), d.now().Add(directory.Settings{}.Pointer()))
	if err != nil {
		return err
	}
	e := d.marked(k, old.Entry)
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateEntry(e); err != nil {
			return err
		}
		if err := putMailboxes(tx, boxes); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.body_end", boxes, e)
	})
}

// bodyMailbox makes the mailbox of a body that takes letters and has none. Who reads it is given with the
// body; without anybody it is sealed to the authority's registrar alone.
func (d *Desk) bodyMailbox(k *keyring.Keys, g *directory.Register, b *directory.Body) ([]mailbox.Mailbox, error) {
	if !b.Letters || b.Mailbox != "" {
		return nil, nil
	}
	address, published := addressOf(g, b.Slug)
	m, err := d.mailboxFor(k, mailbox.Body, b.Entry, address, b.Name)
	b.Mailbox, b.Address = m.ID, published
	return []mailbox.Mailbox{m}, err
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
