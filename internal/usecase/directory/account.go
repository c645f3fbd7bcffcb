package directory

import (
	"context"
	"encoding/json"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// Account is somebody who can be given a representative's letters.
type Account struct {
	ID, Name, Title string
	State           person.State
}

// Accounts lists the accounts, for who keeps the register. Whoever has protected personal data stands
// there under an alias.
func (d *Desk) Accounts(ctx context.Context, s *access.Session) ([]Account, error) {
	k, err := d.keys(s, Staff())
	if err != nil {
		return nil, err
	}
	var rows []person.Person
	if err := d.read(ctx, k, func(tx *store.Tx) (err error) {
		rows, err = tx.VouchedPeople(k)
		return err
	}); err != nil {
		return nil, err
	}
	var out []Account
	for _, p := range rows {
		raw, err := k.For(keyring.Names).OpenPadded(p.Sealed, p.AD())
		if err != nil {
			return nil, err
		}
		var v person.Profile
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, err
		}
		out = append(out, Account{ID: p.ID, Name: v.Name, Title: v.Title, State: p.State})
	}
	return out, nil
}
