package scenario

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/job"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/keyring"
	"varn/internal/kit/seal"
	"varn/internal/usecase/backup"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/operate"
	"varn/internal/usecase/rule"
)

// versions counts the boxes of a column by the version that they name.
func (w *town) versions(query string) map[int]int {
	w.t.Helper()
	out := map[int]int{}
	must(w.t, w.house.DB.Org(w.org).Read(w.t.Context(), func(tx *store.Tx) error {
		all, err := store.All[seal.Box](tx, query)
		for _, b := range all {
			out[b.Version()]++
		}
		return err
	}))
	return out
}

// rotated lists every column under a key that rotates, by purpose.
func rotated() map[keyring.Purpose][]string {
	return map[keyring.Purpose][]string{
		keyring.Names: {`SELECT sealed FROM person WHERE org = $1`, `SELECT sealed FROM authority WHERE org = $1`, `SELECT sealed FROM unit WHERE org = $1`,
			`SELECT sealed FROM function WHERE org = $1`, `SELECT sealed FROM recovery_key WHERE org = $1`, `SELECT sealed FROM recovery WHERE org = $1`,
			`SELECT outside FROM registration WHERE org = $1 AND outside IS NOT NULL`},
		keyring.Settings:  {`SELECT sealed FROM setting WHERE org = $1 AND name <> 'key_versions'`, `SELECT sealed FROM ruling WHERE org = $1`},
		keyring.Directory: {`SELECT sealed FROM directory WHERE org = $1`},
		keyring.Mail: {`SELECT sealed FROM contact_form WHERE org = $1`, `SELECT sealed FROM mailbox WHERE org = $1`,
			`SELECT sealed FROM mail_queue WHERE org = $1`, `SELECT sealed FROM mail_reply WHERE org = $1`,
			`SELECT sealed FROM screening_example WHERE org = $1`, `SELECT sealed FROM screening_weights WHERE org = $1`},
		keyring.Exposure: {`SELECT sealed FROM exposure_site WHERE org = $1`, `SELECT sealed FROM exposure_page WHERE org = $1`,
			`SELECT sealed FROM exposure_finding WHERE org = $1`, `SELECT sealed FROM exposure_place WHERE org = $1`,
			`SELECT sealed FROM listed WHERE org = $1`, `SELECT sealed FROM own_search WHERE org = $1 AND state = 'waiting'`},
		keyring.Exclusion: {`SELECT exclusion FROM casefile WHERE org = $1 AND exclusion IS NOT NULL`},
	}
}

// all tells whether every box of a purpose is of one version, and that there are some.
func (w *town) all(p keyring.Purpose, version int) {
	w.t.Helper()
	for _, query := range rotated()[p] {
		if got := w.versions(query); len(got) != 1 || got[version] == 0 {
			w.t.Errorf("%s: versions %v where all should be %d", query, got, version)
		}
	}
}

// lived fills every column that a rotation touches.
func lived(w *town) (asta *actor, ref string) {
	w.t.Helper()
	asta = w.newcomer("Asta Lindvik", access.Elected)
	bo := w.newcomer("Rune Granvik", access.Elected)
	var err error
	ref, err = asta.town.house.Cases.OpenCase(w.t.Context(), asta.session(), casework.NewCase{Authority: w.council, Title: "Hot", Text: "text",
		Exclude: casework.Exclusion{Words: []string{bo.name}},
		Members: []casework.Member{{Kind: casefile.ByFunction, ID: w.guard, Reason: "ansvarar"}, {Kind: casefile.ByPerson, ID: asta.id, Reason: "berörd"}}})
	must(w.t, err)
	_, err = w.house.People.BeginRecovery(w.t.Context(), w.head.session(), bo.id)
	must(w.t, err)
	w.rules("", rule.Body{Routing: &ruling.RoutingRule{WakeMinutes: 5}})
	w.files(w.guest(), threat("Ett brev."))
	plantDirectory(w.t, w, flowNeedles())
	plantLetters(w.t, w, flowNeedles())
	plantExposure(w.t, w, flowNeedles())
	plantListed(w.t, w, flowNeedles())
	plantReleased(w.t, w, flowNeedles())
	rut := w.registrar()
	_, err = w.house.Registry.SetOutside(w.t.Context(), rut.session(), w.register(rut)[0].ID, "KS 2026/0077")
	must(w.t, err)
	return asta, ref
}

// reseals does the jobs that a rotation has left.
func (w *town) reseals() {
	w.t.Helper()
	w.clock.Move(3 * time.Minute)
	for _, p := range keyring.Rotating() {
		must(w.t, w.house.Operate.Reseal(w.t.Context(), resealing(w, p)))
	}
}

func resealing(w *town, p keyring.Purpose) job.Job {
	return job.Job{Org: w.org, Kind: operate.ResealJob, Args: map[string]string{"purpose": string(p)}}
}

func (w *town) verifies() {
	w.t.Helper()
	report, err := w.house.Inspect.Verify(w.t.Context(), w.org)
	must(w.t, err)
	if !report.OK() {
		w.t.Errorf("%+v", report.Findings)
	}
}

// works reads what the rotated keys have sealed, through the acts that people do.
func (w *town) works(asta *actor, ref string) {
	w.t.Helper()
	if v, err := asta.reads(ref); err != nil || v.Title != "Hot" {
		w.t.Errorf("the case: %v", err)
	}
	must(w.t, asta.says(ref, "ett tillägg"))
	if p, _, err := w.house.People.EditProfile(w.t.Context(), w.head.session()); err != nil || p.Name != "Exempelstads kommun" {
		w.t.Errorf("the profile: %+v %v", p, err)
	}
	w.signIn(asta, address(asta.name))
	w.verifies()
}

func TestARotationSealsAnewWhatIsStored(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		asta, ref := lived(w)
		out, err := w.house.Operate.RotateKeys(t.Context(), w.org, keyring.Rotating())
		must(t, err)
		if len(out) != len(keyring.Rotating()) || out[0].Version != 2 {
			t.Fatalf("%+v", out)
		}
		w.all(keyring.Names, 1) // nothing is sealed anew before the job
		w.works(asta, ref)
		w.reseals()
		for p := range rotated() {
			w.all(p, 2)
		}
		w.works(asta, ref)
		w.reopen()
		w.works(asta, ref)
		w.newcomer("Frida Ekvall", access.Elected)
		w.all(keyring.Names, 2)
	})
}

// TestARotationThatWasKilledIsFinished: between rotation and sealing anew, and in the middle of that.
func TestARotationThatWasKilledIsFinished(t *testing.T) {
	t.Parallel()
	w := found(t)
	asta, ref := lived(w)
	_, err := w.house.Operate.RotateKeys(t.Context(), w.org, []keyring.Purpose{keyring.Names})
	must(t, err)
	w.reopen() // the process ended after the rotation
	w.works(asta, ref)
	ended, end := context.WithCancel(t.Context())
	end()
	if err := w.house.Operate.Reseal(ended, resealing(w, keyring.Names)); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v", err)
	}
	w.clock.Move(3 * time.Minute)
	worked, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); w.house.Worker().Run(worked) }()
	// The job was committed with the rotation, and is there after the restart.
	w.until("the resealing", func() bool { return len(w.rows(`SELECT id FROM job WHERE org = $1 AND kind = 'reseal'`)) == 0 })
	stop()
	<-done
	w.all(keyring.Names, 2)
	w.works(asta, ref)
}

// TestARowThatIsEditedMeanwhileIsLeftAlone: the box that was read is not the one there.
func TestARowThatIsEditedMeanwhileIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := found(t)
	var row store.BoxRow
	read := func(tx *store.Tx) error {
		rows, err := tx.Boxes(store.SettingBoxes(), "", 10)
		row = rows[0]
		return err
	}
	must(t, w.house.DB.Org(w.org).Read(t.Context(), read))
	p, version, err := w.house.People.EditProfile(t.Context(), w.head.session())
	must(t, err)
	p.Phone = "070-1740605"
	must(t, w.house.People.SaveProfile(t.Context(), w.head.session(), p, version))
	must(t, w.house.DB.Org(w.org).Write(t.Context(), func(tx *store.Tx) error {
		if swapped, err := tx.SwapBox(store.SettingBoxes(), row, row.Sealed); swapped || err != nil {
			t.Errorf("the edit was overwritten: %v", err)
		}
		return nil
	}))
	if p, _, err := w.house.People.EditProfile(t.Context(), w.head.session()); err != nil || p.Phone != "070-1740605" {
		t.Errorf("%+v %v", p, err)
	}
}

// TestTheListOfVersionsCannotBePutBack plays the attacker who wants new rows sealed under a key
// that was given up.
func TestTheListOfVersionsCannotBePutBack(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		rotate := func() {
			_, err := w.house.Operate.RotateKeys(t.Context(), w.org, []keyring.Purpose{keyring.Names})
			must(t, err)
		}
		rotate()
		older := w.rows(`SELECT sealed FROM setting WHERE org = $1 AND name = 'key_versions'`)[0]
		rotate()
		must(t, w.house.Operate.LearnKeys(t.Context(), w.org))
		w.write(`UPDATE setting SET sealed = $2, version = 1 WHERE org = $1 AND name = 'key_versions'`, []byte(older))
		if err := w.house.Operate.LearnKeys(t.Context(), w.org); err == nil {
			t.Error("an older list is taken")
		}
		w.write(`DELETE FROM setting WHERE org = $1 AND name = 'key_versions'`)
		if err := w.house.Operate.LearnKeys(t.Context(), w.org); err == nil {
			t.Error("a list that was taken away is not missed")
		}
		if n := w.keys().Newest(keyring.Names); n != 3 {
			t.Errorf("the process went back to %d", n)
		}
		report, err := w.house.Inspect.Verify(t.Context(), w.org)
		must(t, err)
		if report.OK() {
			t.Error("the log does not notice")
		}
		if h, err := wire.Open(t.Context(), w.house.Config, wire.Options{Clock: w.clock, Pool: seal.NewTestPool()}); err == nil {
			t.Error("it starts anew all the same", h.Close())
		}
		h, err := wire.Open(t.Context(), w.house.Config, wire.Options{Clock: w.clock, Pool: seal.NewTestPool(), Beside: true})
		must(t, err) // varn audit verify says what is wrong
		if report, err := h.Inspect.Verify(t.Context(), w.org); err != nil || report.OK() {
			t.Errorf("audit verify beside it: %+v %v", report, err)
		}
		must(t, h.Close())
	})
}

// TestAnotherNodeFollowsARotation: within a moment it seals under the new version, and it opens
// what the first has sealed even before.
func TestAnotherNodeFollowsARotation(t *testing.T) {
	t.Parallel()
	w, other := twoNodes(t)
	k, err := other.Ring.Org(w.org)
	must(t, err)
	_, err = w.house.Operate.RotateKeys(t.Context(), w.org, []keyring.Purpose{keyring.Names})
	must(t, err)
	b := w.keys().For(keyring.Names).SealPadded([]byte("Asta"), seal.Bind("x"))
	if got, err := k.For(keyring.Names).OpenPadded(b, seal.Bind("x")); err != nil || !bytes.Equal(got, []byte("Asta")) || k.Newest(keyring.Names) != 1 {
		t.Fatalf("before it has heard: %v, newest %d", err, k.Newest(keyring.Names))
	}
	other.Clock.(interface{ Move(time.Duration) }).Move(time.Minute)
	must(t, other.Worker().Refresh())
	if k.Newest(keyring.Names) != 2 {
		t.Error("it has not heard")
	}
}

// TestABackupFromBeforeARotationIsRestored: what it holds opens, and the keys can be rotated again.
func TestABackupFromBeforeARotationIsRestored(t *testing.T) {
	t.Parallel()
	w := found(t, secondPlace(t))
	asta, ref := lived(w)
	folder := t.TempDir()
	w.backedUp(folder)
	_, err := w.house.Operate.RotateKeys(t.Context(), w.org, keyring.Rotating())
	must(t, err)
	w.reseals()
	c := w.elsewhere()
	must(t, w.restore(c, folder, backup.Openers{Backup: w.backupKey()}))
	moved := w.moved(c)
	moved.all(keyring.Names, 1)
	again := moved.returns(asta)
	moved.head, moved.admin = moved.returns(w.head), moved.returns(w.admin)
	moved.works(again, ref)
	out, err := moved.house.Operate.RotateKeys(t.Context(), moved.org, []keyring.Purpose{keyring.Names})
	must(t, err)
	if out[0].Version != 2 {
		t.Errorf("%+v", out)
	}
	moved.reseals()
	moved.all(keyring.Names, 2)
	moved.works(again, ref)
}

// TestABackupFromAfterARotationKeepsItsVersions is the other way about.
func TestABackupFromAfterARotationKeepsItsVersions(t *testing.T) {
	t.Parallel()
	w := found(t, secondPlace(t))
	asta, ref := lived(w)
	_, err := w.house.Operate.RotateKeys(t.Context(), w.org, keyring.Rotating())
	must(t, err)
	folder := t.TempDir()
	w.backedUp(folder)
	c := w.elsewhere()
	must(t, w.restore(c, folder, backup.Openers{Sheets: w.sheets(3)}))
	moved := w.moved(c)
	if n := moved.keys().Newest(keyring.Names); n != 2 {
		t.Errorf("the restored place seals under %d", n)
	}
	again := moved.returns(asta)
	moved.head, moved.admin = moved.returns(w.head), moved.returns(w.admin)
	moved.works(again, ref)
	moved.reseals() // the job is no part of a backup
	moved.all(keyring.Names, 2)
}
