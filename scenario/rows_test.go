package scenario

import (
	"encoding/json"

	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
)

// roles reads somebody's role grants past every use case.
func (w *town) roles(id string) (out []person.RoleGrant) {
	w.t.Helper()
	err := w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		out, err = tx.RolesOf(id)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// authority gives the id of the n-th authority by its code, KS first.
func (w *town) authority(n int) string {
	w.t.Helper()
	var all []organisation.Authority
	err := w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) (err error) {
		all, err = tx.Authorities()
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	want := []string{"KS", "SN"}[n]
	for _, a := range all {
		var l organisation.Label
		b, err := w.keys().For(keyring.Names).OpenPadded(a.Sealed, a.AD())
		if err != nil {
			w.t.Fatal(err)
		}
		if err := json.Unmarshal(b, &l); err != nil {
			w.t.Fatal(err)
		}
		if l.Code == want {
			return a.ID
		}
	}
	w.t.Fatalf("no authority %s", want)
	return ""
}

func (w *town) keys() *keyring.Keys {
	w.t.Helper()
	k, err := w.house.Ring.Org(w.org)
	if err != nil {
		w.t.Fatal(err)
	}
	return k
}
