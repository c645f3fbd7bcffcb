package scenario

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/infra/keyplace"
	"varn/internal/infra/store"
	"varn/internal/kit/seal"
)

// copied keeps the database aside as it is; what it gives puts the copy in its place.
func (w *town) copied() (putBack func() wire.Config) {
	w.t.Helper()
	c := w.house.Config
	if c.Database == "" {
		file := filepath.Join(c.Data, "varn.db")
		raw, err := os.ReadFile(file)
		must(w.t, err)
		return func() wire.Config {
			must(w.t, os.WriteFile(file, raw, 0o600))
			return c
		}
	}
	u, err := url.Parse(c.Database)
	must(w.t, err)
	name := strings.TrimPrefix(u.Path, "/")
	must(w.t, source.Cluster().Create(name+"_older", name))
	older := source.Cluster().Database(name + "_older")
	return func() wire.Config {
		c.Database, c.DatabaseOwner, c.DatabaseWorker = older.URL, older.OwnerURL, older.WorkerURL
		return c
	}
}

// TestAnOlderDatabaseStartsOnlyByALoggedRestore puts a copy of the database back.
func TestAnOlderDatabaseStartsOnlyByALoggedRestore(t *testing.T) {
	t.Parallel()
	forBoth(t, olderPutBack)
}

func olderPutBack(t *testing.T, w *town) {
	ref := w.head.opens("Ärende", "text")
	c := w.house.Config
	must(t, w.house.Close())
	older := w.copied()
	open := func() error {
		h, err := wire.Open(t.Context(), c, wire.Options{Clock: w.clock, Pool: seal.NewTestPool()})
		if err == nil {
			w.house = h
		}
		return err
	}
	w.closed = true
	must(t, open())
	must(t, w.head.says(ref, "senare"))
	w.head.sends("senare.png", random(100)) // an erasable key is younger than the copy
	w.clock.Move(25 * time.Hour)
	must(t, w.house.DB.ConfirmTime(t.Context()))
	must(t, w.house.Cases.Sweep(t.Context())) // and destroyed
	must(t, w.house.Close())
	c = older()
	var refused *store.Older
	// The log notices it, or, where its last entries had not been sequenced, the key places do.
	if err := open(); !errors.As(err, &refused) && !errors.Is(err, keyplace.ErrOlder) {
		t.Fatalf("an older database started: %v", err)
	}
	orgs, err := wire.AcceptOlder(t.Context(), c, w.clock)
	if err != nil || len(orgs) != 1 || orgs[0] != w.org {
		t.Fatalf("%v %v", orgs, err)
	}
	must(t, open())
	w.closed = false
	report, err := w.house.Inspect.Verify(t.Context(), w.org)
	must(t, err)
	if !report.OK() {
		t.Errorf("%+v", report)
	}
	var acts []string
	must(t, w.house.DB.Org(w.org).Read(t.Context(), func(tx *store.Tx) error {
		all, err := store.LogAll(tx, 0, 3)
		for _, e := range all {
			acts = append(acts, e.Act)
		}
		return err
	}))
	if !strings.Contains(strings.Join(acts, " "), "restore") {
		t.Errorf("the log ends with %v", acts)
	}
	if orgs, err := wire.AcceptOlder(t.Context(), c, w.clock); err != nil || len(orgs) != 0 {
		t.Errorf("accepted twice: %v %v", orgs, err)
	}
}
