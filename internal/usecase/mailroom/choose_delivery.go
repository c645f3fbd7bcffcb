package mailroom

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Choice is how the owner of a mailbox wants its letters.
type Choice struct {
	Version  int64
	Delivery mailbox.Delivery
	Forward  string
	Traces   string // lines that are cut out of answers by mail, one on each
	Cover    bool
	Alarms   bool
}

// Setting is a mailbox as its owner sets it.
type Setting struct {
	Box     Box
	Choice  Choice
	Allowed bool // its authority lets letters be forwarded
	Readers []Reader
	People  []Named // who can be let in
}

// Reader is somebody who reads by consent.
type Reader struct {
	ID, Name string
	Duty     mailbox.Duty
}

// Named is a person by name.
type Named struct{ ID, Name string }

// most of what can be listed.
const (
	maxTraces    = 20
	maxDelegates = 20
)

// owned gives a mailbox to its owner alone.
func (d *Desk) owned(tx *store.Tx, k *keyring.Keys, s *access.Session, id string) (mailbox.Mailbox, error) {
	m, err := tx.VouchedMailbox(k, id)
	if err == nil && m.Person != s.Person {
		err = fault.New(fault.NotFound, "fault.not-found")
	}
	return m, err
}

// ShowSetting gives how a mailbox is set.
func (d *Desk) ShowSetting(ctx context.Context, s *access.Session, id string) (out Setting, err error) {
	k, err := d.keys(s)
	if err != nil {
		return out, err
	}
	var m mailbox.Mailbox
	names := map[string]string{}
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if m, err = d.owned(tx, k, s, id); err != nil {
			return err
		}
		if out.Allowed, err = allowed(tx, k, m.Authority); err != nil {
			return err
		}
		all, err := tx.VouchedPeople(k)
		if err != nil {
			return err
		}
		out.People = nil
		for _, p := range all {
			if p.State != person.Confirmed || p.ID == s.Person {
				continue
			}
			var v person.Profile
			if err := openProfile(k, p, &v); err != nil {
				return err
			}
			names[p.ID] = v.Name
			out.People = append(out.People, Named{p.ID, v.Name})
		}
		by, err := tx.VouchedDelegates(k, id)
		out.Readers = nil
		for _, one := range by {
			if one.Holds(d.now()) {
				out.Readers = append(out.Readers, Reader{one.ID, names[one.Person], one.Duty})
			}
		}
		return err
	}); err != nil {
		return out, err
	}
	slices.SortFunc(out.People, func(a, b Named) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	card, err := m.Card(k)
	out.Box = Box{ID: m.ID, Address: card.Address, Name: card.Name, Own: true, Cover: m.Cover, Alarms: m.Alarms, Delivery: m.Delivery}
	out.Choice = Choice{Version: m.Version, Delivery: m.Delivery, Forward: card.Forward, Traces: strings.Join(card.Traces, "\n"), Cover: m.Cover, Alarms: m.Alarms}
	return out, err
}

// ChooseDelivery (välja leverans) stores how the owner wants their letters. Where letters go out of the house is theirs alone to
// choose, and only where the authority has decided to allow it.
func (d *Desk) ChooseDelivery(ctx context.Context, s *access.Session, id string, v Choice) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if v.Delivery != mailbox.Forward {
		v.Delivery = mailbox.Read
	}
	var m mailbox.Mailbox
	may := false
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if m, err = d.owned(tx, k, s, id); err != nil {
			return err
		}
		may, err = allowed(tx, k, m.Authority)
		return err
	}); err != nil {
		return err
	}
	if m.Version != v.Version {
		return fault.New(fault.Conflict, "fault.changed")
	}
	card, err := m.Card(k)
	if err != nil {
		return err
	}
	card.Forward, card.Traces = strings.TrimSpace(v.Forward), nil
	for line := range strings.Lines(v.Traces) {
		if line = strings.TrimSpace(line); line != "" && len(card.Traces) < maxTraces {
			card.Traces = append(card.Traces, line)
		}
	}
	if v.Delivery == mailbox.Forward {
		_, domain := mailbox.Split(card.Forward)
		switch {
		case !may:
			return fault.In("delivery", "letter.not-allowed")
		case card.Forward == "":
			return fault.In("forward", "field.required")
		case d.ours(domain):
			return fault.In("forward", "letter.own-domain")
		}
	}
	if err := card.Check(); err != nil {
		return err
	}
	m.Delivery, m.Cover, m.Alarms = v.Delivery, v.Cover, v.Alarms
	if m, err = m.Sealing(k, card); err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateMailbox(m); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "mailbox.choose", Authority: m.Authority, Rows: []audit.Row{m.Row()}})
	})
}

// LetIn (ge ombud) lets somebody read the mailbox from now on, by its owner's consent.
func (d *Desk) LetIn(ctx context.Context, s *access.Session, id, personID string, duty mailbox.Duty) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if duty != mailbox.Trusted {
		duty = mailbox.Assists
	}
	one := mailbox.Delegate{Org: k.Org, Mailbox: id, ID: ident.New(), Person: personID, Duty: duty, By: s.Person, From: d.now(), Version: 1}
	one.MAC = k.Vouch(one.Who())
	return d.write(ctx, k, func(tx *store.Tx) error {
		m, err := d.owned(tx, k, s, id)
		if err != nil {
			return err
		}
		p, err := tx.VouchedPerson(k, personID)
		if fault.Is(err, fault.NotFound) || err == nil && (p.State != person.Confirmed || p.ID == s.Person) {
			return fault.In("person", "field.choose")
		}
		if err != nil {
			return err
		}
		all, err := tx.VouchedDelegates(k, id)
		if err != nil {
			return err
		}
		for _, other := range all {
			if other.Person == personID && other.Holds(d.now()) {
				return fault.In("person", "letter.reads-already")
			}
		}
		if len(all) >= maxDelegates {
			return fault.In("person", "field.too-many", maxDelegates)
		}
		if err := tx.InsertDelegate(one); err != nil {
			return err
		}
		if err := d.tell(tx, personID, "letter.delegate", "", false); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "mailbox.let-in", Authority: m.Authority, Rows: []audit.Row{one.Row()}})
	})
}

// LetOut (avsluta ombud) ends a consent. What came while it stood was read; nothing new is sealed to them.
func (d *Desk) LetOut(ctx context.Context, s *access.Session, id, delegateID string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		m, err := d.owned(tx, k, s, id)
		if err != nil {
			return err
		}
		all, err := tx.VouchedDelegates(k, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(one mailbox.Delegate) bool { return one.ID == delegateID && one.Ended == 0 })
		if i < 0 {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		one := all[i]
		one.Ended = d.now()
		one.Version++
		one.MAC = k.Vouch(one.Who())
		if err := tx.UpdateDelegate(one); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag(s.Person), Act: "mailbox.let-out", Authority: m.Authority, Rows: []audit.Row{one.Row()}})
	})
}
