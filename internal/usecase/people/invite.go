package people

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// InvitationLife is how long an invitation can be used.
const InvitationLife = 7 * 24 * time.Hour

// Invite makes a one-time secret with which the person enrols. The secret goes to the person
// by hand or by post; a mail carries it only where the organisation has mail set up.
func (d *Desk) Invite(ctx context.Context, s *access.Session, personID string) (secret string, err error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !staff(s) {
		return "", denied()
	}
	secret = newSecret()
	err = d.write(ctx, k, func(tx *store.Tx) error {
		p, err := tx.VouchedPerson(k, personID)
		if err != nil {
			return err
		}
		if p.State == person.Left {
			return fault.New(fault.Conflict, "person.left")
		}
		return inviteIn(tx, d, k, s.Person, p, secret)
	})
	return secret, err
}

// inviteIn stores the invitation and lets the person's state follow.
func inviteIn(tx *store.Tx, d *Desk, k *keyring.Keys, actor string, p person.Person, secret string) error {
	v := store.Invitation{ID: invitationTag(k, secret), Person: p.ID, Expires: d.now().Add(InvitationLife)}
	v.MAC = k.Vouch(invitationAD(k, v))
	if err := tx.InsertInvitation(v); err != nil {
		return err
	}
	if p.State == person.Registered {
		p.State = person.Invited
		p = change(k, d, p)
		if err := tx.UpdatePerson(p); err != nil {
			return err
		}
	}
	return record(tx, k, actor, "person.invite", personRow(p))
}

// Invited tells whom an invitation's secret is for, if it can still be used.
func (d *Desk) Invited(ctx context.Context, org, secret string) (person.Person, person.Profile, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return person.Person{}, person.Profile{}, err
	}
	var p person.Person
	err = d.read(ctx, k, func(tx *store.Tx) error {
		p, err = invited(tx, d, k, secret)
		return err
	})
	if err != nil {
		return p, person.Profile{}, err
	}
	v, err := Profile(k, p)
	return p, v, err
}

// invited checks an invitation inside a transaction: unknown, used and expired are one answer.
func invited(tx *store.Tx, d *Desk, k *keyring.Keys, secret string) (person.Person, error) {
	v, err := tx.Invitation(invitationTag(k, secret))
	if fault.Is(err, fault.NotFound) {
		return person.Person{}, fault.New(fault.NotFound, "invitation.gone")
	}
	if err != nil {
		return person.Person{}, err
	}
	if err := k.Check(v.MAC, invitationAD(k, v), "invitation"); err != nil {
		return person.Person{}, err
	}
	if v.Used != 0 || v.Expires <= d.now() {
		return person.Person{}, fault.New(fault.NotFound, "invitation.gone")
	}
	return tx.VouchedPerson(k, v.Person)
}

func invitationTag(k *keyring.Keys, secret string) string {
	return k.For(keyring.Lookup).Tag("invitation", secret)
}

func invitationAD(k *keyring.Keys, v store.Invitation) seal.AD {
	return seal.Bind("invitation", k.Org, v.ID, v.Person).With(clock.Stamp(v.Expires))
}

// newSecret makes 256 random bits for a link.
func newSecret() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}
