package rule

import (
	"context"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// Proposal is a rule that somebody wants. Scope is the unit's or the authority's id; empty for what
// holds for the whole organisation.
type Proposal struct {
	Scope string
	Body  Body
}

// Propose enters a rule that changes nothing until somebody else confirms it. What waited for the
// same scope gives way to it. The body of the proposal may be completed with the secret in use.
func (d *Desk) Propose(ctx context.Context, s *access.Session, v Proposal) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !staff(s) {
		return "", denied()
	}
	kind := v.Body.Kind()
	if kind == "" {
		return "", fault.Detailf("a rule says one thing")
	}
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if err := d.inScope(tx, kind, v); err != nil {
			return err
		}
		now, err := inForce(tx, k, kind, v.Scope)
		if err != nil {
			return err
		}
		return v.Body.keepSecret(now)
	}); err != nil {
		return "", err
	}
	body, err := v.Body.encode()
	if err != nil {
		return "", err
	}
	r := ruling.Ruling{Org: k.Org, ID: ident.New(), Kind: kind, Scope: v.Scope, State: ruling.Proposed, ProposedBy: s.Person, Created: d.now(), Version: 1}
	r.Sealed = k.For(keyring.Settings).SealPadded(body, r.AD())
	r.MAC = k.Vouch(r.Who())
	store.Declare(ctx, r.ID)
	return r.ID, d.write(ctx, k, func(tx *store.Tx) error { return d.enter(tx, k, r) })
}

// enter writes a proposal over the one that waited, and tells those who can confirm it.
func (d *Desk) enter(tx *store.Tx, k *keyring.Keys, r ruling.Ruling) error {
	if err := tx.LockRulings(); err != nil {
		return err
	}
	waiting, err := tx.VouchedRulings(k, r.Kind, r.Scope, ruling.Proposed)
	if err != nil {
		return err
	}
	changed := []ruling.Ruling{r}
	for _, old := range waiting {
		if old.Scope != r.Scope {
			continue
		}
		old = next(k, old, ruling.Replaced, "")
		if err := tx.UpdateRuling(old); err != nil {
			return err
		}
		changed = append(changed, old)
	}
	if err := tx.InsertRuling(r); err != nil {
		return err
	}
	_, holders, err := security(tx, k)
	if err != nil {
		return err
	}
	for _, id := range holders {
		if id != r.ProposedBy {
			if err := d.notify(tx, id, "rule.proposed"); err != nil {
				return err
			}
		}
	}
	return record(tx, k, r.ProposedBy, "rule.propose", changed...)
}

// inScope refuses a rule for something that is not there, or that names something that is not.
func (d *Desk) inScope(tx *store.Tx, kind ruling.Kind, v Proposal) error {
	units, err := tx.Units()
	if err != nil {
		return err
	}
	authorities, err := tx.Authorities()
	if err != nil {
		return err
	}
	var known []string
	switch kind {
	case ruling.Routing:
		known = []string{""}
	case ruling.Unit:
		for _, u := range units {
			known = append(known, u.ID)
		}
	case ruling.Obligation:
		known = []string{string(v.Body.Obligation.Code)}
	default:
		for _, a := range authorities {
			known = append(known, a.ID)
		}
	}
	if !slices.Contains(known, v.Scope) {
		return fault.In("scope", "field.choose")
	}
	if v.Body.Routing == nil {
		return nil
	}
	home := v.Body.Routing.Home
	for _, a := range authorities {
		if a.ID == home {
			home = ""
		}
	}
	if home != "" {
		return fault.In("home", "field.choose")
	}
	return offices(tx, v.Body.Routing)
}

// offices refuses a function that the organisation does not have.
func offices(tx *store.Tx, r *ruling.RoutingRule) error {
	for field, ids := range map[string][]string{"reserve": {r.Reserve}, "municipality": r.Municipality, "with_security": r.WithSecurity} {
		for _, id := range ids {
			if id == "" {
				continue
			}
			if _, err := tx.Function(id); fault.Is(err, fault.NotFound) {
				return fault.In(field, "field.choose")
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// inForce is the rule of a scope that holds now; the zero body when none was ever confirmed.
func inForce(tx *store.Tx, k *keyring.Keys, kind ruling.Kind, scope string) (Body, error) {
	all, err := tx.VouchedRulings(k, kind, scope, ruling.Active)
	if err != nil {
		return Body{}, err
	}
	for _, r := range all {
		if r.Scope == scope {
			return open(k, r)
		}
	}
	return Body{}, nil
}
