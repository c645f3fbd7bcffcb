package casework

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/duty"
	"varn/internal/domain/function"
	"varn/internal/domain/likeness"
	"varn/internal/domain/obligation"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// town is everything that routing asks about, every row checked: who exists, who holds what, who is
// on call, and by which rules. It is read once and used while nothing of it has changed.
type town struct {
	house   *house
	version int64
	// Seats, roles and turns begin and end by the clock: it holds from read until then.
	read, until clock.Stamp

	functions   []function.Function
	cards       map[string]function.Card
	turns       []duty.Turn
	authorities []organisation.Authority
	labels      map[string]organisation.Label // authorities and units, by id
	units       map[string]organisation.Unit
	leaders     map[string][]string // people who lead a party's group, by the folded party
	names       map[string][]string // people, by their folded name
	heads       []string            // the heads of security

	routing   ruling.RoutingRule
	unitRules map[string]ruling.UnitRule
	registers map[string]ruling.RegisterRule
	retention map[string]casefile.RetentionRule
	// obligations are what is decided of each.
	obligations map[obligation.Code]obligation.Rules
	likeness    map[string]likeness.Rule
}

// towns keeps one town for each organisation.
type towns struct {
	mu   sync.Mutex
	list map[string]*town
}

// town gives what routing asks about, as it is at this moment.
func (d *Desk) town(ctx context.Context, k *keyring.Keys) (t *town, err error) {
	err = d.read(ctx, k, func(tx *store.Tx) (err error) {
		t, err = d.townIn(tx, k)
		return err
	})
	return t, err
}

func (d *Desk) townIn(tx *store.Tx, k *keyring.Keys) (*town, error) {
	version, err := tx.DirectoryVersion()
	if err != nil {
		return nil, err
	}
	now := tx.Now()
	d.towns.mu.Lock()
	t := d.towns.list[k.Org]
	d.towns.mu.Unlock()
	if t != nil && t.version == version && t.read <= now && now < t.until {
		return t, nil
	}
	if t, err = readTown(tx, k); err != nil {
		return nil, err
	}
	t.version, t.read = version, now
	d.towns.mu.Lock()
	defer d.towns.mu.Unlock()
	if d.towns.list == nil {
		d.towns.list = map[string]*town{}
	}
	d.towns.list[k.Org] = t
	return t, nil
}

func readTown(tx *store.Tx, k *keyring.Keys) (*town, error) {
	t := &town{cards: map[string]function.Card{}, labels: map[string]organisation.Label{}, units: map[string]organisation.Unit{},
		leaders: map[string][]string{}, names: map[string][]string{}, unitRules: map[string]ruling.UnitRule{},
		registers: map[string]ruling.RegisterRule{}, retention: map[string]casefile.RetentionRule{}, obligations: map[obligation.Code]obligation.Rules{},
		likeness: map[string]likeness.Rule{}}
	var err error
	if t.house, err = survey(tx, k); err != nil {
		return nil, err
	}
	t.until = t.house.until
	for _, read := range []func(*store.Tx, *keyring.Keys) error{t.readFunctions, t.readParts, t.readPeople, t.readRules} {
		if err := read(tx, k); err != nil {
			return nil, err
		}
	}
	if t.turns, err = tx.VouchedTurns(k, "", tx.Now()); err != nil {
		return nil, err
	}
	for _, turn := range t.turns {
		t.until = nextOf(t.until, tx.Now(), turn.From, turn.Until)
	}
	return t, nil
}

func (t *town) readFunctions(_ *store.Tx, k *keyring.Keys) error {
	for id, f := range t.house.functions {
		t.functions = append(t.functions, f)
		var card function.Card
		if err := openName(k, f.Sealed, f.AD(), &card); err != nil {
			return err
		}
		t.cards[id] = card
	}
	slices.SortFunc(t.functions, func(a, b function.Function) int {
		if a.Created != b.Created {
			return int(a.Created - b.Created)
		}
		return compare(a.ID, b.ID)
	})
	return nil
}

func (t *town) readParts(tx *store.Tx, k *keyring.Keys) (err error) {
	if t.authorities, err = tx.Authorities(); err != nil {
		return err
	}
	for _, a := range t.authorities {
		var l organisation.Label
		if err := openName(k, a.Sealed, a.AD(), &l); err != nil {
			return err
		}
		t.labels[a.ID] = l
	}
	units, err := tx.Units()
	if err != nil {
		return err
	}
	for _, u := range units {
		var l organisation.Label
		if err := openName(k, u.Sealed, u.AD(), &l); err != nil {
			return err
		}
		t.labels[u.ID], t.units[u.ID] = l, u
	}
	return nil
}

// readPeople opens everybody's name: an exclusion is matched against all of them.
func (t *town) readPeople(tx *store.Tx, k *keyring.Keys) error {
	for id := range t.house.people {
		p, err := t.house.name(k, id)
		if err != nil {
			return err
		}
		t.names[fold(p.Name)] = append(t.names[fold(p.Name)], id)
	}
	grants, err := tx.VouchedRoles(k, "")
	if err != nil {
		return err
	}
	now := tx.Now()
	for _, g := range grants {
		t.until = nextOf(t.until, now, g.From, g.Until)
		if g.State != person.Active || g.From > now || g.Until != 0 && g.Until <= now {
			continue
		}
		if g.Role == access.HeadOfSecurity {
			t.heads = append(t.heads, g.Person)
		}
		if g.Role != access.GroupLeader {
			continue
		}
		if p, ok := t.house.profiles[g.Person]; ok && p.Party != "" {
			t.leaders[fold(p.Party)] = append(t.leaders[fold(p.Party)], g.Person)
		}
	}
	for _, list := range t.leaders {
		slices.Sort(list)
	}
	return nil
}

func (t *town) readRules(tx *store.Tx, k *keyring.Keys) error {
	rules, err := tx.VouchedRulings(k, "", "", ruling.Active)
	if err != nil {
		return err
	}
	slices.Reverse(rules) // the newest is read last and holds
	for _, r := range rules {
		b, err := k.For(keyring.Settings).OpenPadded(r.Sealed, r.AD())
		if err != nil {
			return fault.Wrap(fault.Internal, "fault.tampered", err)
		}
		if err := t.takeRule(r, b); err != nil {
			return err
		}
	}
	return nil
}

func (t *town) takeRule(r ruling.Ruling, body []byte) error {
	switch r.Kind {
	case ruling.Routing:
		t.routing = ruling.RoutingRule{}
		return json.Unmarshal(body, &t.routing)
	case ruling.Unit:
		return takeInto(t.unitRules, r.Scope, body)
	case ruling.Register:
		return takeInto(t.registers, r.Scope, body)
	case ruling.Retention:
		return takeInto(t.retention, r.Scope, body)
	case ruling.Obligation:
		var v ruling.ObligationRule
		err := json.Unmarshal(body, &v)
		t.obligations[v.Code] = v.Versions
		return err
	case ruling.Likeness:
		return takeInto(t.likeness, r.Scope, body)
	case ruling.Mail:
		return nil // it decides nothing about cases
	}
	return fault.Detailf("a rule has the kind %s", r.Kind)
}

func takeInto[T any](into map[string]T, scope string, body []byte) error {
	var v T
	err := json.Unmarshal(body, &v)
	into[scope] = v
	return err
}

// register is how an authority registers.
func (t *town) register(authority string) ruling.RegisterRule {
	r := t.registers[authority]
	if r.Pattern == "" {
		r.Pattern = ruling.DefaultPattern(t.labels[authority].Code)
	}
	return r
}

// onDuty lists the holders of a function who are on call now.
func (t *town) onDuty(functionID string, at clock.Stamp) []string {
	var out []string
	for _, turn := range t.turns {
		if turn.Function == functionID && turn.Holds(at) && t.holds(functionID, turn.Person) {
			out = append(out, turn.Person)
		}
	}
	return out
}

func (t *town) holds(functionID, personID string) bool {
	return slices.ContainsFunc(t.house.holders[functionID], func(h function.Holder) bool {
		return h.Person == personID && h.WrapKind != function.Standby
	})
}
