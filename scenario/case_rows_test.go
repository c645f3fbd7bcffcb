package scenario

import (
	"varn/cmd/varn/wire"
	"varn/internal/infra/store"
	"varn/internal/kit/seal"
)

// write changes rows as somebody with full write access to the database.
func (w *town) write(text string, args ...any) {
	w.t.Helper()
	n := int64(0)
	err := w.house.DB.Org(w.org).Write(w.t.Context(), func(tx *store.Tx) (err error) {
		n, err = tx.Exec(text, args...)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if n == 0 {
		w.t.Fatalf("the attack changed nothing: %s", text)
	}
}

// rows reads one column, of bytes or text.
func (w *town) rows(text string, args ...any) []string {
	w.t.Helper()
	var out []string
	err := w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) error {
		out = nil
		if all, err := store.All[string](tx, text, args...); err == nil {
			out = all
			return nil
		}
		all, err := store.All[[]byte](tx, text, args...)
		for _, b := range all {
			out = append(out, string(b))
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// reopen ends the house and opens it anew on the same data, as after a restart.
func (w *town) reopen() {
	w.t.Helper()
	if err := w.house.Close(); err != nil {
		w.t.Fatal(err)
	}
	h, err := wire.Open(w.t.Context(), w.house.Config, wire.Options{Clock: w.clock, Pool: seal.NewTestPool()})
	if err != nil {
		w.t.Fatal(err)
	}
	w.house = h
}
