package enrol

import (
	"context"
	"encoding/json"
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/person"
	"varn/internal/infra/passkey"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Enrolled is who has just made a key: enough to begin a session with.
type Enrolled struct {
	Person      string
	Key         *seal.Private
	Fingerprint string
}

// WithPassphrase enrols whom the invitation is for, with a passphrase.
func (d *Desk) WithPassphrase(ctx context.Context, org, invitation, phrase string) (Enrolled, error) {
	if err := Passphrase(phrase); err != nil {
		return Enrolled{}, err
	}
	return d.enrol(ctx, org, invitation, func(k *keyring.Keys, p person.Person, key *seal.Private) (person.Unlocker, error) {
		return d.byPassphrase(ctx, k, p, key, phrase)
	})
}

// BeginPasskey gives the options for a new passkey for whom the invitation is for.
func (d *Desk) BeginPasskey(ctx context.Context, org, invitation string) (options any, ceremony string, err error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return nil, "", err
	}
	p, err := d.invited(ctx, k, invitation)
	if err != nil {
		return nil, "", err
	}
	return d.offer(ctx, k, p, nil)
}

// WithPasskey enrols whom the invitation is for, with the passkey that the page has made.
func (d *Desk) WithPasskey(ctx context.Context, org, invitation string, a Answer) (Enrolled, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return Enrolled{}, err
	}
	p, err := d.invited(ctx, k, invitation)
	if err != nil {
		return Enrolled{}, err
	}
	cred, err := d.accept(ctx, k, p, nil, a)
	if err != nil {
		return Enrolled{}, err
	}
	return d.enrol(ctx, org, invitation, func(k *keyring.Keys, p person.Person, key *seal.Private) (person.Unlocker, error) {
		return d.byPasskey(k, p, key, cred, newPasskey{unlock: a.Unlock, label: a.Label})
	})
}

// Answer is what the page sends back: the authenticator's answer without any PRF result, and
// 32 bytes derived in the page.
type Answer struct {
	Ceremony string
	Response []byte
	Unlock   []byte
	Label    string
}

// enrolment is a new key pair with all that is written of it.
type enrolment struct {
	p          person.Person
	key        *seal.Private
	invitation string // its tag
	own        person.Unlocker
	escrow     person.Unlocker
	recovery   int64 // version of the key that escrow is sealed to
}

// enrol makes the key pair, its unlockers and the person's new state in one transaction. An
// older key's unlockers, sessions and tokens go: a key is replaced, never joined.
func (d *Desk) enrol(ctx context.Context, org, invitation string, wrap func(*keyring.Keys, person.Person, *seal.Private) (person.Unlocker, error)) (Enrolled, error) {
	k, err := d.Ring.Org(org)
	if err != nil {
		return Enrolled{}, err
	}
	p, err := d.invited(ctx, k, invitation)
	if err != nil {
		return Enrolled{}, err
	}
	e := enrolment{p: p, key: seal.NewPrivate(), invitation: invitationTag(k, invitation)}
	e.p.PublicKey, e.p.KeyVersion = e.key.Public(), p.KeyVersion+1
	e.p.State, e.p.ConfirmedBy = person.Enrolled, ""
	e.p.Version++
	e.p.Changed = d.now()
	e.p.MAC = k.Vouch(e.p.Who())
	if e.own, err = wrap(k, e.p, e.key); err != nil {
		return Enrolled{}, err
	}
	// Once more when a recovery renews its key between the sealing and the commit.
	for range 3 {
		if err = d.escrow(ctx, k, &e); err != nil {
			return Enrolled{}, err
		}
		renewed := false
		err = d.DB.Org(org).Write(ctx, func(tx *store.Tx) error {
			err := tx.HoldRecoveryKey(e.recovery)
			if renewed = fault.Is(err, fault.Conflict); err != nil {
				return err
			}
			return e.store(tx, d, k)
		})
		if !renewed {
			break
		}
	}
	if err != nil {
		return Enrolled{}, err
	}
	return Enrolled{Person: p.ID, Key: e.key, Fingerprint: e.key.Public().Fingerprint()}, nil
}

// escrow seals the key to the recovery key as it is now.
func (d *Desk) escrow(ctx context.Context, k *keyring.Keys, e *enrolment) error {
	var recovery store.RecoveryKey
	err := d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) (err error) {
		recovery, err = tx.VouchedRecoveryKey(k)
		return err
	})
	if err != nil {
		return err
	}
	e.recovery = recovery.Version
	e.escrow, err = d.byRecovery(k, e.p, e.key, recovery.PublicKey)
	return err
}

func (e *enrolment) store(tx *store.Tx, d *Desk, k *keyring.Keys) error {
	if err := tx.UseInvitation(e.invitation, d.now()); err != nil {
		return err
	}
	rows, err := closeOld(tx, k, e.p.ID)
	if err != nil {
		return err
	}
	if _, err := tx.DeleteSessions(e.p.ID, ""); err != nil {
		return err
	}
	if err := tx.UpdatePerson(e.p); err != nil {
		return err
	}
	if e.own.ID != "" {
		if err := tx.InsertUnlocker(e.own); err != nil {
			return err
		}
		rows = append(rows, e.own.Row())
	}
	if err := tx.InsertUnlocker(e.escrow); err != nil {
		return err
	}
	if err := d.tell(tx, k, e.p.ID); err != nil {
		return err
	}
	return tx.Log(audit.Entry{Actor: k.Tag(e.p.ID), Act: "person.enrol", Rows: append(rows, personRow(e.p), e.escrow.Row())})
}

// tell leaves a notice with every head of security that a key waits to be confirmed; one is
// enough until it has been put away.
func (d *Desk) tell(tx *store.Tx, k *keyring.Keys, personID string) error {
	grants, err := tx.VouchedRoles(k, "")
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.Role != access.HeadOfSecurity || g.Person == personID || !g.Holds(d.now()) {
			continue
		}
		unseen, err := tx.Notices(g.Person)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(unseen, func(n store.Notice) bool { return n.Kind == "person.waiting" }) {
			continue
		}
		if err := tx.InsertNotice(store.Notice{ID: ident.New(), Person: g.Person, Kind: "person.waiting", Ref: personID, Created: d.now()}); err != nil {
			return err
		}
	}
	return nil
}

// closeOld removes the unlockers of an older key; the log remembers that they are gone.
func closeOld(tx *store.Tx, k *keyring.Keys, personID string) ([]audit.Row, error) {
	all, err := tx.VouchedUnlockers(k, personID)
	if err != nil {
		return nil, err
	}
	var rows []audit.Row
	for _, u := range all {
		if u.Kind != person.Escrow {
			rows = append(rows, audit.Row{Kind: "unlocker", ID: u.ID})
		}
	}
	return rows, tx.DeleteUnlockers(personID)
}

// offer begins a passkey ceremony for a person.
func (d *Desk) offer(ctx context.Context, k *keyring.Keys, p person.Person, have []person.Unlocker) (any, string, error) {
	u, err := d.user(k, p, have)
	if err != nil {
		return nil, "", err
	}
	options, state, err := d.Party.BeginRegistration(u)
	if err != nil {
		return nil, "", err
	}
	row := store.Ceremony{ID: ident.New(), Expires: d.now().Add(ceremonyLife)}
	row.Sealed = k.For(keyring.Ceremonies).Seal(state, seal.Bind("enrol", k.Org, p.ID, row.ID))
	err = d.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) error { return tx.InsertCeremony(row) })
	return options, row.ID, err
}

// accept checks the page's answer to a ceremony; each can be answered once.
func (d *Desk) accept(ctx context.Context, k *keyring.Keys, p person.Person, have []person.Unlocker, a Answer) (passkey.Credential, error) {
	var row store.Ceremony
	err := d.DB.Org(k.Org).Write(ctx, func(tx *store.Tx) error {
		var err error
		row, err = tx.TakeCeremony(a.Ceremony)
		return err
	})
	if fault.Is(err, fault.NotFound) || (err == nil && row.Expires <= d.now()) {
		return passkey.Credential{}, fault.New(fault.Invalid, "signin.ceremony-gone")
	}
	if err != nil {
		return passkey.Credential{}, err
	}
	state, err := k.For(keyring.Ceremonies).Open(row.Sealed, seal.Bind("enrol", k.Org, p.ID, row.ID))
	if err != nil {
		return passkey.Credential{}, fault.New(fault.Invalid, "signin.ceremony-gone")
	}
	u, err := d.user(k, p, have)
	if err != nil {
		return passkey.Credential{}, err
	}
	return d.Party.FinishRegistration(u, state, a.Response)
}

// user is the person as the authenticator shows them: name and the passkeys they have.
func (d *Desk) user(k *keyring.Keys, p person.Person, have []person.Unlocker) (passkey.User, error) {
	var v person.Profile
	b, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
	if err != nil {
		return passkey.User{}, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return passkey.User{}, err
	}
	u := passkey.User{Handle: p.ID, Name: v.Name}
	for _, one := range have {
		if one.Kind != person.Passkey {
			continue
		}
		c, err := stored(k, one)
		if err != nil {
			return u, err
		}
		u.Credentials = append(u.Credentials, c)
	}
	return u, nil
}

func stored(k *keyring.Keys, u person.Unlocker) (passkey.Credential, error) {
	var v person.Credential
	var c passkey.Credential
	b, err := k.For(keyring.Unlock).OpenPadded(u.Sealed, u.AD())
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return c, err
	}
	return c, json.Unmarshal(v.WebAuthn, &c)
}

// invited gives whom an invitation that can still be used is for.
func (d *Desk) invited(ctx context.Context, k *keyring.Keys, secret string) (p person.Person, err error) {
	gone := fault.New(fault.NotFound, "invitation.gone")
	err = d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
		v, err := tx.Invitation(invitationTag(k, secret))
		if fault.Is(err, fault.NotFound) {
			return gone
		}
		if err != nil {
			return err
		}
		ad := seal.Bind("invitation", k.Org, v.ID, v.Person).With(clock.Stamp(v.Expires))
		if err := k.Check(v.MAC, ad, "invitation"); err != nil {
			return err
		}
		if v.Used != 0 || v.Expires <= d.now() {
			return gone
		}
		p, err = tx.VouchedPerson(k, v.Person)
		return err
	})
	return p, err
}

func invitationTag(k *keyring.Keys, secret string) string {
	return k.For(keyring.Lookup).Tag("invitation", secret)
}
