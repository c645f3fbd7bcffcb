package registry

import (
	"context"

	"varn/internal/domain/access"
	"varn/internal/domain/registration"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Authority is one whose register the subject keeps.
type Authority struct{ ID, Name, Code string }

// Authorities lists them in the order in which they were entered; Denied for who keeps none.
func (d *Desk) Authorities(ctx context.Context, s *access.Session) ([]Authority, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	var out []Authority
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = nil
		mine, err := keeps(tx, k, s)
		if err != nil {
			return err
		}
		all, err := tx.Authorities()
		if err != nil {
			return err
		}
		for _, a := range all {
			if !mine[a.ID] {
				continue
			}
			l, err := labelOf(k, a)
			if err != nil {
				return err
			}
			out = append(out, Authority{a.ID, l.Name, l.Code})
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = fault.New(fault.Denied, "fault.denied")
	}
	return out, err
}

// Entry is a line of a register as the registrar sees it.
type Entry struct {
	ID string
	registration.Entry
	// Outside is the number that the municipality's own register gave; Plausible tells whether it is
	// written as this authority writes its numbers, and never whether it exists.
	Outside   string
	Plausible bool
	Delivered clock.Stamp
}

// Before is a place in a register, from the newest entry back; the zero value is the start.
type Before struct{ Year, Serial int64 }

// Wanted is which part of a register to list. A year of 0 means all of them.
type Wanted struct {
	Authority string
	Year      int
	Before    Before
	Limit     int // at most 500; 0: 50
}

// Page is a part of a register, the newest entry first; Next is nil at its end.
type Page struct {
	Entries []Entry
	Next    *Before
}

// List gives a part of an authority's register to who keeps it. It holds no case and no content.
// It is one entry in the log.
func (d *Desk) List(ctx context.Context, s *access.Session, w Wanted) (Page, error) {
	k, err := d.keys(s)
	if err != nil {
		return Page{}, err
	}
	out, err := d.page(ctx, k, s, w)
	if err != nil {
		return Page{}, err
	}
	return out, d.write(ctx, k, func(tx *store.Tx) error { return record(tx, k, s.Person, "register.list", w.Authority) })
}

func (d *Desk) page(ctx context.Context, k *keyring.Keys, s *access.Session, w Wanted) (out Page, err error) {
	if w.Limit <= 0 || w.Limit > 500 {
		w.Limit = 50
	}
	if w.Year != 0 && w.Before.Year == 0 {
		w.Before = Before{Year: int64(w.Year) + 1}
	}
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = Page{}
		if err := admit(tx, k, s, w.Authority); err != nil {
			return err
		}
		rule, err := ruleOf(tx, k, w.Authority)
		if err != nil {
			return err
		}
		pattern, err := registration.ParsePattern(rule.Pattern)
		if err != nil {
			return err
		}
		rows, err := tx.VouchedRegister(k, w.Authority, store.Before(w.Before), w.Limit+1)
		if err != nil {
			return err
		}
		for i, r := range rows {
			if w.Year != 0 && r.Year != int64(w.Year) {
				break
			}
			if i == w.Limit {
				last := rows[i-1]
				out.Next = &Before{Year: last.Year, Serial: last.Serial}
				break
			}
			e, err := entryOf(k, pattern, r)
			if err != nil {
				return err
			}
			out.Entries = append(out.Entries, e)
		}
		return nil
	})
	return out, err
}

func entryOf(k *keyring.Keys, p registration.Pattern, r registration.Registration) (Entry, error) {
	e := Entry{ID: r.ID, Delivered: r.Delivered, Entry: registration.Entry{Date: r.Day, Number: r.Number, Direction: registration.Direction(r.Direction),
		Party: registration.Party(r.Party), Subject: registration.Subject(r.Subject), Provision: registration.Provision(r.Provision)}}
	if r.Outside.IsZero() {
		return e, nil
	}
	raw, err := openName(k, r.Outside, r.OutsideAD())
	e.Outside = string(raw)
	_, e.Plausible = p.MatchOutside(e.Outside)
	return e, err
}
