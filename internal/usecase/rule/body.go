package rule

import (
	"encoding/json"

	"varn/internal/domain/casefile"
	"varn/internal/domain/likeness"
	"varn/internal/domain/ruling"
	"varn/internal/kit/fault"
)

// Body is what a rule says: the one field of its kind is set.
type Body struct {
	Routing    *ruling.RoutingRule
	Unit       *ruling.UnitRule
	Register   *ruling.RegisterRule
	Retention  *casefile.RetentionRule
	Obligation *ruling.ObligationRule
	Likeness   *likeness.Rule
	Mail       *ruling.MailRule
}

// Kind is what the rule is about; empty when not exactly one field is set.
func (b Body) Kind() ruling.Kind {
	var out ruling.Kind
	n := 0
	for kind, set := range map[ruling.Kind]bool{ruling.Routing: b.Routing != nil, ruling.Unit: b.Unit != nil,
		ruling.Register: b.Register != nil, ruling.Retention: b.Retention != nil, ruling.Obligation: b.Obligation != nil,
		ruling.Likeness: b.Likeness != nil, ruling.Mail: b.Mail != nil} {
		if set {
			out, n = kind, n+1
		}
	}
	if n != 1 {
		return ""
	}
	return out
}

// encode checks a body and gives its text.
func (b Body) encode() ([]byte, error) {
	switch kind := b.Kind(); kind {
	case ruling.Routing:
		return ruling.Body(kind, *b.Routing)
	case ruling.Unit:
		return ruling.Body(kind, *b.Unit)
	case ruling.Register:
		return ruling.Body(kind, *b.Register)
	case ruling.Retention:
		return ruling.Body(kind, *b.Retention)
	case ruling.Obligation:
		return ruling.Body(kind, *b.Obligation)
	case ruling.Likeness:
		return ruling.Body(kind, *b.Likeness)
	case ruling.Mail:
		return ruling.Body(kind, *b.Mail)
	}
	return nil, fault.Detailf("a rule says one thing")
}

func read(kind ruling.Kind, raw []byte) (b Body, err error) {
	switch kind {
	case ruling.Routing:
		b.Routing = new(ruling.RoutingRule)
		err = json.Unmarshal(raw, b.Routing)
	case ruling.Unit:
		b.Unit = new(ruling.UnitRule)
		err = json.Unmarshal(raw, b.Unit)
	case ruling.Register:
		b.Register = new(ruling.RegisterRule)
		err = json.Unmarshal(raw, b.Register)
	case ruling.Retention:
		b.Retention = new(casefile.RetentionRule)
		err = json.Unmarshal(raw, b.Retention)
	case ruling.Obligation:
		b.Obligation = new(ruling.ObligationRule)
		err = json.Unmarshal(raw, b.Obligation)
	case ruling.Likeness:
		b.Likeness = new(likeness.Rule)
		err = json.Unmarshal(raw, b.Likeness)
	case ruling.Mail:
		b.Mail = new(ruling.MailRule)
		err = json.Unmarshal(raw, b.Mail)
	default:
		err = fault.Detailf("a rule has the kind %s", kind)
	}
	return b, err
}

// hook is the address that a rule sends to, with what signs the calls; nil for a rule without.
func (b Body) hook() (address, secret *string) {
	switch {
	case b.Routing != nil:
		return &b.Routing.Hook, &b.Routing.HookSecret
	case b.Register != nil:
		return &b.Register.Hook, &b.Register.HookSecret
	}
	return nil, nil
}

// keepSecret lets a rule go on with the secret it has when none is typed: to the same address only,
// so that another address is not handed what was meant for this one.
func (b Body) keepSecret(old Body) error {
	address, secret := b.hook()
	if address == nil {
		return nil
	}
	if *address == "" {
		*secret = ""
		return nil
	}
	if *secret != "" {
		return nil
	}
	oldAddress, oldSecret := old.hook()
	if oldAddress == nil || *oldSecret == "" || *oldAddress != *address {
		return fault.In("hook_secret", "ruling.secret", ruling.MinSecret)
	}
	*secret = *oldSecret
	return nil
}

// hush takes the secret out of what is shown, and tells whether there is one.
func (b Body) hush() bool {
	_, secret := b.hook()
	if secret == nil || *secret == "" {
		return false
	}
	*secret = ""
	return true
}
