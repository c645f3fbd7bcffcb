package people

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

// Named is a thing with an id and an opened name.
type Named struct {
	ID   string
	Name string
	Code string
	In   string // the authority a unit belongs to
}

// Authorities lists the organisation's authorities in the order they were entered.
func (d *Desk) Authorities(ctx context.Context, s *access.Session) ([]Named, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	var rows []organisation.Authority
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		rows, err = tx.Authorities()
		return err
	}); err != nil {
		return nil, err
	}
	out := make([]Named, 0, len(rows))
	for _, a := range rows {
		l, err := Label(k, a.Sealed, a.AD())
		if err != nil {
			return nil, err
		}
		out = append(out, Named{ID: a.ID, Name: l.Name, Code: l.Code})
	}
	return out, nil
}

// Units lists the organisation's units.
func (d *Desk) Units(ctx context.Context, s *access.Session) ([]Named, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	var rows []organisation.Unit
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		rows, err = tx.Units()
		return err
	}); err != nil {
		return nil, err
	}
	out := make([]Named, 0, len(rows))
	for _, u := range rows {
		l, err := Label(k, u.Sealed, u.AD())
		if err != nil {
			return nil, err
		}
		out = append(out, Named{ID: u.ID, Name: l.Name, Code: l.Code, In: u.Authority})
	}
	return out, nil
}

// Someone is a person as the lists show them.
type Someone struct {
	ID          string
	Name        string
	Title       string
	Party       string
	Address     string
	State       person.State
	Fingerprint string
	Away        clock.Stamp
	Roles       []access.Role
}

// People lists everybody, for those who keep the register.
func (d *Desk) People(ctx context.Context, s *access.Session) ([]Someone, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	if !staff(s) {
		return nil, denied()
	}
	var rows []person.Person
	var grants []person.RoleGrant
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if rows, err = tx.People(); err != nil {
			return err
		}
		grants, err = tx.VouchedRoles(k, "")
		return err
	}); err != nil {
		return nil, err
	}
	roles := map[string][]access.Role{}
	for _, g := range grants {
		if g.Holds(d.now()) {
			roles[g.Person] = append(roles[g.Person], g.Role)
		}
	}
	out := make([]Someone, 0, len(rows))
	for _, p := range rows {
		one, err := someone(k, p, d.now())
		if err != nil {
			return nil, err
		}
		one.Roles = roles[p.ID]
		out = append(out, one)
	}
	return out, nil
}

func someone(k *keyring.Keys, p person.Person, now clock.Stamp) (Someone, error) {
	v, err := Profile(k, p)
	if err != nil {
		return Someone{}, err
	}
	one := Someone{ID: p.ID, Name: v.Name, Title: v.Title, Party: v.Party, Address: v.Address, State: p.State}
	if p.KeyVersion > 0 {
		one.Fingerprint = p.PublicKey.Fingerprint()
	}
	if p.Away(now) {
		one.Away = p.LeaveUntil
	}
	return one, nil
}

// Seat is a seat in a function as the lists show it.
type Seat struct {
	ID       string
	Person   string
	Name     string
	State    person.GrantState
	Deputy   bool
	Standby  bool
	Present  bool
	From     clock.Stamp
	Until    clock.Stamp
	Proposer string
}

// Office is a function with its seats.
type Office struct {
	ID        string
	Kind      function.Kind
	Authority string
	Card      function.Card
	Enrolled  bool
	Version   int64
	Seats     []Seat
}

// Functions lists the functions with their seats. Contact cards are for everybody who is
// signed in; so are the names of those who hold them.
func (d *Desk) Functions(ctx context.Context, s *access.Session) ([]Office, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	var rows []function.Function
	var seats []function.Holder
	names := map[string]string{}
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		if rows, err = tx.Functions(); err != nil {
			return err
		}
		if seats, err = tx.VouchedSeats(k, ""); err != nil {
			return err
		}
		all, err := tx.People()
		for _, p := range all {
			v, err := Profile(k, p)
			if err != nil {
				return err
			}
			names[p.ID] = v.Name
		}
		return err
	}); err != nil {
		return nil, err
	}
	out := make([]Office, 0, len(rows))
	for _, f := range rows {
		if err := k.Check(f.MAC, f.Who(), "function "+f.ID); err != nil {
			return nil, err
		}
		card, err := Card(k, f)
		if err != nil {
			return nil, err
		}
		o := Office{ID: f.ID, Kind: f.Kind, Authority: f.Authority, Card: card, Enrolled: f.Enrolled(), Version: f.Version}
		for _, h := range seats {
			if h.Function != f.ID || h.State == person.Ended || h.Expired(d.now()) {
				continue
			}
			o.Seats = append(o.Seats, Seat{ID: h.ID, Person: h.Person, Name: names[h.Person], State: h.State, Deputy: h.DeputyFor != "",
				Standby: h.WrapKind == function.Standby, Present: h.Holds(d.now()), From: h.From, Until: h.Until, Proposer: names[h.ProposedBy]})
		}
		out = append(out, o)
	}
	return out, nil
}

// RoleProposed is a role that waits for confirmation.
type RoleProposed struct {
	ID       string
	Person   string
	Name     string
	Role     access.Role
	Proposer string
	Mine     bool // proposed by the subject, who can't confirm it
	Why      Hindrance
}

// Hindrance is why the subject can't confirm something; empty when they can.
type Hindrance string

// The hindrances.
const (
	Free       Hindrance = ""
	FourEyes   Hindrance = "four_eyes"   // they proposed it, or it is for themselves
	OnlyHead   Hindrance = "only_head"   // only a head of security can
	OnlyHolder Hindrance = "only_holder" // only a present holder can: the wrap is made from theirs
	KeyFirst   Hindrance = "key_first"   // the person's key must be confirmed first
	Locked     Hindrance = "locked"      // the subject's own key is not at hand
)

// SeatProposed is a seat that waits for confirmation.
type SeatProposed struct {
	ID       string
	Function string
	Office   string
	Name     string
	Proposer string
	Mine     bool
	Why      Hindrance
	Deputy   bool
	Standby  bool
	From     clock.Stamp
	Until    clock.Stamp
}

// Waiting is everything that waits for somebody to confirm it.
type Waiting struct {
	People []Someone
	Roles  []RoleProposed
	Seats  []SeatProposed
	// Returned have a new key that is confirmed, and may need to be let in again.
	Returned []Someone
}
