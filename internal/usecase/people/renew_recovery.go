package people

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"

	"varn/internal/domain/audit"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
)

// renewal is a new recovery key and everything that was sealed to the old one.
type renewal struct {
	key    store.RecoveryKey
	escrow seal.Box
	wraps  []person.Unlocker
	papers []Paper
}

// Paper is what one custodian gets: a sheet of the new recovery key and a new code.
type Paper struct {
	seal.Sheet
	Custodian string
	Code      string
}

func (d *Desk) renew(ctx context.Context, k *keyring.Keys, old store.RecoveryKey, master *seal.Private) (renewal, error) {
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
	var people []person.Person
	kept := map[string][]person.Unlocker{}
	if err := d.read(ctx, k, func(tx *store.Tx) error {
		if people, err = tx.People(); err != nil {
			return err
		}
		for _, p := range people {
			if kept[p.ID], err = tx.VouchedUnlockers(k, p.ID); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return out, err
	}
	for _, all := range kept {
		for _, u := range all {
			if u.Kind != person.Escrow {
				continue
			}
			ad := person.KeyAD(k.Org, u.Person, u.ID, u.KeyVersion)
			seed, err := master.Unwrap(u.Wrap, ad)
			if err != nil {
				return out, err
			}
			if u.Wrap, err = fresh.Public().Wrap(seed, ad); err != nil {
				return out, err
			}
			u.MAC = k.Vouch(u.Who())
			out.wraps = append(out.wraps, u)
		}
	}
	return out, nil
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
	rows := []audit.Row{done, r.key.Row()}
	for _, u := range r.wraps {
		if err := tx.UpdateUnlocker(u); err != nil {
			return err
		}
		rows = append(rows, u.Row())
	}
	return tx.Log(audit.Entry{Act: "recovery.renew", Rows: rows})
}
