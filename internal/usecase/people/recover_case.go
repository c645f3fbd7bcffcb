package people

import (
	"context"
	"errors"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// escrowed is a case that the recovery key holds a wrap of.
type escrowed struct {
	c      casefile.Case
	places []casefile.Place
	wraps  []casefile.Wrap // the recovery key's own
	seeds  [][]byte        // what they hold, in the same order
	barred casefile.Exclusion
}

// escrowedCases opens the recovery key's wraps of cases. One that this key does not open was lost before
// and stays as it is.
func (d *Desk) escrowedCases(ctx context.Context, k *keyring.Keys, master *seal.Private) ([]escrowed, error) {
	var out []escrowed
	err := d.read(ctx, k, func(tx *store.Tx) error {
		held, err := tx.PlacesHeld(recoveryMember)
		if err != nil {
			return err
		}
		for _, p := range held {
			one, err := escrowedCase(tx, k, p)
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	for i := range out {
		out[i].wraps = slices.DeleteFunc(out[i].wraps, func(w casefile.Wrap) bool {
			seed, err := casefile.OpenWrap(w, master)
			if err == nil {
				out[i].seeds = append(out[i].seeds, seed)
			}
			return err != nil
		})
	}
	return out, err
}

// recoveryMember is what sits in a place that the recovery key holds.
const recoveryMember = "recovery"

func escrowedCase(tx *store.Tx, k *keyring.Keys, at casefile.Place) (one escrowed, err error) {
	if one.c, err = tx.Case(at.Case); err != nil {
		return one, err
	}
	if one.c, err = tx.VouchedCase(k, one.c.Ref); err != nil {
		return one, err
	}
	if one.barred, err = one.c.Excluded(k); err != nil {
		return one, err
	}
	if one.places, err = tx.VouchedPlaces(k, at.Case); err != nil {
		return one, err
	}
	one.wraps, err = tx.Wraps(at.Case, at.ID)
	return one, err
}

// alone tells whether nobody but the recovery key can open the case.
func (c escrowed) alone(now clock.Stamp) bool {
	return !slices.ContainsFunc(c.places, func(p casefile.Place) bool { return p.Kind != casefile.ByRecovery && p.Seat().Holds(now) })
}

// rewrapped are the recovery key's wraps under its next pair: without them the renewal of the sheets
// would lose the case for good.
func (c escrowed) rewrapped(fresh seal.Public) ([]casefile.Wrap, error) {
	out := slices.Clone(c.wraps)
	for i := range out {
		var err error
		out[i].Kind = casefile.WrapPublic
		if out[i].Wrap, err = fresh.Wrap(c.seeds[i], out[i].AD()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// given is a case that a recovery gives to somebody who holds security.
type given struct {
	escrowed
	place casefile.Place
	fresh []casefile.Wrap
}

// giveKept wraps to the person's new key the cases that nobody but the recovery key holds, if they hold
// security and may know of them. Nobody else could ever be let in.
func (d *Desk) giveKept(ctx context.Context, k *keyring.Keys, to person.Person, all []escrowed, by string) ([]given, error) {
	ok, err := d.guards(ctx, k, to.ID)
	if err != nil || !ok {
		return nil, err
	}
	var out []given
	for _, c := range all {
		if !c.alone(d.now()) || c.barred.Bars(to.ID) || len(c.wraps) == 0 {
			continue
		}
		one := given{escrowed: c, place: casefile.Place{Org: k.Org, Authority: c.c.Authority, Case: c.c.ID, ID: ident.New(), Kind: casefile.ByPerson,
			Member: to.ID, AddedBy: by, From: d.now(), Version: 1}}
		one.place.MAC = k.Vouch(one.place.Who())
		for i, w := range c.wraps {
			w.Place, w.Kind = one.place.ID, casefile.WrapPublic
			if w.Wrap, err = k.Courier.Wrap(to.PublicKey, c.seeds[i], w.AD()); err != nil {
				return nil, err
			}
			one.fresh = append(one.fresh, w)
		}
		out = append(out, one)
	}
	return out, nil
}

// guards tells whether somebody heads security, or has a seat in it.
func (d *Desk) guards(ctx context.Context, k *keyring.Keys, personID string) (ok bool, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) error {
		grants, err := tx.VouchedRoles(k, personID)
		if err != nil {
			return err
		}
		ok = slices.ContainsFunc(grants, func(g person.RoleGrant) bool { return g.Role == access.HeadOfSecurity && g.Holds(d.now()) })
		seats, err := tx.VouchedSeats(k, personID)
		if err != nil {
			return err
		}
		for _, h := range seats {
			f, err := tx.VouchedFunction(k, h.Function)
			if err != nil {
				return err
			}
			ok = ok || f.Kind == function.Security && h.State == person.Active && !h.Standby && !h.Expired(d.now())
		}
		return nil
	})
	return ok, err
}

// enter writes what a case's new member needs, one entry in the log for the case, and the alarm: one
// person and the recovery key can open it now, and that is fewer than two.
func (g given) enter(tx *store.Tx, d *Desk, k *keyring.Keys, by string) error {
	if err := tx.LockCase(g.c.ID); err != nil {
		return err
	}
	c, err := tx.VouchedCase(k, g.c.Ref)
	if err != nil {
		return err
	}
	if c.KeyVersion != g.c.KeyVersion {
		return fault.New(fault.Conflict, "fault.changed")
	}
	c.Version++
	c.Changed = d.now()
	c.MAC = k.Vouch(c.Who())
	if err := errors.Join(tx.UpdateCase(c), tx.InsertPlace(g.place)); err != nil {
		return err
	}
	for _, w := range g.fresh {
		if err := tx.InsertWrap(w); err != nil {
			return err
		}
	}
	if err := d.tellGiven(tx, k, g); err != nil {
		return err
	}
	n := c.Items
	return tx.Log(audit.Entry{Actor: k.Tag(by), Act: "case.recover", Authority: c.Authority, Case: c.ID, Count: &n,
		Rows: []audit.Row{{Kind: "case", ID: c.ID, Hash: c.Who().Hash()}, {Kind: "place", ID: g.place.ID, Hash: g.place.Who().Hash()}}})
}

// tellGiven tells whom a case was given to, and alarms the heads of security who may know, without the
// reference.
func (d *Desk) tellGiven(tx *store.Tx, k *keyring.Keys, g given) error {
	if err := d.notify(tx, g.place.Member, "case.alone", g.c.Ref); err != nil {
		return err
	}
	grants, err := tx.VouchedRoles(k, "")
	if err != nil {
		return err
	}
	for _, r := range grants {
		if r.Role == access.HeadOfSecurity && r.Holds(d.now()) && r.Person != g.place.Member && !g.barred.Bars(r.Person) {
			if err := d.notify(tx, r.Person, "case.few", ""); err != nil {
				return err
			}
		}
	}
	return nil
}
