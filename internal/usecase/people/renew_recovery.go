package people

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"

	"varn/internal/domain/audit"
	"varn/internal/domain/casefile"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// renewal is a new recovery key and everything that was sealed to the old one.
type renewal struct {
	key    store.RecoveryKey
	escrow seal.Box
	wraps  []person.Unlocker
	cases  []casefile.Wrap
	papers []Paper
}

// Paper is what one custodian gets: a sheet of the new recovery key and a new code.
type Paper struct {
	seal.Sheet
	Custodian string
	Code      string
}

func (d *Desk) renew(ctx context.Context, k *keyring.Keys, old store.RecoveryKey, master *seal.Private, held []escrowed) (renewal, error) {
	var out renewal
	fresh := seal.NewPrivate()
	out.key = old
	out.key.Version++
	out.key.PublicKey, out.key.Created = fresh.Public(), d.now()
	if err := out.print(k, old, fresh); err != nil {
		return out, err
	}
	var err error
	if out.escrow, err = fresh.Public().Wrap(k.Root().Bytes(), organisation.RootAD(k.Org)); err != nil {
		return out, err
	}
	for _, c := range held {
		more, err := c.rewrapped(fresh.Public())
		if err != nil {
			return out, err
		}
		out.cases = append(out.cases, more...)
	}
	out.wraps, err = d.renewUnlockers(ctx, k, master, fresh)
	return out, err
}

// renewUnlockers seals everybody's escrowed key to the new recovery key.
func (d *Desk) renewUnlockers(ctx context.Context, k *keyring.Keys, master, fresh *seal.Private) ([]person.Unlocker, error) {
	var all, out []person.Unlocker
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		people, err := tx.People()
		if err != nil {
			return err
		}
		for _, p := range people {
			own, err := tx.VouchedUnlockers(k, p.ID)
			if err != nil {
				return err
			}
			all = append(all, own...)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	for _, u := range all {
		if u.Kind != person.Escrow {
			continue
		}
		ad := person.KeyAD(k.Org, u.Person, u.ID, u.KeyVersion)
		seed, err := master.Unwrap(u.Wrap, ad)
		if err != nil {
			return nil, err
		}
		if u.Wrap, err = fresh.Public().Wrap(seed, ad); err != nil {
			return nil, err
		}
		u.MAC = k.Vouch(u.Who())
		out = append(out, u)
	}
	return out, nil
}

// whole refuses when a person's key was sealed to the old recovery key after the renewal was
// prepared: it would open with sheets that are void. Nobody can seal one more until it has ended.
func (r *renewal) whole(tx *store.Tx, old int64) error {
	if err := tx.HoldRecoveryKey(old); err != nil {
		return err
	}
	now, err := tx.Escrowed()
	if err != nil {
		return err
	}
	for _, u := range r.wraps {
		if now[u.ID] != u.KeyVersion {
			return fault.New(fault.Conflict, "fault.changed")
		}
	}
	if len(now) != len(r.wraps) {
		return fault.New(fault.Conflict, "fault.changed")
	}
	return nil
}

// print splits the new key and gives each custodian a new code: what stood on the old sheets is void.
func (r *renewal) print(k *keyring.Keys, old store.RecoveryKey, fresh *seal.Private) error {
	all, err := Custodians(k, old)
	if err != nil {
		return err
	}
	sheets, err := seal.Split(fresh, k.Org, int(old.Sheets), int(old.Threshold))
	if err != nil {
		return err
	}
	for i := range all {
		code := newCode()
		r.papers = append(r.papers, Paper{Sheet: sheets[i], Custodian: all[i].Name, Code: code})
		all[i].Code = CodeTag(k, code)
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	r.key.Sealed = k.For(keyring.Names).SealPadded(b, r.key.AD())
	r.key.MAC = k.Vouch(r.key.Who())
	return nil
}

// newCode makes a custodian's code: 50 random bits in two groups of five.
func newCode() string {
	var b [7]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the process instead
	text := base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding).EncodeToString(b[:])
	return text[:5] + " " + text[5:10]
}

// store writes the new key and all that is sealed to it; done is the recovery that this ends.
func (r renewal) store(tx *store.Tx, done audit.Row) error {
	if err := tx.InsertRecoveryKey(r.key); err != nil {
		return err
	}
	if err := tx.SetEscrow(r.escrow); err != nil {
		return err
	}
	for _, w := range r.cases {
		if err := tx.Rewrap(w); err != nil {
			return err
		}
	}
	rows := []audit.Row{done, r.key.Row()}
	for _, u := range r.wraps {
		if err := tx.UpdateUnlocker(u); err != nil {
			return err
		}
		rows = append(rows, u.Row())
	}
	return tx.Log(audit.Entry{Act: "recovery.renew", Rows: rows})
}
