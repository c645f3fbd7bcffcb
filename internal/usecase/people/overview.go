package people

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
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
}

// SeatProposed is a seat that waits for confirmation.
type SeatProposed struct {
	ID       string
	Function string
	Office   string
	Name     string
	Proposer string
	Mine     bool
}

// Waiting is everything that waits for somebody to confirm it.
type Waiting struct {
	People []Someone
	Roles  []RoleProposed
	Seats  []SeatProposed
}

// Proposals lists what the subject may be asked to confirm.
func (d *Desk) Proposals(ctx context.Context, s *access.Session) (Waiting, error) {
	var out Waiting
	k, err := d.keys(s)
	if err != nil {
		return out, err
	}
	if !staff(s) && len(s.Functions) == 0 {
		return out, fault.New(fault.Denied, "fault.denied")
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		rows, err := tx.People()
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, p := range rows {
			one, err := someone(k, p, d.now())
			if err != nil {
				return err
			}
			names[p.ID] = one.Name
			if ok, err := d.mayConfirm(tx, k, s, p); err != nil {
				return err
			} else if ok && p.State == person.Enrolled && p.ID != s.Person {
				out.People = append(out.People, one)
			}
		}
		return d.proposals(tx, k, s, names, &out)
	})
	return out, err
}

func (d *Desk) proposals(tx *store.Tx, k *keyring.Keys, s *access.Session, names map[string]string, out *Waiting) error {
	if staff(s) {
		grants, err := tx.VouchedRoles(k, "")
		if err != nil {
			return err
		}
		for _, g := range grants {
			if g.State == person.Proposed {
				out.Roles = append(out.Roles, RoleProposed{ID: g.ID, Person: g.Person, Name: names[g.Person], Role: g.Role,
					Proposer: names[g.ProposedBy], Mine: g.ProposedBy == s.Person || g.Person == s.Person})
			}
		}
	}
	seats, err := tx.VouchedSeats(k, "")
	if err != nil {
		return err
	}
	for _, h := range seats {
		if h.State != person.Proposed || (!staff(s) && !s.Holds(h.Function)) {
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
		out.Seats = append(out.Seats, SeatProposed{ID: h.ID, Function: h.Function, Office: card.Name, Name: names[h.Person],
			Proposer: names[h.ProposedBy], Mine: h.ProposedBy == s.Person || h.Person == s.Person})
	}
	return nil
}
