package people

import (
	"context"
	"crypto/subtle"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
)

// ConfirmPerson makes a person's key the one that things may be sealed to. The confirmer has
// compared the fingerprint with the person, by telephone or face to face, and types it in:
// a key that was swapped in the database does not match.
func (d *Desk) ConfirmPerson(ctx context.Context, s *access.Session, personID, fingerprint string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	if err := noToken(s); err != nil {
		return err
	}
	if s.Person == personID || !s.Unlocked() {
		return denied()
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		p, err := tx.VouchedPerson(k, personID)
		if err != nil {
			return err
		}
		if ok, err := d.mayConfirm(tx, k, s, p); err != nil || !ok {
			return either(err, denied())
		}
		if p.State != person.Enrolled {
			return fault.New(fault.Conflict, "person.not-enrolled")
		}
		if !sameFingerprint(p.PublicKey.Fingerprint(), fingerprint) {
			return fault.In("fingerprint", "person.fingerprint-differs")
		}
		p.State, p.ConfirmedBy = person.Confirmed, s.Person
		p = change(k, d, p)
		if err := tx.UpdatePerson(p); err != nil {
			return err
		}
		if err := d.notify(tx, p.ID, "person.confirmed", p.ID); err != nil {
			return err
		}
		return record(tx, k, s.Person, "person.confirm", personRow(p))
	})
}

// mayConfirm: a head of security, or a present holder of a function that the person has a
// seat or a proposed seat in.
func (d *Desk) mayConfirm(tx *store.Tx, k *keyring.Keys, s *access.Session, p person.Person) (bool, error) {
	if s.Has(access.HeadOfSecurity) {
		return true, nil
	}
	seats, err := tx.VouchedSeats(k, p.ID)
	if err != nil {
		return false, err
	}
	for _, h := range seats {
		if h.State != person.Ended && s.Holds(h.Function) {
			return true, nil
		}
	}
	return false, nil
}

// sameFingerprint compares what was typed with what is stored, without regard to groups and case.
func sameFingerprint(have, typed string) bool {
	a, b := bare(have), bare(typed)
	return len(a) > 0 && subtle.ConstantTimeCompare(a, b) == 1
}

func bare(s string) []byte {
	var out []byte
	for _, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			out = append(out, byte(r-'A'+'a'))
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			out = append(out, byte(r))
		}
	}
	return out
}

func either(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
