package people

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

// Dossier (personkort) is what the register knows of a person.
type Dossier struct {
	Someone
	Profile    person.Profile
	KeyVersion int64
	Version    int64
	Grants     []Grant
	Seats      []SeatHeld
	// Recovery is one that is under way for the person; empty ID: none.
	Recovery Underway
}

// Grant is a role that a person has, has had proposed or has had.
type Grant struct {
	ID        string
	Role      access.Role
	Authority string // id; empty: in all
	State     person.GrantState
	From      clock.Stamp
	Until     clock.Stamp
	Proposer  string // a name, or empty when set-up proposed it
}

// SeatHeld is a person's seat in a function.
type SeatHeld struct {
	Seat
	Function string
	Office   string
}

// Own is the subject's own, without anybody else's names.
func (d *Desk) Own(ctx context.Context, s *access.Session) (Someone, error) {
	k, err := d.keys(s)
	if err != nil {
		return Someone{}, err
	}
	var p person.Person
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		p, err = tx.VouchedPerson(k, s.Person)
		return err
	}); err != nil {
		return Someone{}, err
	}
	return someone(k, p, d.now())
}

// Show gives everything about a person, for those who keep the register.
func (d *Desk) Show(ctx context.Context, s *access.Session, personID string) (Dossier, error) {
	var out Dossier
	k, err := d.keys(s)
	if err != nil {
		return out, err
	}
	if !staff(s) {
		return out, denied()
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		p, err := tx.VouchedPerson(k, personID)
		if err != nil {
			return err
		}
		if out.Someone, err = someone(k, p, d.now()); err != nil {
			return err
		}
		if out.Profile, err = Profile(k, p); err != nil {
			return err
		}
		out.KeyVersion, out.Version = p.KeyVersion, p.Version
		if err := d.showGrants(tx, k, &out); err != nil {
			return err
		}
		return d.showSeats(tx, k, &out)
	})
	return out, err
}

func (d *Desk) showGrants(tx *store.Tx, k *keyring.Keys, out *Dossier) error {
	grants, err := tx.VouchedRoles(k, out.ID)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.State == person.Ended {
			continue
		}
		name, err := nameOf(tx, k, g.ProposedBy)
		if err != nil {
			return err
		}
		if g.Holds(d.now()) {
			out.Roles = append(out.Roles, g.Role)
		}
		out.Grants = append(out.Grants, Grant{ID: g.ID, Role: g.Role, Authority: g.Authority, State: g.State, From: g.From, Until: g.Until, Proposer: name})
	}
	underway, err := tx.Recoveries()
	if err != nil {
		return err
	}
	for _, r := range underway {
		if err := k.Check(r.MAC, r.Who(), "recovery"); err != nil {
			return err
		}
		if r.Person == out.ID {
			out.Recovery = Underway{ID: r.ID, Person: r.Person, Name: out.Name, Started: r.Started, Opens: r.Opens}
		}
	}
	return nil
}

func (d *Desk) showSeats(tx *store.Tx, k *keyring.Keys, out *Dossier) error {
	seats, err := tx.VouchedSeats(k, out.ID)
	if err != nil {
		return err
	}
	for _, h := range seats {
		if h.State == person.Ended || h.Expired(d.now()) {
			continue
		}
		f, err := tx.VouchedFunction(k, h.Function)
		if err != nil {
			return err
		}
		card, err := Card(k, f)
		if err != nil {
			return err
		}
		out.Seats = append(out.Seats, SeatHeld{Function: f.ID, Office: card.Name, Seat: Seat{ID: h.ID, Person: h.Person, Name: out.Name,
			State: h.State, Deputy: h.DeputyFor != "", Standby: h.WrapKind == function.Standby, Present: h.Holds(d.now()), From: h.From, Until: h.Until}})
	}
	return nil
}

// nameOf is a person's name; empty for nobody and for set-up itself.
func nameOf(tx *store.Tx, k *keyring.Keys, personID string) (string, error) {
	if personID == "" || personID == "founding" {
		return "", nil
	}
	p, err := tx.VouchedPerson(k, personID)
	if err != nil {
		return "", err
	}
	v, err := Profile(k, p)
	return v.Name, err
}
