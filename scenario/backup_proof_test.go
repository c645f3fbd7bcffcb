package scenario

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/job"
	"varn/internal/usecase/backup"
)

// TestAProofFindsWhatIsWrong proves a good backup, and one of a database that somebody has
// written to past the program.
func TestAProofFindsWhatIsWrong(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		ref := w.head.opens("Ärende", "text")
		_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("x.png", random(100_000))})
		must(t, err)
		folder := t.TempDir()
		w.backedUp(folder)
		place, err := w.house.Config.BackupSource(t.Context(), folder)
		must(t, err)
		prove := func() wire.Proof {
			t.Helper()
			all, err := wire.Proving{From: place, With: backup.Openers{Backup: w.backupKey()}, Clock: w.clock}.Run(t.Context())
			if err != nil || len(all) != 1 {
				t.Fatalf("%v %v", all, err)
			}
			return all[0]
		}
		p := prove()
		if !p.OK() || p.Walk.Rows == 0 || p.Walk.Objects != 1 || p.Log.Rows == 0 || p.Log.Size == 0 {
			t.Fatalf("%+v", p)
		}
		desk := w.house.Notes()
		must(t, desk.NoteProven(t.Context(), p.Backup))
		last, proven, err := desk.Notes(t.Context(), w.org)
		if err != nil || last.Name != p.Name || proven.Name != p.Name || last.Objects != 1 || last.Bytes == 0 {
			t.Fatalf("%+v %+v %v", last, proven, err)
		}
		w.clock.Move(time.Second)
		w.write(`UPDATE casefile SET state = 'closed' WHERE org = $1`)
		w.write(`UPDATE object SET size = size + 1 WHERE org = $1`)
		w.backedUp(folder)
		p = prove()
		if p.OK() || len(p.Walk.Wrong) != 2 || len(p.Log.Findings) == 0 {
			t.Fatalf("%+v", p)
		}
	})
}

// TestBackupsShareTheirAttachments: what an earlier backup has brought is not brought again, and
// an attachment that is gone is said to be gone.
func TestBackupsShareTheirAttachments(t *testing.T) {
	t.Parallel()
	w := found(t, secondPlace(t))
	ref := w.head.opens("Ärende", "text")
	_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("x.png", random(100_000)), w.head.sends("y.png", random(1000))})
	must(t, err)
	folder := t.TempDir()
	w.backedUp(folder)
	when := times(t, folder)
	w.clock.Move(time.Second)
	w.backedUp(folder)
	for path, at := range times(t, folder) {
		if old, ok := when[path]; ok && !old.Equal(at) {
			t.Errorf("%s was written again", path)
		}
	}
	if got := len(filesUnder(t, folder)); got != 3+3+2 {
		t.Errorf("%d files", got)
	}
	for _, path := range filesUnder(t, filepath.Join(w.house.Config.Data, "blobs")) {
		must(t, os.Remove(path))
	}
	w.clock.Move(time.Second)
	if made := w.backedUp(folder); len(made.Lost) != 0 || made.Objects != 2 {
		t.Errorf("what lies in the target is still backed up: %+v", made)
	}
	w.clock.Move(time.Second)
	if made := w.backedUp(t.TempDir()); len(made.Lost) != 2 || made.Missing != 2 || made.Objects != 0 {
		t.Errorf("lost attachments: %+v", made)
	}
	must(t, w.restore(w.elsewhere(), folder, backup.Openers{Sheets: w.sheets(3)}))
}

func times(t *testing.T, dir string) map[string]time.Time {
	out := map[string]time.Time{}
	for _, path := range filesUnder(t, dir) {
		s, err := os.Stat(path)
		must(t, err)
		out[path] = s.ModTime()
	}
	return out
}

// TestCasesNeedAKeyPlace: sheets alone open everything but what can be erased, and giving
// that up must be said.
func TestCasesNeedAKeyPlace(t *testing.T) {
	t.Parallel()
	w := found(t)
	ref := w.head.opens("Ärende", "det som står i ärendet")
	_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("x.png", random(1000))})
	must(t, err)
	folder := t.TempDir()
	w.backedUp(folder)
	c := w.elsewhere()
	with := backup.Openers{Sheets: w.sheets(3)}
	if err := w.restore(c, folder, with); err == nil || !strings.Contains(err.Error(), "second_key_place") {
		t.Fatal(err)
	}
	place, err := c.BackupSource(t.Context(), folder)
	must(t, err)
	_, err = wire.Restore{Config: c, From: place, With: with, Clock: w.clock, LoseErasable: true}.Run(t.Context())
	must(t, err)
	n := w.moved(c)
	head := n.returns(w.head)
	if _, err := head.reads(ref); err == nil {
		t.Error("a case opens without its root")
	}
	// The next case grows on a new tree.
	ref = head.opens("Nytt ärende", "text")
	_, err = n.house.Cases.Attach(t.Context(), head.session(), ref, "", []string{head.sends("y.png", random(1000))})
	must(t, err)
	if _, err := head.reads(ref); err != nil || !head.fileOpens(ref, 0) {
		t.Errorf("a new case does not open: %v", err)
	}
}

// TestScheduledWorkIsDone: a day has one backup, however often the job comes, and what has expired
// goes unless the time is in doubt.
func TestScheduledWorkIsDone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	w := found(t, func(c *wire.Config) { c.Backup = folder })
	jobs := w.house.Worker()
	do := func(kind string) {
		t.Helper()
		for range 2 {
			must(t, jobs.Handlers[kind](t.Context(), job.Job{Kind: kind}))
		}
	}
	do("backup")
	if got := len(filesUnder(t, folder)); got != 3 {
		t.Fatalf("%d files", got)
	}
	w.clock.Move(24 * time.Hour)
	do("backup")
	if got := len(filesUnder(t, folder)); got != 6 {
		t.Fatalf("%d files", got)
	}
	w.clock.Move(400 * 24 * time.Hour)
	do("sweep")
	if len(w.rows(`SELECT wrap FROM session WHERE org = $1`)) == 0 {
		t.Error("sessions went while the time was in doubt")
	}
	must(t, w.house.DB.ConfirmTime(t.Context()))
	do("sweep")
	if len(w.rows(`SELECT wrap FROM session WHERE org = $1`)) != 0 {
		t.Error("expired sessions stay")
	}
	kinds := ""
	for _, s := range jobs.Schedules {
		kinds += s.Kind + " "
	}
	if kinds != "sweep checkpoint.week wake remind register exposure.due backup " {
		t.Errorf("schedules: %s", kinds)
	}
}

// TestTheWorkerKeepsTheSchedules runs it as serve does, until it has made the first backup.
func TestTheWorkerKeepsTheSchedules(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			w := found(t, append(engine(t, name), func(c *wire.Config) { c.Backup = folder })...)
			ctx, stop := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				w.house.Worker().Run(ctx)
			}()
			w.until("the backup", func() bool {
				last, _, err := w.house.Notes().Notes(t.Context(), w.org)
				must(t, err)
				return last.When > 0
			})
			stop()
			<-ended
			if got := len(filesUnder(t, folder)); got != 3 {
				t.Errorf("%d files", got)
			}
		})
	}
}
