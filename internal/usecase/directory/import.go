package directory

import (
	"context"
	"slices"
	"strings"

	"varn/internal/domain/directory"
	"varn/internal/domain/organisation"
	"varn/internal/domain/register"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// importer is who the log names for an import.
const importer = "import"

// Plan is what a reading of a register would do to the directory. With Problems nothing may be written.
type Plan struct {
	New      []Arrival
	Changed  []Difference
	Ends     []directory.Representative
	Bodies   []string // to be entered first
	Same     int
	Problems []register.Problem
}

// Arrival is somebody new; Difference is what a file says otherwise of somebody who is here.
type (
	Arrival struct {
		Row  register.Row
		Seat []Seat
	}
	Difference struct {
		Row   register.Row
		Card  directory.Representative
		Begin []Seat
		End   []directory.Assignment
		Moved []directory.Assignment // other dates
	}
)

// PlanImport compares a file's rows with the register. It writes nothing. Whoever has protected personal data
// keeps their alias, nobody is given an account, and no phone is taken over: a file can't tell whose number it is.
// makeBodies enters bodies that are missing, under the authority of the same name.
func (d *Desk) PlanImport(ctx context.Context, org string, rows []register.Row, makeBodies bool) (*Plan, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, err
	}
	v, err := d.View(ctx, org)
	if err != nil {
		return nil, err
	}
	g, out, met := v.Register, &Plan{}, map[string]bool{}
	bodies := map[string]string{}
	for _, b := range g.Bodies {
		if b.Ended == 0 {
			bodies[directory.Sorted(b.Name)] = b.ID
		}
	}
	for _, r := range rows {
		tag := sourceTag(k, r.Source)
		i := slices.IndexFunc(g.Representatives, func(x directory.Representative) bool { return x.Source == tag && x.Ended == 0 })
		seats := out.seats(r, bodies, makeBodies)
		switch {
		case len(r.Seats) == 0:
			out.problem(r.Line, "import.seat")
		case i < 0 && r.Protected:
			out.problem(r.Line, "import.protected")
		case i < 0:
			out.New = append(out.New, Arrival{r, seats})
		default:
			met[tag] = true
			out.compare(g, g.Representatives[i], r, seats, d.today())
		}
	}
	for _, r := range g.Representatives {
		if r.Source != "" && r.Ended == 0 && !met[r.Source] {
			out.Ends = append(out.Ends, r)
		}
	}
	return out, nil
}

func (p *Plan) problem(line int, code string) {
	p.Problems = append(p.Problems, register.Problem{Line: line, Code: code})
}

// seats finds the bodies of a row's assignments. One that is to be made is named by its name until then.
func (p *Plan) seats(r register.Row, bodies map[string]string, makeBodies bool) []Seat {
	var out []Seat
	for _, s := range r.Seats {
		id, ok := bodies[directory.Sorted(s.Body)]
		switch {
		case !ok && !makeBodies:
			p.problem(s.Line, "import.body")
			continue
		case !ok:
			id = s.Body
			if !slices.Contains(p.Bodies, s.Body) {
				p.Bodies = append(p.Bodies, s.Body)
			}
		}
		role := s.Role
		if role == "" {
			role = "Ledamot"
		}
		out = append(out, Seat{Body: id, Role: role, From: directory.Day(s.From), Until: directory.Day(s.Until)})
	}
	return out
}

// compare sorts somebody into changed or same.
func (p *Plan) compare(g *directory.Register, have directory.Representative, r register.Row, seats []Seat, on directory.Day) {
	x := Difference{Row: r, Card: have}
	if have.Protection == directory.Open {
		x.Card.Name = r.Name
		if r.Party != "" {
			x.Card.Party = r.Party
		}
	}
	if district := r.Seats[0].District; district != "" {
		x.Card.District = district
	}
	left := slices.Clone(seats)
	for _, a := range g.Assignments {
		if a.Of != have.ID || a.Over(on) {
			continue
		}
		i := slices.IndexFunc(left, func(s Seat) bool { return s.Body == a.In && strings.EqualFold(s.Role, a.Role) })
		if i < 0 {
			x.End = append(x.End, a)
			continue
		}
		s := left[i]
		left = slices.Delete(left, i, i+1)
		if s.From != "" && s.From != a.From || s.Until != "" && s.Until != a.Until {
			if a.Until = s.Until; s.From != "" {
				a.From = s.From
			}
			x.Moved = append(x.Moved, a)
		}
	}
	x.Begin = left
	if len(x.Begin)+len(x.End)+len(x.Moved) == 0 && x.Card.Name == have.Name && x.Card.Party == have.Party && x.Card.District == have.District {
		p.Same++
		return
	}
	p.Changed = append(p.Changed, x)
}

// ApplyImport writes a plan, one representative a transaction. It can be broken off and run again: the next
// reading finds what is written to be the same.
func (d *Desk) ApplyImport(ctx context.Context, org string, p *Plan) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	made, err := d.makeBodies(ctx, k, p.Bodies)
	if err != nil {
		return err
	}
	v, err := d.View(ctx, org)
	if err != nil {
		return err
	}
	g := *v.Register // what is entered here is added to it, so that names stay apart
	g.Representatives = slices.Clone(g.Representatives)
	for _, a := range p.New {
		r := directory.Representative{Name: a.Row.Name, Party: a.Row.Party, District: a.Row.Seats[0].District}
		r.Source = sourceTag(k, a.Row.Source)
		one, err := d.boarding(k, &g, r, placed(a.Seat, made))
		if err != nil {
			return err
		}
		if err := d.write(ctx, k, func(tx *store.Tx) error { return d.board(tx, k, importer, one) }); err != nil {
			return err
		}
		g.Representatives = append(g.Representatives, one.card)
	}
	for _, x := range p.Changed {
		if err := d.applyDifference(ctx, k, x, made); err != nil {
			return err
		}
	}
	for _, r := range p.Ends {
		one, err := d.ending(ctx, k, &g, r)
		if err != nil {
			return err
		}
		if err := d.write(ctx, k, func(tx *store.Tx) error { return d.leave(tx, k, importer, one) }); err != nil {
			return err
		}
	}
	return nil
}

// placed puts the ids of bodies that were made in the place of their names.
func placed(seats []Seat, made map[string]string) []Seat {
	out := slices.Clone(seats)
	for i := range out {
		if id, ok := made[out[i].Body]; ok {
			out[i].Body = id
		}
	}
	return out
}

func (d *Desk) applyDifference(ctx context.Context, k *keyring.Keys, x Difference, made map[string]string) error {
	var begin, change []directory.Entry
	if err := x.Card.Check(); err != nil {
		return err
	}
	e, err := d.sealed(k, x.Card.Entry, x.Card)
	if err != nil {
		return err
	}
	change = append(change, e)
	for _, p := range placed(x.Begin, made) {
		if e, err = d.assignment(k, x.Card.ID, p); err != nil {
			return err
		}
		begin = append(begin, e)
	}
	for _, a := range x.End {
		if a.Until = d.today(); a.From > a.Until {
			a.Ended = d.now()
		}
		x.Moved = append(x.Moved, a)
	}
	for _, a := range x.Moved {
		if e, err = d.sealed(k, a.Entry, a); err != nil {
			return err
		}
		change = append(change, e)
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := updateEntries(tx, change); err != nil {
			return err
		}
		for _, e := range begin {
			if err := tx.InsertEntry(e); err != nil {
				return err
			}
		}
		if err := d.tell(tx, x.Card.Person, "directory.changed"); err != nil {
			return err
		}
		return record(tx, k, importer, "directory.import", nil, append(change, begin...)...)
	})
}

// makeBodies enters bodies by their names, each under the authority of the same name, or else the first; it
// gives their ids by name.
func (d *Desk) makeBodies(ctx context.Context, k *keyring.Keys, names []string) (map[string]string, error) {
	out := map[string]string{}
	if len(names) == 0 {
		return out, nil
	}
	var rows []organisation.Authority
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		rows, err = tx.Authorities()
		return err
	}); err != nil {
		return nil, err
	}
	for _, name := range names {
		at := rows[0].ID
		for _, a := range rows {
			raw, err := k.For(keyring.Names).OpenPadded(a.Sealed, a.AD())
			if err != nil {
				return nil, err
			}
			var l organisation.Label
			if err := directory.Decode(raw, &l); err != nil {
				return nil, err
			}
			if strings.EqualFold(l.Name, name) {
				at = a.ID
			}
		}
		b := directory.Body{Name: name, Kind: directory.Guess(name)}
		b.Authority = at
		id, err := d.enterBody(ctx, k, importer, b)
		if err != nil {
			return nil, err
		}
		out[name] = id
	}
	return out, nil
}
