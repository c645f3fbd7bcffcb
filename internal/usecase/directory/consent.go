package directory

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// Mine is what is kept of somebody in the register, and what the public sees of it: made by the same
// function as the public's own page.
type Mine struct {
	Representative directory.Representative
	Decisions      []directory.Decision
	Public         directory.Person
	Shown          bool // they have a page of their own
	Portrait       string
	Consents       []directory.Given // given and withdrawn, newest first
	Edition        int64
}

// Mine gives the subject their own entry; NotFound when they have none.
func (d *Desk) Mine(ctx context.Context, s *access.Session) (Mine, error) {
	if !s.Account() || s.Kind == access.Token {
		return Mine{}, fault.New(fault.Denied, "fault.sign-in")
	}
	v, err := d.View(ctx, s.Org)
	if err != nil {
		return Mine{}, err
	}
	i := slices.IndexFunc(v.Register.Representatives, func(r directory.Representative) bool { return r.Person == s.Person && r.Ended == 0 })
	if i < 0 {
		return Mine{}, missing()
	}
	return d.about(v, v.Register.Representatives[i]), nil
}

// About gives who keeps the register the same of anybody in it.
func (d *Desk) About(ctx context.Context, s *access.Session, id string) (Mine, error) {
	k, err := d.keys(s, Staff())
	if err != nil {
		return Mine{}, err
	}
	v, err := d.View(ctx, k.Org)
	if err != nil {
		return Mine{}, err
	}
	r, ok := v.Register.Representative(id)
	if !ok {
		return Mine{}, missing()
	}
	return d.about(v, r), nil
}

func (d *Desk) about(v *View, r directory.Representative) Mine {
	m := Mine{Representative: r, Decisions: v.Register.Decide(r, d.today()), Edition: v.Edition}
	m.Public, m.Shown = v.Public.Of(r.ID)
	if p, ok := v.Register.Portrait(r.ID); ok {
		m.Portrait = p.ID
	}
	for _, c := range slices.Backward(v.Register.Consents) {
		if c.Of == r.ID {
			m.Consents = append(m.Consents, c)
		}
	}
	return m
}

// GiveConsent says that the subject consents to a field of their own being published, and WithdrawConsent
// that they no longer do. Nobody can do either for another.
func (d *Desk) GiveConsent(ctx context.Context, s *access.Session, f directory.Field) error {
	m, k, err := d.own(ctx, s)
	if err != nil {
		return err
	}
	if !slices.Contains(directory.Asked(), f) {
		return missing()
	}
	if slices.ContainsFunc(m.Consents, func(c directory.Given) bool { return c.Field == f && c.Ended == 0 }) {
		return nil
	}
	c := directory.Given{Entry: d.fresh(k, directory.ConsentEntry), Field: f}
	c.Of, c.Person = m.Representative.ID, s.Person
	// One consent to a field stands at a time, whoever presses twice.
	c.Slug = k.For(keyring.Lookup).Tag("consent", c.Of+" "+string(f)+" "+times(m.Consents, f))
	e, err := d.sealed(k, c.Entry, c)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.InsertEntry(e); err != nil {
			return err
		}
		return record(tx, k, s.Person, "directory.consent", nil, e)
	})
}

// times counts earlier consents to a field.
func times(all []directory.Given, f directory.Field) string {
	out := ""
	for _, c := range all {
		if c.Field == f {
			out += "i"
		}
	}
	return out
}

// WithdrawConsent ends a consent. It holds at once, here, and within a second on every other node.
func (d *Desk) WithdrawConsent(ctx context.Context, s *access.Session, f directory.Field) error {
	m, k, err := d.own(ctx, s)
	if err != nil {
		return err
	}
	var ended []directory.Entry
	for _, c := range m.Consents {
		if c.Field == f && c.Ended == 0 {
			c.Ended = max(d.now(), clock.Stamp(1))
			ended = append(ended, d.marked(k, c.Entry))
		}
	}
	if len(ended) == 0 {
		return nil
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		for _, e := range ended {
			if err := tx.UpdateEntry(e); err != nil {
				return err
			}
		}
		return record(tx, k, s.Person, "directory.withdraw", nil, ended...)
	})
}

func (d *Desk) own(ctx context.Context, s *access.Session) (Mine, *keyring.Keys, error) {
	if s.Account() {
		d.views.forget(s.Org)
	}
	m, err := d.Mine(ctx, s)
	if err != nil {
		return m, nil, err
	}
	k, err := d.Ring.Org(s.Org)
	return m, k, err
}
