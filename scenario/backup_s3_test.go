package scenario

import (
	"bytes"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"varn/cmd/varn/wire"
	"varn/internal/infra/blob"
	"varn/internal/usecase/backup"
)

// storage is an object storage of its own with three buckets: for attachments, for backups, and
// for the attachments of whoever restores.
func storage(t *testing.T) func(*wire.Config) {
	t.Helper()
	backend := s3mem.New()
	for _, bucket := range []string{"varn", "varn-backup", "varn-new"} {
		must(t, backend.CreateBucket(bucket))
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return func(c *wire.Config) {
		c.S3 = wire.S3{Endpoint: strings.TrimPrefix(server.URL, "http://"), Bucket: "varn", Prefix: "exempelstad/", Region: "us-east-1", Access: "varn", Secret: "varn", Insecure: true}
	}
}

// content reads a blob whole.
func content(t *testing.T, p blob.Place, name string) []byte {
	t.Helper()
	size, err := p.Size(t.Context(), name)
	must(t, err)
	b, err := io.ReadAll(io.NewSectionReader(blob.Reader(t.Context(), p, name), 0, size))
	must(t, err)
	return b
}

// names lists what lies in a place.
func names(t *testing.T, p blob.Place) (all []string) {
	t.Helper()
	must(t, p.Walk(t.Context(), func(name string, _ int64) error {
		all = append(all, name)
		return nil
	}))
	return all
}

// TestABackupInObjectStorageIsProvenAndRestored: attachments and backups lie in two buckets, and
// what is restored in a third or on disk.
func TestABackupInObjectStorageIsProvenAndRestored(t *testing.T) {
	t.Parallel()
	const where = "s3://varn-backup/kommuner"
	for name, attachments := range map[string]string{"into another bucket": "varn-new", "onto a disk": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s3, second := storage(t), secondPlace(t)
			w := found(t, s3, second)
			ref := w.head.opens("Hot på torget", "Det började i går.")
			picture := random(200_000)
			_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("hot.png", picture)})
			must(t, err)
			if made := w.backedUp(where); made.Objects != 1 || made.Missing != 0 {
				t.Fatalf("%+v", made)
			}
			place, err := w.house.Config.BackupSource(t.Context(), where)
			must(t, err)
			if all := names(t, place); len(all) != 4 {
				t.Fatalf("the bucket holds %v", all)
			}
			for _, name := range names(t, place) {
				for _, text := range []string{"Hot på torget", "Det började", "Sigrid", "example.se", "Exempelstad", string(picture[:32])} {
					if bytes.Contains(content(t, place, name), []byte(text)) {
						t.Errorf("%s shows %.20q", name, text)
					}
				}
			}
			proofs, err := wire.Proving{From: place, With: backup.Openers{Backup: w.backupKey()}, Clock: w.clock}.Run(t.Context())
			if err != nil || len(proofs) != 1 || !proofs[0].OK() || proofs[0].Walk.Objects != 1 {
				t.Fatalf("%+v %v", proofs, err)
			}
			c := w.elsewhere(s3, func(c *wire.Config) { c.S3.Bucket = attachments })
			from, err := w.house.Config.BackupSource(t.Context(), where)
			must(t, err)
			_, err = wire.Restore{Config: c, From: from, With: backup.Openers{Sheets: w.sheets(3)}, Clock: w.clock}.Run(t.Context())
			must(t, err)
			again := w.moved(c).returns(w.head)
			if _, got := again.file(ref, 0); !bytes.Equal(got, picture) {
				t.Error("the attachment came back changed")
			}
		})
	}
}

// TestABackupInObjectStorageThatWasChangedIsRefused plays whoever has the bucket.
func TestABackupInObjectStorageThatWasChangedIsRefused(t *testing.T) {
	t.Parallel()
	const where = "s3://varn-backup"
	w := found(t, storage(t), secondPlace(t))
	ref := w.head.opens("Ärende", "text")
	_, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "", []string{w.head.sends("x.png", random(100_000))})
	must(t, err)
	w.backedUp(where)
	place, err := w.house.Config.BackupSource(t.Context(), where)
	must(t, err)
	with := backup.Openers{Backup: w.backupKey()}
	prove := func() error {
		proofs, err := wire.Proving{From: place, With: with, Clock: w.clock}.Run(t.Context())
		if err == nil && !proofs[0].OK() {
			t.Fatalf("%+v", proofs)
		}
		return err
	}
	all := names(t, place)
	for _, name := range all {
		whole := content(t, place, name)
		for how, raw := range map[string][]byte{"changed": flipped(whole, len(whole)/2), "cut": whole[:len(whole)-1], "gone": nil} {
			must(t, place.Delete(t.Context(), name))
			if raw != nil {
				must(t, place.Put(t.Context(), name, raw))
			}
			if prove() == nil {
				t.Errorf("%s %s: it was proven", name, how)
			}
			if raw != nil {
				must(t, place.Delete(t.Context(), name))
			}
			must(t, place.Put(t.Context(), name, whole))
		}
	}
	must(t, prove())
	if len(all) != 4 {
		t.Errorf("%v", all)
	}
}

// TestBackupsDoNotLieAmongTheAttachments: one lost bucket must not take both.
func TestBackupsDoNotLieAmongTheAttachments(t *testing.T) {
	t.Parallel()
	w := found(t, storage(t))
	for where, want := range map[string]string{
		"s3://varn/exempelstad/backup": "choose another bucket", "s3://varn": "choose another bucket", "s3://nowhere": "s3.bucket",
	} {
		if _, err := w.house.Backup(t.Context(), where); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", where, err)
		}
	}
}
