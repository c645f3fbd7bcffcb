package backup

import (
	"io"
	"strings"
	"testing"
	"time"

	"varn/internal/infra/blob"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
)

// forger can write to the backup's place and knows what is public: the recovery key's public half,
// the organisation's id and the log's public key.
type forger struct {
	t        *testing.T
	org      string
	recovery seal.Public
	place    blob.Place
	signing  string
}

// forges puts a backup there that is whole in itself: keys, checks and parts all fit.
func (f forger) forges(logKey string) string {
	f.t.Helper()
	set := keySet{seal.NewKey(), seal.NewKey()}
	m := Manifest{Version: manifestVersion, Org: f.org, Name: newName(clock.Of(time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC))), LogKey: logKey, Recovery: f.recovery.Bytes()}
	sealed, err := f.recovery.Wrap(set.bytes(), keysAD(m.Org, m.Name))
	f.must(err)
	m.ToRecovery = sealed.Bytes()
	m.Signing = set.archive.Seal([]byte(f.signing), place(m.Org, m.Name, "signing")).Bytes()
	m.Dump, err = write(f.t.Context(), f.place, m.Name+dumpPart, func(w io.Writer) error {
		out := stream(set.archive, m.Org, m.Name, dumpPart).Writer(w)
		if _, err := io.Copy(out, strings.NewReader(`{"table":"person","columns":["org","id"],"types":"tt"}`+"\n")); err != nil {
			return err
		}
		return out.Close()
	})
	f.must(err)
	m.ListSize, err = write(f.t.Context(), f.place, m.Name+objectsPart, func(w io.Writer) error {
		return writeList(w, stream(set.archive, m.Org, m.Name, objectsPart), nil)
	})
	f.must(err)
	m.MAC = set.archive.MAC(m.bound())
	raw, err := m.encode()
	f.must(err)
	f.must(f.place.Put(f.t.Context(), m.Name+manifestPart, raw))
	return m.Name
}

func (f forger) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestAForgedBackupDoesNotHaveTheLogsKey(t *testing.T) {
	t.Parallel()
	org, recovery := ident.New(), seal.NewPrivate()
	shares, err := seal.Split(recovery, org, 3, 2)
	f := forger{t: t, org: org, recovery: recovery.Public()}
	f.must(err)
	f.place, err = blob.OpenDisk(t.TempDir(), 0)
	f.must(err)
	own, trusted, err := seal.NewSigningKey("varn-own")
	f.must(err)
	signing, theirs, err := seal.NewSigningKey("varn-own")
	f.must(err)
	f.signing = signing
	with := Openers{Sheets: []string{shares[0].Text(), shares[2].Text()}}
	open := func(name string) *Archive {
		t.Helper()
		a, err := Open(t.Context(), f.place, name, with)
		f.must(err)
		_, err = a.Check(t.Context())
		f.must(err)
		return a
	}
	forged := open(f.forges(theirs)) // the sheets open it, and everything in it fits
	if key, err := forged.SignedBy(""); err != nil || key != theirs {
		t.Fatalf("%q %v", key, err)
	}
	if _, err := forged.SignedBy(trusted); err == nil || !strings.Contains(err.Error(), "backup.forged") || !strings.Contains(err.Error(), theirs) || !strings.Contains(err.Error(), trusted) {
		t.Errorf("another log key: %v", err)
	}
	if _, err := open(f.forges(trusted)).SignedBy(trusted); err == nil || !strings.Contains(err.Error(), "another log key") {
		t.Errorf("the right log key without its private half: %v", err)
	}
	f.signing = own // what only the installation itself has
	if key, err := open(f.forges(trusted)).SignedBy(trusted); err != nil || key != trusted {
		t.Errorf("its own: %q %v", key, err)
	}
}
