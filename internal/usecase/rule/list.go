package rule

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/organisation"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/keyring"
)

// Rule is a rule as it is shown: without the secret of its hook.
type Rule struct {
	ID        string
	Kind      ruling.Kind
	Scope     string
	ScopeName string // of the unit or authority
	State     ruling.State
	Body      Body
	HasSecret bool
	Proposer  string
	Confirmer string
	Created   clock.Stamp
	Mine      bool
	// Why and Confirmers are for a rule that waits: what stands in the subject's way, and who can.
	Why        Hindrance
	Confirmers []string
}

// Rules are those that hold and those that wait.
type Rules struct {
	Active   []Rule
	Proposed []Rule
}

// Of finds the rule of a scope among those that hold; false when the default holds.
func (r Rules) Of(kind ruling.Kind, scope string) (Rule, bool) {
	i := slices.IndexFunc(r.Active, func(one Rule) bool { return one.Kind == kind && one.Scope == scope })
	if i < 0 {
		return Rule{}, false
	}
	return r.Active[i], true
}

// List gives the rules that hold and those that wait, to who may propose or confirm them.
func (d *Desk) List(ctx context.Context, s *access.Session) (Rules, error) {
	k, err := d.keys(s)
	if err != nil {
		return Rules{}, err
	}
	var out Rules
	err = d.read(ctx, k, func(tx *store.Tx) error {
		out = Rules{}
		_, holders, err := security(tx, k)
		if err != nil {
			return err
		}
		if !staff(s) && !slices.Contains(holders, s.Person) {
			return denied()
		}
		v := listing{tx: tx, k: k, s: s, holders: holders, names: map[string]string{}}
		if err := v.readScopes(); err != nil {
			return err
		}
		if out.Active, err = v.list(ruling.Active); err != nil {
			return err
		}
		out.Proposed, err = v.list(ruling.Proposed)
		return err
	})
	return out, err
}

// listing is what List has at hand.
type listing struct {
	tx      *store.Tx
	k       *keyring.Keys
	s       *access.Session
	holders []string
	names   map[string]string // of people, units and authorities
}

func (v listing) readScopes() error {
	authorities, err := v.tx.Authorities()
	if err != nil {
		return err
	}
	units, err := v.tx.Units()
	if err != nil {
		return err
	}
	for _, a := range authorities {
		var l organisation.Label
		if err := openName(v.k, a.Sealed, a.AD(), &l); err != nil {
			return err
		}
		v.names[a.ID] = l.Name
	}
	for _, u := range units {
		var l organisation.Label
		if err := openName(v.k, u.Sealed, u.AD(), &l); err != nil {
			return err
		}
		v.names[u.ID] = l.Name
	}
	return nil
}

func (v listing) name(id string) (string, error) {
	if name, ok := v.names[id]; ok || id == "" {
		return name, nil
	}
	name, err := nameOf(v.tx, v.k, id)
	v.names[id] = name
	return name, err
}

func (v listing) list(state ruling.State) ([]Rule, error) {
	rows, err := v.tx.VouchedRulings(v.k, "", "", state)
	if err != nil {
		return nil, err
	}
	var out []Rule
	for _, r := range rows {
		one, err := v.rule(r)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (v listing) rule(r ruling.Ruling) (Rule, error) {
	one := Rule{ID: r.ID, Kind: r.Kind, Scope: r.Scope, ScopeName: v.names[r.Scope], State: r.State, Created: r.Created, Mine: r.ProposedBy == v.s.Person}
	var err error
	if one.Body, err = open(v.k, r); err != nil {
		return one, err
	}
	one.HasSecret = one.Body.hush()
	if one.Proposer, err = v.name(r.ProposedBy); err != nil {
		return one, err
	}
	if one.Confirmer, err = v.name(r.ConfirmedBy); err != nil {
		return one, err
	}
	if r.State != ruling.Proposed {
		return one, nil
	}
	one.Why = hindrance(v.s, r, v.holders)
	for _, id := range v.holders {
		if id == r.ProposedBy {
			continue
		}
		name, err := v.name(id)
		if err != nil {
			return one, err
		}
		one.Confirmers = append(one.Confirmers, name)
	}
	return one, nil
}
