package scenario

import (
	"bytes"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/infra/keyplace"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
	"varn/internal/usecase/backup"
	"varn/internal/usecase/signin"
)

// backedUp makes a backup of the town and gives its folder.
func (w *town) backedUp(dir string) backup.Made {
	w.t.Helper()
	desk, err := w.house.Backup(w.t.Context(), dir)
	must(w.t, err)
	made, err := desk.Make(w.t.Context(), w.org)
	must(w.t, err)
	return made
}

// sheets are as many of the custodians' sheets.
func (w *town) sheets(n int) (texts []string) {
	for i := range n {
		texts = append(texts, w.founded.Sheets[i].Share.Text())
	}
	return texts
}

func (w *town) backupKey() seal.Key {
	w.t.Helper()
	k, err := keyplace.ReadKey(w.house.Keys.BackupKeyFile())
	must(w.t, err)
	return k
}

// elsewhere is another machine: new folders, new keys, and the second key place carried there.
func (w *town) elsewhere(edit ...func(*wire.Config)) wire.Config {
	dir := w.t.TempDir()
	c := wire.Defaults()
	c.Data, c.ServerKey, c.Reserve = filepath.Join(dir, "data"), filepath.Join(dir, "keys", "server"), 0
	c.SecondKeys = w.house.Config.SecondKeys
	for _, fn := range edit {
		fn(&c)
	}
	return c
}

func (w *town) restore(c wire.Config, from string, with backup.Openers) error {
	w.t.Helper()
	place, err := c.BackupPlace(w.t.Context(), from)
	must(w.t, err)
	_, err = wire.Restore{Config: c, From: place, With: with, Clock: w.clock}.Run(w.t.Context())
	return err
}

// moved is the same town in a restored house; sessions are gone, so people sign in anew.
func (w *town) moved(c wire.Config) *town {
	w.t.Helper()
	h, err := wire.Open(w.t.Context(), c, wire.Options{Clock: w.clock, Pool: seal.NewTestPool()})
	must(w.t, err)
	n := &town{t: w.t, house: h, clock: w.clock, org: w.org, founded: w.founded, council: w.council, guard: w.guard}
	w.t.Cleanup(func() {
		if !n.closed {
			must(w.t, n.house.Close())
		}
	})
	return n
}

// returns signs somebody in with their own passphrase.
func (w *town) returns(a *actor) *actor {
	w.t.Helper()
	in, err := w.house.SignIn.ByPassphrase(w.t.Context(), signin.Try{Org: w.org, Address: address(a.name), Passphrase: phrase, Label: "ny dator", From: netip.MustParseAddr("192.0.2.7")})
	must(w.t, err)
	return &actor{name: a.name, id: a.id, town: w, secret: in}
}

// secondPlace gives the town a second key place.
func secondPlace(t *testing.T) func(*wire.Config) {
	dir := t.TempDir()
	return func(c *wire.Config) { c.SecondKeys = dir }
}

// onBothTo tells a story on both engines, and what it restores into on both.
func onBothTo(t *testing.T, story func(t *testing.T, from, to []func(*wire.Config))) {
	engines := []string{"sqlite", "postgres"}
	for _, from := range engines {
		for _, to := range engines {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				place := secondPlace(t)
				story(t, append(engine(t, from), place), append(engine(t, to), place))
			})
		}
	}
}

func engine(t *testing.T, name string) []func(*wire.Config) {
	if name == "sqlite" {
		return nil
	}
	return []func(*wire.Config){onPostgres(t)}
}

// TestABackupUnderLoadHoldsWhatWasAcknowledged writes while a backup is made, restores it on
// another machine, and opens with people's own passphrases what was acknowledged before.
func TestABackupUnderLoadHoldsWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	onBothTo(t, func(t *testing.T, from, to []func(*wire.Config)) {
		w := found(t, from...)
		asta := w.newcomer("Asta Ledamot", access.Elected)
		ref := asta.opens("Hot på torget", "Det började i går.", asta)
		picture := random(200_000)
		_, err := w.house.Cases.Attach(t.Context(), asta.session(), ref, "", []string{asta.sends("hot.png", picture)})
		must(t, err)
		stop := make(chan struct{})
		var mu sync.Mutex
		var said []string
		var writers sync.WaitGroup
		for range 3 {
			session := asta.session()
			writers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					text := "rad " + ident.New()
					_, err := w.house.Cases.AddMessage(t.Context(), session, ref, text)
					if fault.Is(err, fault.Conflict) {
						continue // another writer was first: nothing was acknowledged
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					said = append(said, text)
					mu.Unlock()
				}
			})
		}
		for enough := 0; enough < 10; {
			mu.Lock()
			enough = len(said)
			mu.Unlock()
		}
		mu.Lock()
		before := len(said)
		mu.Unlock()
		folder := t.TempDir()
		w.backedUp(folder)
		close(stop)
		writers.Wait()
		c := w.elsewhere(to...)
		must(t, w.restore(c, folder, backup.Openers{Sheets: w.sheets(3)}))
		n := w.moved(c)
		if len(n.rows(`SELECT wrap FROM session WHERE org = $1`)) != 0 {
			t.Error("sessions were restored")
		}
		again := n.returns(asta)
		got, err := again.reads(ref)
		must(t, err)
		all := fmt.Sprintf("%+v", got.Timeline)
		for _, text := range said[:before] {
			if !strings.Contains(all, text) {
				t.Errorf("%q was acknowledged before the backup", text)
			}
		}
		if _, content := again.file(ref, 0); !bytes.Equal(content, picture) {
			t.Error("the attachment came back changed")
		}
		must(t, again.says(ref, "Och det går vidare."))
		report, err := n.house.Inspect.Verify(t.Context(), n.org)
		must(t, err)
		if !report.OK() || report.Rows == 0 {
			t.Errorf("%+v", report)
		}
	})
}
