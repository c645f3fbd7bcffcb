package people

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Leave ends a person's time here: sessions, tokens and unlockers go, seats in functions end,
// and so do the places they hold themselves in circles, with their wraps. Cases that they sat
// in get a new key pair with their next item.
func (d *Desk) Leave(ctx context.Context, s *access.Session, personID string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if !staff(s) || noToken(s) != nil || s.Person == personID {
		return denied()
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		p, err := tx.VouchedPerson(k, personID)
		if err != nil {
			return err
		}
		p.State = person.Left
		p = change(k, d, p)
		if err := tx.UpdatePerson(p); err != nil {
			return err
		}
		if err := d.shut(tx, k, s.Person, p.ID); err != nil {
			return err
		}
		return record(tx, k, s.Person, "person.leave", personRow(p))
	})
}

// shut takes away everything that a person could open anything with.
func (d *Desk) shut(tx *store.Tx, k *keyring.Keys, actor, personID string) error {
	if _, err := tx.DeleteSessions(personID, ""); err != nil {
		return err
	}
	if err := closeUnlockers(tx, k, actor, personID); err != nil {
		return err
	}
	grants, err := tx.VouchedRoles(k, personID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.State == person.Ended {
			continue
		}
		g.State = person.Ended
		g.Version++
		g.MAC = k.Vouch(g.Who())
		if err := tx.UpdateRole(g); err != nil {
			return err
		}
		if err := record(tx, k, actor, "role.end", roleRow(g)); err != nil {
			return err
		}
	}
	seats, err := tx.VouchedSeats(k, personID)
	if err != nil {
		return err
	}
	for _, h := range seats {
		if h.State == person.Ended {
			continue
		}
		if err := d.endSeat(tx, k, actor, h); err != nil {
			return err
		}
	}
	places, err := tx.PlacesHeld(personID)
	if err != nil {
		return err
	}
	for _, p := range places {
		if err := d.endPlace(tx, k, actor, p); err != nil {
			return err
		}
	}
	return nil
}

// closeUnlockers removes every unlocker that a person could use themselves, and lets the log
// remember that they are gone.
func closeUnlockers(tx *store.Tx, k *keyring.Keys, actor, personID string) error {
	all, err := tx.VouchedUnlockers(k, personID)
	if err != nil {
		return err
	}
	var rows []audit.Row
	for _, u := range all {
		if u.Kind != person.Escrow {
			rows = append(rows, audit.Row{Kind: "unlocker", ID: u.ID})
		}
	}
	if err := tx.DeleteUnlockers(personID); err != nil {
		return err
	}
	if err := tx.DeletePlan(personID); err != nil {
		return err
	}
	return record(tx, k, actor, "unlocker.close", rows...)
}

// endPlace ends a place in a circle: its wraps go at once, and the case's next item brings a
// new key pair.
func (d *Desk) endPlace(tx *store.Tx, k *keyring.Keys, actor string, p casefile.Place) error {
	if err := k.Check(p.MAC, p.Who(), "place"); err != nil {
		return err
	}
	c, err := tx.Case(p.Case)
	if err != nil {
		return err
	}
	if err := k.Check(c.MAC, c.Who(), "case"); err != nil {
		return err
	}
	p.Ended = d.now()
	p.Version++
	p.MAC = k.Vouch(p.Who())
	if err := tx.UpdatePlace(p); err != nil {
		return err
	}
	if err := tx.DeleteWraps(p.Case, p.ID); err != nil {
		return err
	}
	c.KeyStale = true
	c.Version++
	c.MAC = k.Vouch(c.Who())
	if err := tx.UpdateCase(c); err != nil {
		return err
	}
	return tx.Log(audit.Entry{Actor: k.Tag(actor), Act: "member.remove", Authority: p.Authority, Case: p.Case, Rows: []audit.Row{
		{Kind: "place", ID: p.ID, Hash: p.Who().Hash()}, {Kind: "case", ID: c.ID, Hash: c.Who().Hash()},
	}})
}

// SetLeave notes that a person is away until a moment; zero: back again. Whoever is away is
// passed over when somebody must be woken; what they may open stays theirs.
func (d *Desk) SetLeave(ctx context.Context, s *access.Session, personID string, until clock.Stamp) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if !staff(s) && s.Person != personID {
		return denied()
	}
	if until != 0 && until <= d.now() {
		return fault.In("until", "field.ends-before")
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		p, err := tx.VouchedPerson(k, personID)
		if err != nil {
			return err
		}
		p.LeaveUntil = until
		p = change(k, d, p)
		if err := tx.UpdatePerson(p); err != nil {
			return err
		}
		return record(tx, k, s.Person, "person.away", personRow(p))
	})
}
