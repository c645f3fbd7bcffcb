package casework

import (
	"slices"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// tellAlone alarms when fewer than two can open a case: everybody who holds the security function, or,
// when nobody of them may know, the administrators, who can let more people in but open nothing. Who
// may not know is never told, and who does not sit in the circle is told without the reference.
func (d *Desk) tellAlone(tx *store.Tx, k *keyring.Keys, v composed) error {
	if !v.alone {
		return nil
	}
	guard, err := surveySecurity(tx, k)
	if err != nil {
		return err
	}
	var tell []string
	for _, m := range guard.securityOnly() {
		for _, seat := range guard.holders[m.ID] {
			if !v.barred.Bars(seat.Person) {
				tell = append(tell, seat.Person)
			}
		}
	}
	if len(tell) == 0 {
		if tell, err = administrators(tx, k, v.barred); err != nil {
			return err
		}
	}
	slices.Sort(tell)
	for _, id := range slices.Compact(tell) {
		kind, ref := "case.few", ""
		if slices.ContainsFunc(v.places, func(p casefile.Place) bool { return slices.Contains(guard.whoIs(p), id) }) {
			kind, ref = "case.alone", v.c.Ref
		}
		if err := d.notify(tx, id, kind, ref); err != nil {
			return err
		}
	}
	return nil
}

// administrators lists those who run the installation, without whoever may not know.
func administrators(tx *store.Tx, k *keyring.Keys, e Exclusion) ([]string, error) {
	grants, err := tx.VouchedRoles(k, "")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, g := range grants {
		if g.Role == access.Administrator && g.State == person.Active && g.From <= tx.Now() && (g.Until == 0 || g.Until > tx.Now()) && !e.Bars(g.Person) {
			out = append(out, g.Person)
		}
	}
	return out, nil
}
