package scenario

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/cmd/varn/wire"
	"varn/internal/domain/casefile"
	"varn/internal/infra/keyplace"
	"varn/internal/usecase/backup"
)

// filesUnder lists every file under a folder.
func filesUnder(t *testing.T, dir string) (all []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all = append(all, path)
		}
		return err
	}))
	return all
}

// TestABackupIsReadableToNobodyWithoutItsKeys looks for every text of a story in every file of a
// backup, and of what is restored from it.
func TestABackupIsReadableToNobodyWithoutItsKeys(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		secrets := plant(t, w)
		folder := t.TempDir()
		w.backedUp(folder)
		keyPlace := filepath.Dir(w.house.Config.ServerKey)
		secrets["backup key"] = string(w.backupKey().Bytes())
		secrets["server key"] = string(w.house.Keys.Server().Bytes())
		secrets["root"] = string(w.keys().Root().Bytes())
		signing, err := w.house.Keys.SigningKey()
		must(t, err)
		secrets["signing key"] = string(signing)
		look(t, folder, secrets)
		c := w.elsewhere()
		c.SecondKeys = keyPlace
		must(t, w.restore(c, folder, backup.Openers{Backup: w.backupKey()}))
		w.moved(c) // while it is open there are several files
		look(t, c.Data, secrets)
	})
}

// TestOneChangedByteAnywhereIsRefused changes each file of a backup at its beginning, its middle
// and its end, cuts it, and takes it away.
func TestOneChangedByteAnywhereIsRefused(t *testing.T) {
	t.Parallel()
	w := found(t, secondPlace(t))
	ref := w.head.opens("Ärende", "text")
	_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("x.png", random(100_000))})
	must(t, err)
	folder := t.TempDir()
	w.backedUp(folder)
	with := backup.Openers{Backup: w.backupKey()}
	all := filesUnder(t, folder)
	if len(all) != 4 {
		t.Fatalf("%v", all)
	}
	for _, path := range all {
		raw, err := os.ReadFile(path)
		must(t, err)
		for how, content := range map[string][]byte{
			"first byte": flipped(raw, 0), "middle byte": flipped(raw, len(raw)/2), "last byte": flipped(raw, len(raw)-1),
			"cut": raw[:len(raw)-1], "halved": raw[:len(raw)/2], "longer": append(bytes.Clone(raw), 0), "gone": nil,
		} {
			if content == nil {
				must(t, os.Remove(path))
			} else {
				must(t, os.WriteFile(path, content, 0o600))
			}
			c := w.elsewhere()
			if err := w.restore(c, folder, with); err == nil {
				t.Errorf("%s: %s: it was restored", filepath.Base(path), how)
			}
			if left := filesUnder(t, filepath.Dir(c.Data)); len(left) > 0 {
				t.Errorf("%s: %s: left behind %v", filepath.Base(path), how, left)
			}
		}
		must(t, os.WriteFile(path, raw, 0o600))
	}
	must(t, w.restore(w.elsewhere(), folder, with))
}

func flipped(raw []byte, at int) []byte {
	out := bytes.Clone(raw)
	out[at] ^= 1
	return out
}

// TestWhoHoldsNeitherSheetsNorKeyRestoresNothing tries what does not open.
func TestWhoHoldsNeitherSheetsNorKeyRestoresNothing(t *testing.T) {
	t.Parallel()
	w, other := found(t), found(t)
	folder := t.TempDir()
	w.backedUp(folder)
	other.backedUp(t.TempDir())
	damaged := w.sheets(3)
	damaged[1] = strings.Replace(damaged[1], damaged[1][12:14], "ZZ", 1)
	foreign := append(w.sheets(2), other.sheets(3)[2])
	for want, with := range map[string]backup.Openers{
		"backup.no-key":    {},
		"backup.wrong-key": {Backup: other.backupKey()},
		"sheet.few":        {Sheets: w.sheets(2)},
		"sheet.damaged":    {Sheets: damaged},
		"sheet.foreign":    {Sheets: foreign},
		"sheet.wrong":      {Sheets: append(w.sheets(2), w.sheets(1)...)},
	} {
		c := w.elsewhere()
		err := w.restore(c, folder, with)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if left := filesUnder(t, filepath.Dir(c.Data)); len(left) > 0 {
			t.Errorf("%s: left behind %v", want, left)
		}
	}
	// A manifest whose parts are those of another backup.
	second := t.TempDir()
	one, two := w.backedUp(second), w.backedUp(second)
	must(t, os.Rename(filepath.Join(second, "b-", one.Name+"-dump"), filepath.Join(second, "b-", two.Name+"-dump")))
	if err := w.restore(w.elsewhere(), second, backup.Openers{Backup: w.backupKey()}); err == nil {
		t.Error("a dump of another backup was restored")
	}
	// A backup is never put over something.
	c := w.elsewhere()
	must(t, os.MkdirAll(c.Data, 0o700))
	must(t, os.WriteFile(filepath.Join(c.Data, "kvar"), []byte("x"), 0o600))
	if err := w.restore(c, folder, backup.Openers{Backup: w.backupKey()}); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Error(err)
	}
	// A key place that belongs to another log.
	c = w.elsewhere(func(c *wire.Config) { c.ServerKey = other.house.Config.ServerKey })
	if err := w.restore(c, folder, backup.Openers{Backup: w.backupKey()}); err == nil || !strings.Contains(err.Error(), "another log") {
		t.Error(err)
	}
	if _, err := keyplace.ReadKey(other.house.Keys.BackupKeyFile()); err != nil {
		t.Errorf("the other installation lost a key: %v", err)
	}
}

// TestWhatWasErasedStaysErased restores a backup from before a destruction.
func TestWhatWasErasedStaysErased(t *testing.T) {
	t.Parallel()
	onBothTo(t, func(t *testing.T, from, to []func(*wire.Config)) {
		w := found(t, from...)
		ref := w.head.opens("Ärende", "text")
		kept, erased := random(70_000), random(80_000)
		_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("kvar.png", kept), w.head.sends("borta.png", erased)})
		must(t, err)
		folder := t.TempDir()
		w.backedUp(folder)
		// What retention does to an attachment: its leaf is doomed and destroyed.
		w.write(`INSERT INTO epoch_doomed (org, leaf, blob) SELECT org, epoch, id FROM object WHERE org = $1 AND size = 80000`)
		n, err := w.house.Cases.Destroy(t.Context(), w.org)
		if err != nil || n != 1 {
			t.Fatal(n, err)
		}
		c := w.elsewhere(to...)
		must(t, w.restore(c, folder, backup.Openers{Sheets: w.sheets(3)}))
		again := w.moved(c).returns(w.head)
		if _, got := again.file(ref, 0); !bytes.Equal(got, kept) {
			t.Error("the survivor does not open")
		}
		if again.fileOpens(ref, 1) {
			t.Error("what was erased opens again")
		}
	})
}

// fileOpens tells whether the n-th attachment gives its bytes.
func (a *actor) fileOpens(ref string, n int) bool {
	a.town.t.Helper()
	got, err := a.reads(ref)
	must(a.town.t, err)
	for _, e := range got.Timeline {
		if e.Kind != casefile.Attachment {
			continue
		}
		if n > 0 {
			n--
			continue
		}
		f, err := a.town.house.Cases.OpenFile(a.town.t.Context(), a.session(), ref, e.ID)
		if err != nil {
			return false
		}
		_, err = f.Read(make([]byte, 1))
		return err == nil
	}
	a.town.t.Fatal("no such attachment")
	return false
}

// TestARestoreThatFailsLeavesPostgreSQLEmpty: the same database takes the next try, and no more
// once something lies in it.
func TestARestoreThatFailsLeavesPostgreSQLEmpty(t *testing.T) {
	t.Parallel()
	w := found(t, secondPlace(t))
	ref := w.head.opens("Ärende", "text")
	_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("x.png", random(100_000))})
	must(t, err)
	folder := t.TempDir()
	w.backedUp(folder)
	with := backup.Openers{Backup: w.backupKey()}
	c := w.elsewhere(onPostgres(t))
	for _, path := range filesUnder(t, folder) {
		if strings.Contains(filepath.Base(path), "b-") {
			continue
		}
		raw, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(path, flipped(raw, 5000), 0o600)) // seen only when it is copied
		if err := w.restore(c, folder, with); err == nil || !strings.Contains(err.Error(), "has been changed") {
			t.Fatal(err)
		}
		must(t, os.WriteFile(path, raw, 0o600))
	}
	must(t, w.restore(c, folder, with))
	n := w.moved(c)
	if !n.returns(w.head).fileOpens(ref, 0) {
		t.Error("the attachment does not open")
	}
	again := w.elsewhere()
	again.Database, again.DatabaseOwner, again.DatabaseWorker = c.Database, c.DatabaseOwner, c.DatabaseWorker
	if err := w.restore(again, folder, with); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Error(err)
	}
	if got, err := n.returns(w.head).reads(ref); err != nil || len(got.Timeline) == 0 {
		t.Errorf("the refused restore harmed what was there: %v", err)
	}
}
