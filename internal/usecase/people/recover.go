package people

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// Recover re-wraps what the person had, to the new key that they have enrolled with, gives whoever
// holds security the cases that nobody but the recovery key holds, and renews that key: the sheets
// that were used are void and new ones are printed.
func (d *Desk) Recover(ctx context.Context, s *access.Session, id string, sheets []string) ([]Paper, error) {
	k, err := d.keys(s)
	if err != nil {
		return nil, err
	}
	if !staff(s) || noToken(s) != nil {
		return nil, denied()
	}
	var done recovered
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if done.r, err = waiting(tx, k, id); err != nil {
			return err
		}
		done.old, err = tx.VouchedRecoveryKey(k)
		return err
	}); err != nil {
		return nil, err
	}
	if d.now() < done.r.Opens {
		return nil, fault.New(fault.Denied, "recovery.too-early")
	}
	if err := d.ceremony(ctx, k, s, &done, sheets); err != nil {
		return nil, err
	}
	if err := d.write(ctx, k, func(tx *store.Tx) error { return done.store(tx, d, k, s.Person) }); err != nil {
		return nil, err
	}
	return done.renewed.papers, nil
}

// recovered is a recovery with everything that it writes, sealed.
type recovered struct {
	r       store.Recovery
	old     store.RecoveryKey
	back    *readmission
	held    []escrowed
	given   []given
	renewed renewal
}

// ceremony rebuilds the recovery key out of the sheets and seals what it opens anew.
func (d *Desk) ceremony(ctx context.Context, k *keyring.Keys, s *access.Session, done *recovered, sheets []string) error {
	master, err := combine(sheets, done.old)
	if err != nil {
		return err
	}
	if done.back, err = d.planRecovery(ctx, k, done.r, master); err != nil {
		return err
	}
	if done.held, err = d.escrowedCases(ctx, k, master); err != nil {
		return err
	}
	if done.given, err = d.giveKept(ctx, k, done.back.to, done.held, s.Person); err != nil {
		return err
	}
	if done.renewed, err = d.renew(ctx, k, done.old, master, done.held); err != nil {
		return err
	}
	done.r.State = "done"
	done.r.Version++
	done.r.MAC = k.Vouch(done.r.Who())
	return nil
}

func (v *recovered) store(tx *store.Tx, d *Desk, k *keyring.Keys, actor string) error {
	if err := v.renewed.whole(tx, v.old.Version); err != nil {
		return err
	}
	held, err := tx.PlacesHeld(recoveryMember)
	if err != nil {
		return err
	}
	if len(held) != len(v.held) {
		return fault.New(fault.Conflict, "fault.changed") // one came meanwhile, sealed to the key that goes
	}
	if err := tx.UpdateRecovery(v.r); err != nil {
		return err
	}
	if v.back.to.State == person.Enrolled {
		if err := confirmByCustodians(tx, d, k, &v.back.to); err != nil {
			return err
		}
	}
	if err := v.back.store(tx, d, k, actor, "recovery.done"); err != nil {
		return err
	}
	for _, g := range v.given {
		if err := g.enter(tx, d, k, actor); err != nil {
			return err
		}
	}
	if err := d.tellConcerned(tx, k, v.r, "recovery.done"); err != nil {
		return err
	}
	return v.renewed.store(tx, recoveryRow(v.r))
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

// CodeTag is what is kept of a custodian's confirmation code.
func CodeTag(k *keyring.Keys, code string) string {
	return k.For(keyring.Lookup).Tag("custodian code", string(bare(code)))
}

func recoveryRow(r store.Recovery) audit.Row {
	return audit.Row{Kind: "recovery", ID: r.ID, Hash: r.Who().Hash()}
}
