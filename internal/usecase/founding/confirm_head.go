package founding

import (
	"context"
	"strings"

	"varn/internal/domain/audit"
	"varn/internal/domain/function"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"

	"encoding/json"
)

// ConfirmHead lets the custodians, as many as the sheets need, vouch for the first head of
// security's key: each has seen the fingerprint and gives the code on their sheet. The head's
// role and seat take effect, and the security function gets its key pair.
func (d *Desk) ConfirmHead(ctx context.Context, org, headID, fingerprint string, codes []string) error {
	k, err := d.Ring.Org(org)
	if err != nil {
		return err
	}
	v, err := d.first(ctx, k, headID)
	if err != nil {
		return err
	}
	if err := v.vouched(k, fingerprint, codes); err != nil {
		return err
	}
	rows, err := v.seal(d, k)
	if err != nil {
		return err
	}
	return d.DB.Org(org).Write(ctx, func(tx *store.Tx) error {
		if err := tx.UpdatePerson(v.head); err != nil {
			return err
		}
		if err := tx.UpdateRole(v.role); err != nil {
			return err
		}
		if err := tx.UpdateFunction(v.function); err != nil {
			return err
		}
		if err := tx.UpdateHolder(v.seat); err != nil {
			return err
		}
		return tx.Log(audit.Entry{Actor: k.Tag("custodians"), Act: "organisation.confirm_head", Rows: rows})
	})
}

// first is what the custodians confirm.
type first struct {
	head       person.Person
	role       person.RoleGrant
	seat       function.Holder
	function   function.Function
	recovery   store.RecoveryKey
	custodians []organisation.Custodian
}

func (d *Desk) first(ctx context.Context, k *keyring.Keys, headID string) (*first, error) {
	v := &first{}
	err := d.DB.Org(k.Org).Read(ctx, func(tx *store.Tx) error {
		var err error
		if v.head, err = tx.VouchedPerson(k, headID); err != nil {
			return err
		}
		if v.recovery, err = tx.VouchedRecoveryKey(k); err != nil {
			return err
		}
		roles, err := tx.VouchedRoles(k, headID)
		if err != nil {
			return err
		}
		seats, err := tx.VouchedSeats(k, headID)
		if err != nil {
			return err
		}
		if len(roles) == 0 || len(seats) == 0 || seats[0].ProposedBy != "founding" {
			return fault.New(fault.NotFound, "fault.not-found")
		}
		v.role, v.seat = roles[0], seats[0]
		v.function, err = tx.VouchedFunction(k, v.seat.Function)
		return err
	})
	if err != nil {
		return nil, err
	}
	b, err := k.For(keyring.Names).OpenPadded(v.recovery.Sealed, v.recovery.AD())
	if err != nil {
		return nil, err
	}
	return v, json.Unmarshal(b, &v.custodians)
}

// vouched checks state, fingerprint and codes: as many different custodians as the sheets need.
func (v *first) vouched(k *keyring.Keys, fingerprint string, codes []string) error {
	if v.head.State != person.Enrolled || v.seat.State != person.Proposed {
		return fault.New(fault.Conflict, "person.not-enrolled")
	}
	squeeze := strings.NewReplacer(" ", "", "-", "")
	if !strings.EqualFold(squeeze.Replace(fingerprint), squeeze.Replace(v.head.PublicKey.Fingerprint())) {
		return fault.In("fingerprint", "person.fingerprint-differs")
	}
	given := map[string]bool{}
	for _, code := range codes {
		if strings.TrimSpace(code) == "" {
			continue
		}
		tag, known := codeTag(k, code), false
		for _, c := range v.custodians {
			known = known || c.Code == tag
		}
		if !known {
			return fault.In("codes", "custodian.code")
		}
		given[tag] = true
	}
	if len(given) < int(v.recovery.Threshold) {
		return fault.In("codes", "custodian.too-few", v.recovery.Threshold)
	}
	return nil
}

// seal makes the function's first key pair and the head's wrap of it.
func (v *first) seal(d *Desk, k *keyring.Keys) ([]audit.Row, error) {
	key := seal.NewPrivate()
	card, err := k.For(keyring.Names).OpenPadded(v.function.Sealed, v.function.AD())
	if err != nil {
		return nil, err
	}
	v.function.PublicKey, v.function.KeyVersion = key.Public(), 1
	v.function.Version++
	v.function.Sealed = k.For(keyring.Names).SealPadded(card, v.function.AD())
	v.function.MAC = k.Vouch(v.function.Who())

	v.seat.State, v.seat.ConfirmedBy, v.seat.KeyVersion = person.Active, "custodians", 1
	v.seat.Version++
	if v.seat, err = v.seat.Wrapped(k.Courier, v.head.PublicKey, key); err != nil {
		return nil, err
	}
	v.seat.MAC = k.Vouch(v.seat.Who())

	v.role.State, v.role.ConfirmedBy = person.Active, "custodians"
	v.role.Version++
	v.role.MAC = k.Vouch(v.role.Who())

	v.head.State, v.head.ConfirmedBy = person.Confirmed, "custodians"
	v.head.Version++
	v.head.MAC = k.Vouch(v.head.Who())
	return []audit.Row{
		{Kind: "person", ID: v.head.ID, Hash: v.head.Who().Hash()},
		{Kind: "role", ID: v.role.ID, Hash: v.role.Who().Hash()},
		{Kind: "function", ID: v.function.ID, Hash: v.function.Who().Hash()},
		{Kind: "holder", ID: v.seat.ID, Hash: v.seat.Who().Hash()},
	}, nil
}
