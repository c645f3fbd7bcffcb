package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// AddMessage seals a message into a case and gives its id after the commit.
func (d *Desk) AddMessage(ctx context.Context, s *access.Session, ref, text string) (id string, err error) {
	if s == nil {
		return "", fault.New(fault.Denied, "fault.sign-in")
	}
	one, err := message(s.Person, text)
	if err != nil {
		return "", err
	}
	one.as = true
	ids, err := d.addItems(ctx, s, ref, []sealed{one})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// message is a text as an item that is about to be sealed.
func message(author, text string) (sealed, error) {
	if err := casefile.CheckText("text", text, casefile.MaxMessage); err != nil {
		return sealed{}, err
	}
	body, err := json.Marshal(casefile.Text{Author: author, Text: strings.TrimSpace(text)})
	return sealed{kind: casefile.Message, body: body}, err
}

// sealed is an item to add: its kind, its plain body, and what else the same transaction writes.
type sealed struct {
	kind casefile.ItemKind
	body []byte
	// as: the text says for which function its author speaks.
	as bool
	// self: what is echoed to the person concerned alone is also for whoever reported, who is that person.
	self bool
	with func(tx *store.Tx, it casefile.Item) error
}

// addItems seals bodies and writes them together. When a member was removed since the last item,
// they bring a new key pair, wrapped to everybody who still sits in the circle.
func (d *Desk) addItems(ctx context.Context, s *access.Session, ref string, in []sealed) (ids []string, err error) {
	return d.alter(ctx, s, ref, func(v *visit) (adding, error) {
		if v.c.State == casefile.Closed {
			return adding{}, fault.New(fault.Conflict, "case.closed")
		}
		a := adding{in: in}
		if v.c.Event != "" && slices.ContainsFunc(in, func(one sealed) bool { return one.kind == casefile.Message }) {
			a.move = d.answered
		}
		return a, nil
	})
}

// answered meets the promise of a next contact: whoever reported has been written to.
func (d *Desk) answered(tx *store.Tx, c *casefile.Case) ([]audit.Row, error) {
	return nil, tx.MeetDeadline(c.ID, string(casefile.ContactDue), d.now())
}

// alter lets the subject into a case, asks what the act adds, seals it and writes it. It gives the
// ids of the items.
func (d *Desk) alter(ctx context.Context, s *access.Session, ref string, plan func(*visit) (adding, error)) (ids []string, err error) {
	err = again(func() error {
		v, err := d.enter(ctx, s, ref, access.Write)
		if err != nil {
			return err
		}
		turn, err := d.turnKey(ctx, v) // first, so that whoever the act lets in gets the new key too
		if err != nil {
			return err
		}
		a, err := plan(v)
		if err != nil {
			return err
		}
		a.turn = turn
		if a.items, err = v.sealAll(a.in, d.now()); err != nil {
			return err
		}
		ids = ids[:0]
		for _, it := range a.items {
			ids = append(ids, it.ID)
		}
		store.Declare(ctx, strings.Join(ids, " "))
		if a.in, err = d.withEchoed(ctx, v, a.items, a.in); err != nil {
			return err
		}
		if a.trails, err = d.trails(ctx, v.k, v.c, a.in); err != nil {
			return err
		}
		return d.write(ctx, v.k, func(tx *store.Tx) error { return d.enterItems(tx, v, a) })
	})
	return ids, err
}

// sealAll closes bodies under the case's present key.
func (v *visit) sealAll(in []sealed, now clock.Stamp) ([]casefile.Item, error) {
	key, err := v.key()
	if err != nil {
		return nil, err
	}
	out := make([]casefile.Item, len(in))
	for i, one := range in {
		if one.as {
			if one.body, err = v.speaking(one.body); err != nil {
				return nil, err
			}
		}
		out[i] = v.cover.sealItem(key, newItem(v.c, one.kind, now), one.body)
	}
	return out, nil
}

// speaking writes into a text for which function its author acts: whoever reported is told that, and
// no name.
func (v *visit) speaking(body []byte) ([]byte, error) {
	place := v.grant.Place()
	if place.Kind != string(casefile.ByFunction) {
		return body, nil
	}
	var t casefile.Text
	if err := json.Unmarshal(body, &t); err != nil {
		return nil, err
	}
	t.As = place.Member
	return json.Marshal(t)
}

// turned is a new key pair of a case with a wrap for each place.
type turned struct {
	public   seal.Public
	wraps    []casefile.Wrap
	recovery int64 // the version of the recovery key that one of them is sealed to; 0: none is
}

// turnKey makes the new key pair of a case whose circle has shrunk; nil when there is no need.
func (d *Desk) turnKey(ctx context.Context, v *visit) (*turned, error) {
	if !v.c.KeyStale {
		return nil, nil
	}
	var h *house
	if err := d.read(ctx, v.k, func(tx *store.Tx) (err error) {
		h, err = surveyOf(tx, v.k, askedIn(v.places))
		return err
	}); err != nil {
		return nil, err
	}
	key := seal.NewCase()
	out := &turned{public: key.Public()}
	v.c.KeyVersion++
	for _, p := range v.places {
		if p.Ended != 0 || (p.Until != 0 && p.Until <= d.now()) {
			continue
		}
		to, ok := h.publicKey(p)
		if !ok {
			continue
		}
		w, err := wrap(v.k, p, to, casefile.Secret(key), v.c.KeyVersion)
		if err != nil {
			return nil, err
		}
		out.wraps = append(out.wraps, w)
		if p.Kind == casefile.ByRecovery {
			out.recovery = h.recovery.Version
		}
	}
	v.keys[v.c.KeyVersion] = key
	return out, nil
}

// adding is what one act writes into a case: sealed items, and perhaps where the case stands.
type adding struct {
	turn  *turned
	items []casefile.Item
	in    []sealed
	// trails are what the items have in common with other cases.
	trails []trail
	// act is what the log calls it; empty: item.add.
	act string
	// move changes where the case stands, on the row as it is now, and gives further rows for the
	// log. nil: it stands as it did.
	move func(tx *store.Tx, c *casefile.Case) ([]audit.Row, error)
}

// enterItems writes items, the case's new count and the log entry. It begins anew when the case has
// got another key since it was read.
func (d *Desk) enterItems(tx *store.Tx, v *visit, a adding) error {
	c, err := lockFor(tx, v, a)
	if err != nil {
		return err
	}
	rows := make([]audit.Row, 0, len(a.items)+1)
	numbered := make([]casefile.Item, len(a.items))
	for i, it := range a.items {
		numbered[i] = number(v.k, &c, it)
		rows = append(rows, itemRow(numbered[i]))
	}
	write := tx.UpdateCase
	if a.move != nil {
		more, err := a.move(tx, &c)
		if err != nil {
			return err
		}
		if c.Due, err = tx.NearestDue(c.ID); err != nil {
			return err
		}
		rows, write = append(rows, more...), tx.MoveCase
	}
	c = d.bump(v.k, c)
	if err := write(c); err != nil {
		return err
	}
	for i, it := range numbered {
		if err := tx.InsertItem(it); err != nil {
			return err
		}
		if a.in[i].with == nil {
			continue
		}
		if err := a.in[i].with(tx, it); err != nil {
			return err
		}
	}
	if err := keep(tx, a.trails); err != nil {
		return err
	}
	if err := v.settle(tx); err != nil {
		return err
	}
	return tx.Log(entry(v.k, v.grant.Person(), cmp.Or(a.act, "item.add"), c, append(rows, caseRow(c))...))
}

// lockFor reads the case's row for a change, with the new key pair that the change may bring.
func lockFor(tx *store.Tx, v *visit, a adding) (casefile.Case, error) {
	if err := tx.LockCase(v.c.ID); err != nil {
		return casefile.Case{}, err
	}
	c, err := tx.VouchedCase(v.k, v.c.Ref)
	if err != nil {
		return c, err
	}
	key, turn := a.items[0].KeyVersion, a.turn
	if c.KeyStale != (turn != nil) || (turn == nil && c.KeyVersion != key) || (turn != nil && c.KeyVersion+1 != key) {
		return c, fault.New(fault.Conflict, "fault.changed")
	}
	if turn == nil {
		return c, nil
	}
	if turn.recovery != 0 { // were the sheets renewed meanwhile, its wrap would be lost
		if err := tx.HoldRecoveryKey(turn.recovery); err != nil {
			return c, err
		}
	}
	c.PublicKey, c.KeyVersion, c.KeyStale = turn.public, key, false
	for _, w := range turn.wraps {
		if err := tx.InsertWrap(w); err != nil {
			return c, err
		}
	}
	return c, nil
}

// logged writes an entry that changes nothing in a case.
func logged(tx *store.Tx, k *keyring.Keys, actor, act string, c casefile.Case) error {
	return tx.Log(audit.Entry{Actor: k.Tag(actor), Act: act, Authority: c.Authority, Case: c.ID})
}
