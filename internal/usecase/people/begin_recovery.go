package people

import (
	"context"
	"time"
	"varn/internal/domain/access"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
)

// RecoveryWait is how long everybody concerned has to stop a recovery.
const RecoveryWait = 24 * time.Hour

// BeginRecovery starts the wait after which the custodians' sheets may open what a person had,
// for that person's new key. The person and the heads of security are told at once.
func (d *Desk) BeginRecovery(ctx context.Context, s *access.Session, personID string) (string, error) {
	k, err := d.keys(s)
	if err != nil {
		return "", err
	}
	if !staff(s) || noToken(s) != nil {
		return "", denied()
	}
	now := d.now()
	r := store.Recovery{Org: k.Org, ID: ident.New(), Person: personID, State: "waiting", Started: now, Opens: now.Add(RecoveryWait), Version: 1}
	r.Sealed = k.For(keyring.Names).SealPadded([]byte(s.Person), r.AD())
	r.MAC = k.Vouch(r.Who())
	return r.ID, d.write(ctx, k, func(tx *store.Tx) error {
		if _, err := tx.VouchedPerson(k, personID); err != nil {
			return err
		}
		waiting, err := tx.Recoveries()
		if err != nil {
			return err
		}
		for _, one := range waiting {
			if one.Person == personID {
				return fault.New(fault.Conflict, "recovery.already")
			}
		}
		if err := tx.InsertRecovery(r); err != nil {
			return err
		}
		if err := d.tellConcerned(tx, k, r, "recovery.begun"); err != nil {
			return err
		}
		return record(tx, k, s.Person, "recovery.begin", recoveryRow(r))
	})
}

// tellConcerned leaves a notice with the target and every head of security.
func (d *Desk) tellConcerned(tx *store.Tx, k *keyring.Keys, r store.Recovery, kind string) error {
	if err := d.notify(tx, r.Person, kind, r.ID); err != nil {
		return err
	}
	grants, err := tx.VouchedRoles(k, "")
	if err != nil {
		return err
	}
	for _, g := range grants {
		if g.Role == access.HeadOfSecurity && g.Holds(d.now()) && g.Person != r.Person {
			if err := d.notify(tx, g.Person, kind, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// StopRecovery ends a recovery that is waiting: the person themselves, anybody in charge, or a
// custodian with their sheet (see StopBySheet) can.
func (d *Desk) StopRecovery(ctx context.Context, s *access.Session, id string) error {
	k, err := d.keys(s)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		r, err := waiting(tx, k, id)
		if err != nil {
			return err
		}
		if !staff(s) && s.Person != r.Person {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		return d.stop(tx, k, s.Person, r)
	})
}

func (d *Desk) stop(tx *store.Tx, k *keyring.Keys, actor string, r store.Recovery) error {
	r.State = "stopped"
	r.Version++
	r.MAC = k.Vouch(r.Who())
	if err := tx.UpdateRecovery(r); err != nil {
		return err
	}
	if err := d.tellConcerned(tx, k, r, "recovery.stopped"); err != nil {
		return err
	}
	return record(tx, k, actor, "recovery.stop", recoveryRow(r))
}

// waiting gives a recovery under way.
func waiting(tx *store.Tx, k *keyring.Keys, id string) (store.Recovery, error) {
	r, err := tx.VouchedRecovery(k, id)
	if err != nil {
		return r, err
	}
	if r.State != "waiting" {
		return r, fault.New(fault.Conflict, "recovery.ended")
	}
	return r, nil
}

// StopByCode lets a custodian stop a recovery with the code on their sheet, without an account.
func (d *Desk) StopByCode(ctx context.Context, org, id, code string) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	return d.write(ctx, k, func(tx *store.Tx) error {
		key, err := tx.VouchedRecoveryKey(k)
		if err != nil {
			return err
		}
		all, err := Custodians(k, key)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.Code == CodeTag(k, code) {
				r, err := waiting(tx, k, id)
				if err != nil {
					return err
				}
				return d.stop(tx, k, "custodian", r)
			}
		}
		return fault.In("code", "custodian.code")
	})
}
