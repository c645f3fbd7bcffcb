package directory

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// noDomain is the domain of addresses that exist here alone, for what comes by the form, where the
// organisation has no mail domain. Nothing can be sent to it (RFC 2606).
const noDomain = "formular.invalid"

// mailboxFor makes the official mailbox of an entry, sealed and ready to be written.
func (d *Desk) mailboxFor(k *keyring.Keys, kind mailbox.Kind, e directory.Entry, address, name string) (mailbox.Mailbox, error) {
	m := mailbox.Mailbox{ID: ident.New(), Authority: e.Authority, Kind: kind, Person: e.Person, State: mailbox.Open, Delivery: mailbox.Read, Cover: true, Alarms: true, Created: d.now()}
	return m.Sealing(k, mailbox.Card{Address: address, Name: name})
}

// addressOf is the official address of a slug, and what of it is published: nothing without a domain.
func addressOf(g *directory.Register, slug string) (address, published string) {
	if g.Settings.Domain == "" {
		return directory.LocalPart(slug) + "@" + noDomain, ""
	}
	address = directory.LocalPart(slug) + "@" + g.Settings.Domain
	return address, address
}

// free proposes a slug that no body and no representative has or has had: an address is never given twice.
func free(g *directory.Register, name string) string {
	return directory.Unique(directory.Slug(name), func(slug string) bool {
		return slices.ContainsFunc(g.Representatives, func(x directory.Representative) bool { return x.Slug == slug }) ||
			slices.ContainsFunc(g.Bodies, func(x directory.Body) bool { return x.Slug == slug })
	})
}

// closing reads a mailbox and seals it anew as ended: it points to where to turn until a moment, or is
// closed at once. A mailbox that is not there, or has ended, gives nothing.
func (d *Desk) closing(ctx context.Context, k *keyring.Keys, id, pointer string, until clock.Stamp) ([]mailbox.Mailbox, error) {
	return d.altered(ctx, k, id, func(m *mailbox.Mailbox, c *mailbox.Card) {
		m.State, m.Until, m.Delivery = mailbox.Closed, until, mailbox.Read
		if pointer != "" {
			m.State = mailbox.Pointing
		}
		c.Pointer, c.Forward, c.Traces = pointer, "", nil
	})
}

func (d *Desk) altered(ctx context.Context, k *keyring.Keys, id string, change func(*mailbox.Mailbox, *mailbox.Card)) ([]mailbox.Mailbox, error) {
	if id == "" {
		return nil, nil
	}
	var m mailbox.Mailbox
	err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		m, err = tx.VouchedMailbox(k, id)
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && m.State != mailbox.Open {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := m.Card(k)
	if err != nil {
		return nil, err
	}
	change(&m, &c)
	if m, err = m.Sealing(k, c); err != nil {
		return nil, err
	}
	return []mailbox.Mailbox{m}, nil
}

// pointer is the public page that says where to turn instead.
func (d *Desk) pointer(slug string) string {
	return strings.TrimSuffix(d.Origin, "/") + "/kontakt/" + slug
}

// Link says which account reads a representative's letters, once: one that is given is never another.
func (d *Desk) Link(ctx context.Context, s *access.Session, id, personID string, version int64) error {
	k, err := d.keys(s, Staff())
	if err != nil {
		return err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return err
	}
	r, ok := v.Register.Representative(id)
	switch {
	case !ok || r.Ended != 0:
		return missing()
	case r.Version != version || r.Person != "":
		return fault.New(fault.Conflict, "fault.changed")
	case personID == "" || personTaken(v.Register, personID):
		return fault.In("person", "directory.person-taken")
	}
	r.Person = personID
	boxes, err := d.altered(ctx, k, r.Mailbox, func(m *mailbox.Mailbox, _ *mailbox.Card) { m.Person = personID })
	if err != nil {
		return err
	}
	e, err := d.sealed(k, r.Entry, r)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if _, err := tx.VouchedPerson(k, personID); err != nil {
			return err
		}
		if err := tx.UpdateEntry(e); err != nil {
			return err
		}
		if err := putMailboxes(tx, boxes); err != nil {
			return err
		}
		if err := d.tell(tx, personID, "directory.entered"); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.link", boxes, e)
	})
}

func personTaken(g *directory.Register, personID string) bool {
	return slices.ContainsFunc(g.Representatives, func(x directory.Representative) bool { return x.Person == personID && x.Ended == 0 })
}

// putMailboxes writes mailboxes: new ones and changed ones.
func putMailboxes(tx *store.Tx, boxes []mailbox.Mailbox) error {
	for _, m := range boxes {
		put := tx.UpdateMailbox
		if m.Version == 1 {
			put = tx.InsertMailbox
		}
		if err := put(m); err != nil {
			return err
		}
	}
	return nil
}
