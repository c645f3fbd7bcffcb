package people

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
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

// Recover re-wraps what the person had, to the new key that they have enrolled with, and
// renews the recovery key: the sheets that were used are void and new ones are printed.
func (d *Desk) Recover(ctx context.Context, s *access.Session, id string, sheets []string) ([]Paper, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	if !staff(s) || noToken(s) != nil {
		return nil, denied()
	}
	var r store.Recovery
	var old store.RecoveryKey
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if r, err = waiting(tx, k, id); err != nil {
			return err
		}
		old, err = tx.VouchedRecoveryKey(k)
		return err
	}); err != nil {
		return nil, err
	}
	if d.now() < r.Opens {
		return nil, fault.New(fault.Denied, "recovery.too-early")
	}
	master, err := combine(sheets, old)
	if err != nil {
		return nil, err
	}
	back, err := d.planRecovery(ctx, k, r, master)
	if err != nil {
		return nil, err
	}
	renewed, err := d.renew(ctx, k, old, master)
	if err != nil {
		return nil, err
	}
	r.State = "done"
	r.Version++
	r.MAC = k.Vouch(r.Who())
	err = d.write(ctx, k, func(tx *store.Tx) error {
		if err := tx.UpdateRecovery(r); err != nil {
			return err
		}
		if back.to.State == person.Enrolled {
			if err := confirmByCustodians(tx, d, k, &back.to); err != nil {
				return err
			}
		}
		if err := back.store(tx, d, k, s.Person, "recovery.done"); err != nil {
			return err
		}
		return renewed.store(tx, recoveryRow(r))
	})
	if err != nil {
		return nil, err
	}
	return renewed.papers, nil
}

// combine rebuilds the recovery key out of what the custodians typed.
func combine(texts []string, want store.RecoveryKey) (*seal.Private, error) {
	sheets := make([]seal.Sheet, 0, len(texts))
	for i, t := range texts {
		one, err := seal.ParseSheet(t)
		if err != nil {
			return nil, sheetFault(i+1, err)
		}
		sheets = append(sheets, one)
	}
	key, err := seal.Combine(sheets, want.PublicKey)
	if err != nil {
		return nil, sheetFault(0, err)
	}
	return key, nil
}

// sheetFault says what is wrong with a sheet; n is which, from 1, or 0 for all of them together.
func sheetFault(n int, err error) error {
	code := "sheet.wrong"
	for _, known := range []struct {
		err  error
		code string
	}{
		{seal.ErrSheetDamaged, "sheet.damaged"}, {seal.ErrSheetForeign, "sheet.foreign"}, {seal.ErrSheetOld, "sheet.old"},
		{seal.ErrSheetTwice, "sheet.twice"}, {seal.ErrSheetsFew, "sheet.few"},
	} {
		if errors.Is(err, known.err) {
			code = known.code
		}
	}
	if n == 0 {
		return fault.Wrap(fault.Invalid, code, err)
	}
	return fault.In("sheet"+strconv.Itoa(n), code)
}

// planRecovery opens the person's escrow wraps with the recovery key and makes the new wraps.
func (d *Desk) planRecovery(ctx context.Context, k *keyring.Keys, r store.Recovery, master *seal.Private) (*readmission, error) {
	back, err := d.plan(ctx, k, r.Person)
	if err != nil && (back == nil || back.to.State != person.Enrolled) {
		return nil, err
	}
	var kept []person.Unlocker
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		kept, err = tx.VouchedUnlockers(k, r.Person)
		return err
	}); err != nil {
		return nil, err
	}
	for _, u := range kept {
		if u.Kind != person.Escrow || u.KeyVersion == back.to.KeyVersion {
			continue
		}
		seed, err := master.Unwrap(u.Wrap, person.KeyAD(k.Org, u.Person, u.ID, u.KeyVersion))
		if err != nil {
			return nil, err
		}
		lost, err := seal.PrivateFrom(seed)
		if err != nil {
			return nil, err
		}
		if err := back.reopen(d, k, lost); err != nil {
			return nil, err
		}
	}
	return back, nil
}

// reopen re-wraps whatever the lost key itself still opens.
func (r *readmission) reopen(d *Desk, k *keyring.Keys, lost *seal.Private) error {
	for _, h := range r.lost {
		fn, _, err := h.Open(lost)
		if err != nil {
			continue // wrapped to another version of the key
		}
		fresh, err := h.Wrapped(k.Courier, r.to.PublicKey, fn)
		if err != nil {
			return err
		}
		fresh.Version++
		fresh.MAC = k.Vouch(fresh.Who())
		r.seats = append(r.seats, fresh)
	}
	for _, p := range r.places {
		if err := r.reopenOwn(k, p, lost); err != nil {
			return err
		}
	}
	return nil
}

func (r *readmission) reopenOwn(k *keyring.Keys, p casefile.Place, lost *seal.Private) error {
	for _, w := range r.all[p.ID] {
		seed, err := casefile.OpenWrap(w, lost)
		if err != nil {
			continue // wrapped to another version of the key
		}
		if err := r.give(k, w, p, seed); err != nil {
			return err
		}
	}
	return nil
}

// confirmByCustodians: at a recovery the custodians stand in for the present holder.
func confirmByCustodians(tx *store.Tx, d *Desk, k *keyring.Keys, p *person.Person) error {
	p.State, p.ConfirmedBy = person.Confirmed, "custodians"
	*p = change(k, d, *p)
	if err := tx.UpdatePerson(*p); err != nil {
		return err
	}
	return record(tx, k, "custodians", "person.confirm", personRow(*p))
}

// Custodians lists those who keep the sheets.
func Custodians(k *keyring.Keys, key store.RecoveryKey) ([]organisation.Custodian, error) {
	var all []organisation.Custodian
	b, err := k.For(keyring.Names).OpenPadded(key.Sealed, key.AD())
	if err != nil {
		return nil, err
	}
	return all, json.Unmarshal(b, &all)
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

// CodeTag is what is kept of a custodian's confirmation code.
func CodeTag(k *keyring.Keys, code string) string {
	return k.For(keyring.Lookup).Tag("custodian code", string(bare(code)))
}

func recoveryRow(r store.Recovery) audit.Row {
	return audit.Row{Kind: "recovery", ID: r.ID, Hash: r.Who().Hash()}
}
