package registry

import (
	"context"
	"strings"
	"unicode"

	"varn/internal/domain/access"
	"varn/internal/domain/registration"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// SetOutside notes the number that the municipality's own register gave an entry; an empty one takes
// it away. plausible tells whether it is written as the authority writes its numbers: a hint for
// whoever typed it, no more.
func (d *Desk) SetOutside(ctx context.Context, s *access.Session, id, number string) (plausible bool, err error) {
	number = strings.Join(strings.Fields(number), " ")
	if len([]rune(number)) > registration.MaxPattern {
		return false, fault.In("number", "field.too-long", registration.MaxPattern)
	}
	if strings.ContainsFunc(number, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }) {
		return false, fault.In("number", "field.bytes")
	}
	k, err := d.keys(s)
	if err != nil {
		return false, err
	}
	var r registration.Registration
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if r, err = tx.VouchedRegistration(k, id); err != nil {
			return err
		}
		if err := admit(tx, k, s, r.Authority); err != nil {
			return err
		}
		rule, err := ruleOf(tx, k, r.Authority)
		if err != nil {
			return err
		}
		pattern, err := registration.ParsePattern(rule.Pattern)
		_, plausible = pattern.MatchOutside(number)
		return err
	}); err != nil {
		return false, err
	}
	r.Outside = seal.Box{}
	if number != "" {
		r.Outside = k.For(keyring.Names).SealPadded([]byte(number), r.OutsideAD())
	}
	r.Version++
	r.MAC = k.Vouch(r.Who())
	return plausible, d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateRegistration(r); err != nil {
			return err
		}
		return record(tx, k, s.Person, "registration.outside", r.Authority, row(r))
	})
}
