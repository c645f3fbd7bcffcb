package directory

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Seat is an assignment on its way into the register.
type Seat struct {
	Body        string // id
	Role        string
	From, Until directory.Day
}

func (p Seat) check(g *directory.Register) error {
	b, ok := g.Body(p.Body)
	var bad []fault.Field
	if !ok || b.Ended != 0 {
		bad = append(bad, fault.Field{Name: "body", Code: "field.choose"})
	}
	if n := len([]rune(strings.TrimSpace(p.Role))); n == 0 || n > 100 {
		bad = append(bad, fault.Field{Name: "role", Code: "field.name-length", Args: []any{100}})
	}
	if p.From != "" && !p.From.Valid() || p.Until != "" && (!p.Until.Valid() || p.From > p.Until) {
		bad = append(bad, fault.Field{Name: "until", Code: "directory.bad-terms"})
	}
	return fault.Form(bad)
}

// OnBoard enters a representative with their first assignments; with a mail domain they get an official
// address of their own in the same transaction. The account that the letters are for is given here once:
// nobody can turn somebody's letters to another account later.
func (d *Desk) OnBoard(ctx context.Context, s *access.Session, r directory.Representative, seats []Seat) (string, error) {
	k, err := d.keys(s, Staff())
	if err != nil {
		return "", err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return "", err
	}
	one, err := d.boarding(k, v.Register, r, seats)
	if err != nil {
		return "", err
	}
	store.Declare(ctx, one.entry.ID)
	return one.entry.ID, d.write(ctx, k, func(tx *store.Tx) error { return d.board(tx, k, s.Person, one) })
}

// boarding is a representative ready to be written.
type boarding struct {
	entry       directory.Entry
	assignments []directory.Entry
	boxes       []mailbox.Mailbox
	card        directory.Representative
}

// boarding checks and seals, outside the writer.
func (d *Desk) boarding(k *keyring.Keys, g *directory.Register, r directory.Representative, seats []Seat) (boarding, error) {
	var out boarding
	r.Name = strings.Join(strings.Fields(r.Name), " ")
	if err := r.Check(); err != nil {
		return out, err
	}
	if len(seats) == 0 {
		return out, fault.In("body", "directory.no-seat")
	}
	if r.Person != "" && personTaken(g, r.Person) {
		return out, fault.In("person", "directory.person-taken")
	}
	personID, source := r.Person, r.Source
	for _, p := range seats {
		if err := p.check(g); err != nil {
			return out, err
		}
	}
	r.Slug = free(g, r.Name)
	r.Entry = d.fresh(k, directory.RepresentativeEntry)
	r.Person, r.Source, r.Entry.Slug = personID, source, slugTag(k, r.Slug)
	first, _ := g.Body(seats[0].Body)
	r.Authority = first.Authority // answers for the letters
	box, err := d.personalMailbox(k, g, &r)
	if err != nil {
		return out, err
	}
	out.boxes = []mailbox.Mailbox{box}
	if out.entry, err = d.sealed(k, r.Entry, r); err != nil {
		return out, err
	}
	out.card = r
	out.card.Entry = out.entry
	for _, p := range seats {
		a, err := d.assignment(k, out.entry.ID, p)
		if err != nil {
			return out, err
		}
		out.assignments = append(out.assignments, a)
	}
	return out, nil
}

func (d *Desk) assignment(k *keyring.Keys, representative string, p Seat) (directory.Entry, error) {
	a := directory.Assignment{Entry: d.fresh(k, directory.AssignmentEntry), Role: strings.TrimSpace(p.Role), From: p.From, Until: p.Until}
	a.Of, a.In = representative, p.Body
	return d.sealed(k, a.Entry, a)
}

func (d *Desk) board(tx *store.Tx, k *keyring.Keys, actor string, one boarding) error {
	if one.entry.Person != "" {
		if _, err := tx.VouchedPerson(k, one.entry.Person); err != nil {
			return err
		}
	}
	rows := append([]directory.Entry{one.entry}, one.assignments...)
	for _, e := range rows {
		if err := tx.InsertEntry(e); err != nil {
			return err
		}
	}
	if err := d.tell(tx, one.entry.Person, "directory.entered"); err != nil {
		return err
	}
	if err := putMailboxes(tx, one.boxes); err != nil {
		return err
	}
	return record(tx, k, actor, "directory.enter", one.boxes, rows...)
}

// personalMailbox makes the mailbox that a representative's letters lead to.
func (d *Desk) personalMailbox(k *keyring.Keys, g *directory.Register, r *directory.Representative) (mailbox.Mailbox, error) {
	address, published := addressOf(g, r.Slug)
	m, err := d.mailboxFor(k, mailbox.Office, r.Entry, address, r.Name)
	r.Mailbox, r.Address = m.ID, published
	return m, err
}

// tell leaves a notice for who is in the register with an account.
func (d *Desk) tell(tx *store.Tx, personID, kind string) error {
	if personID == "" {
		return nil
	}
	return tx.InsertNotice(store.Notice{ID: ident.New(), Person: personID, Kind: kind, Created: d.now()})
}

// Change stores what is edited of a representative; Conflict when somebody else saved since version. Account,
// public address and protection are not edited here.
func (d *Desk) Change(ctx context.Context, s *access.Session, id string, v directory.Representative, version int64) error {
	k, err := d.keys(s, Staff())
	if err != nil {
		return err
	}
	old, err := d.representative(ctx, k.Org, id)
	if err != nil {
		return err
	}
	if old.Version != version || old.Ended != 0 {
		return fault.New(fault.Conflict, "fault.changed")
	}
	changed := old
	changed.Name, changed.Party, changed.District, changed.Phone, changed.Link = strings.Join(strings.Fields(v.Name), " "), v.Party, v.District, v.Phone, v.Link
	if err := changed.Check(); err != nil {
		return err
	}
	return d.store(ctx, k, s.Person, "directory.change", changed)
}

// store writes a changed representative.
func (d *Desk) store(ctx context.Context, k *keyring.Keys, actor, act string, r directory.Representative) error {
	e, err := d.sealed(k, r.Entry, r)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateEntry(e); err != nil {
			return err
		}
		if err := d.tell(tx, e.Person, "directory.changed"); err != nil {
			return err
		}
		return record(tx, k, actor, act, nil, e)
	})
}

// Assign gives a representative one more assignment.
func (d *Desk) Assign(ctx context.Context, s *access.Session, id string, p Seat) error {
	k, err := d.keys(s, Staff())
	if err != nil {
		return err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return err
	}
	r, ok := v.Register.Representative(id)
	if !ok || r.Ended != 0 {
		return missing()
	}
	if err := p.check(v.Register); err != nil {
		return err
	}
	e, err := d.assignment(k, id, p)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertEntry(e); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.assign", nil, e)
	})
}

// EndAssignment ends one assignment of a representative at the end of a day.
func (d *Desk) EndAssignment(ctx context.Context, s *access.Session, id, assignment string, last directory.Day) error {
	k, err := d.keys(s, Staff())
	if err != nil {
		return err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(v.Register.Assignments, func(a directory.Assignment) bool { return a.ID == assignment && a.Of == id })
	if i < 0 {
		return missing()
	}
	a := v.Register.Assignments[i]
	if !last.Valid() || last < a.From {
		return fault.In("last", "directory.bad-terms")
	}
	a.Until = last
	e, err := d.sealed(k, a.Entry, a)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateEntry(e); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.assign_end", nil, e)
	})
}

// End takes a representative out of the directory: consents end, the photo is destroyed, and the official
// address answers with a pointer for as long as the organisation has decided, then refuses.
func (d *Desk) End(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s, Staff())
	if err != nil {
		return err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return err
	}
	r, ok := v.Register.Representative(id)
	if !ok || r.Ended != 0 {
		return missing()
	}
	one, err := d.ending(ctx, k, v.Register, r)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error { return d.leave(tx, k, s.Person, one) })
}

// ending is what is written when somebody leaves: themselves first.
func (d *Desk) ending(ctx context.Context, k *keyring.Keys, g *directory.Register, r directory.Representative) (leaving, error) {
	var out leaving
	r.Ended = d.now()
	r.Until = r.Ended.Add(g.Settings.Pointer())
	r.Phone, r.Link = "", ""
	pointer := d.pointer(r.Slug)
	if r.Protection != directory.Open {
		pointer = "" // nothing says that there was somebody
	}
	var err error
	if out.boxes, err = d.closing(ctx, k, r.Mailbox, pointer, r.Until); err != nil {
		return out, err
	}
	e, err := d.sealed(k, r.Entry, r)
	out.entries = append([]directory.Entry{e}, d.withdrawn(k, g, r.ID, "")...)
	return out, err
}

// leaving is what is written when somebody leaves: themselves first.
type leaving struct {
	entries []directory.Entry
	boxes   []mailbox.Mailbox
}

// withdrawn ends a representative's consents and photo; of one field alone when it is named.
func (d *Desk) withdrawn(k *keyring.Keys, g *directory.Register, id string, f directory.Field) []directory.Entry {
	var out []directory.Entry
	for _, c := range g.Consents {
		if c.Of == id && c.Ended == 0 && (f == "" || f == c.Field) {
			c.Ended = d.now()
			out = append(out, d.marked(k, c.Entry))
		}
	}
	for _, p := range g.Portraits {
		if p.Of == id && p.Ended == 0 && f == "" {
			p.Ended = d.now()
			out = append(out, d.marked(k, p.Entry))
		}
	}
	return out
}

func (d *Desk) leave(tx *store.Tx, k *keyring.Keys, actor string, one leaving) error {
	if err := updateEntries(tx, one.entries); err != nil {
		return err
	}
	if err := putMailboxes(tx, one.boxes); err != nil {
		return err
	}
	if err := d.tell(tx, one.entries[0].Person, "directory.ended"); err != nil {
		return err
	}
	return record(tx, k, actor, "directory.end", one.boxes, one.entries...)
}

// updateEntries stores changed entries; the pictures of a portrait that has ended are destroyed.
func updateEntries(tx *store.Tx, entries []directory.Entry) error {
	for _, e := range entries {
		if err := tx.UpdateEntry(e); err != nil {
			return err
		}
		if e.Kind == directory.PortraitEntry && e.Ended != 0 {
			if err := tx.DeletePictures(e.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// Protect gives a representative protected personal data, another level of it, or none. What stood there
// before is not kept: the name gives way to an alias (or comes back), phone, link, photo and consents go,
// and the public address is another one. An official address of before ends without a pointer.
func (d *Desk) Protect(ctx context.Context, s *access.Session, id, name string, level directory.Protection, version int64) error {
	k, err := d.keys(s, Staff())
	if err != nil {
		return err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return err
	}
	r, ok := v.Register.Representative(id)
	if !ok || r.Ended != 0 {
		return missing()
	}
	if r.Version != version {
		return fault.New(fault.Conflict, "fault.changed")
	}
	name = strings.Join(strings.Fields(name), " ")
	if (r.Protection == directory.Open) != (level == directory.Open) && strings.EqualFold(name, r.Name) {
		return fault.In("name", "directory.same-name")
	}
	gone := d.withdrawn(k, v.Register, id, "")
	renamed := name != r.Name
	r.Name, r.Protection, r.Phone, r.Link = name, level, "", ""
	if err := r.Check(); err != nil {
		return err
	}
	var boxes []mailbox.Mailbox
	if renamed {
		if boxes, err = d.closing(ctx, k, r.Mailbox, "", d.now()); err != nil {
			return err
		}
		r.Slug = free(v.Register, name)
		r.Entry.Slug = slugTag(k, r.Slug)
		box, err := d.personalMailbox(k, v.Register, &r)
		if err != nil {
			return err
		}
		boxes = append(boxes, box)
	}
	e, err := d.sealed(k, r.Entry, r)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		entries := append([]directory.Entry{e}, gone...)
		if err := updateEntries(tx, entries); err != nil {
			return err
		}
		if err := putMailboxes(tx, boxes); err != nil {
			return err
		}
		if err := d.tell(tx, e.Person, "directory.changed"); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.protect", boxes, entries...)
	})
}

func (d *Desk) representative(ctx context.Context, org, id string) (directory.Representative, error) {
	v, err := d.View(ctx, org)
	if err != nil {
		return directory.Representative{}, err
	}
	if r, ok := v.Register.Representative(id); ok {
		return r, nil
	}
	return directory.Representative{}, missing()
}
