package web_test

import (
	"context"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/audit"
	"varn/internal/domain/job"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/usecase/operate"
)

// letters are the mails that the server has taken with the week's checkpoint in them, by address.
func (p *postbox) letters(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, one := range strings.Split("\n"+p.taken(), "\nFrom: ")[1:] {
		m, err := mail.ReadMessage(strings.NewReader("From: " + one))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(subject, "intyg") {
			continue // a notice
		}
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil {
			t.Fatal(err)
		}
		to := strings.Trim(m.Header.Get("To"), "<>")
		if out[to] != "" {
			t.Errorf("%s got it twice", to)
		}
		out[to] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
	return out
}

// TestTheWeeklyMailCarriesTheCheckpointAndNothingElse runs the worker as serve does.
func TestTheWeeklyMailCarriesTheCheckpointAndNothingElse(t *testing.T) {
	t.Parallel()
	w := found(t)
	box := mailServer(t)
	auditor := w.newcomer("Rut Granskare", "rut.granskare@example.se", access.Auditor)
	w.newcomer("Asta Ledamot", "asta.ledamot@example.se", access.Elected)
	settings := operate.MailSettings{Host: "localhost", Port: box.port, Security: "plain", From: "varn@example.se"}
	if err := w.house.Operate.SaveMail(t.Context(), w.admin.session(), settings, "", 0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.house.Worker().Run(ctx) }()
	for limit := time.Now().Add(2 * time.Minute); len(box.letters(t)) < 2; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("the weekly mail did not come")
		}
		w.clock.Move(100 * time.Millisecond) // what failed is tried again after a while; no lease ends under a job that works
	}
	stop()
	<-ended
	got := box.letters(t)
	for to, body := range got {
		if !slices.Contains([]string{"sigrid.vakt@example.se", "rut.granskare@example.se"}, to) {
			t.Errorf("%s got it", to)
		}
		parts := strings.Split(body, "----------\n")
		if len(parts) != 3 {
			t.Fatalf("%q", body)
		}
		c, _, err := audit.OpenCheckpoint([]byte(parts[1]), w.house.Keys.Verifier())
		if err != nil || c.Org != w.house.Org() || c.Size == 0 {
			t.Errorf("the checkpoint does not verify: %v\n%s", err, parts[1])
		}
		if err := w.house.DB.VerifyCheckpoint(t.Context(), w.house.Org(), []byte(parts[1])); err != nil {
			t.Errorf("the log does not continue it: %v", err)
		}
		for _, no := range []string{"Asta", "Rut", "Sigrid", "Exempelstad", "example.se", auditor.id, "person.confirm"} {
			if strings.Contains(body, no) {
				t.Errorf("the mail says %q", no)
			}
		}
	}
}

// TestAForgedCheckpointIsNotMailed plays who can write to the database: a text of theirs must not
// reach anybody by our mail.
func TestAForgedCheckpointIsNotMailed(t *testing.T) {
	t.Parallel()
	w := found(t)
	box := mailServer(t)
	settings := operate.MailSettings{Host: "localhost", Port: box.port, Security: "plain", From: "varn@example.se"}
	if err := w.house.Operate.SaveMail(t.Context(), w.admin.session(), settings, "", 0); err != nil {
		t.Fatal(err)
	}
	send := func(id string) error {
		return w.house.Operate.MailCheckpoint(t.Context(), job.Job{Org: w.house.Org(), Kind: operate.CheckpointMail, Args: map[string]string{"person": id}})
	}
	if err := send(w.admin.id); err != nil || len(box.letters(t)) != 0 {
		t.Errorf("somebody without the charge: %v %v", err, box.letters(t))
	}
	if err := w.house.DB.SignNow(t.Context(), w.house.Org()); err != nil {
		t.Fatal(err)
	}
	if err := w.house.DB.Org(w.house.Org()).Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM audit_checkpoint WHERE org = $1`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := send(w.head.id); !fault.Is(err, fault.NotFound) {
		t.Errorf("before the first checkpoint the job must come again: %v", err)
	}
	if err := w.house.DB.Org(w.house.Org()).Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO audit_checkpoint (org, size, note) VALUES ($1, 1000000, $2)`, "Ring det här numret och uppge din kod.\n")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := send(w.head.id); !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), "fault.tampered") {
		t.Errorf("a forged checkpoint: %v", err)
	}
	if got := box.taken(); got != "" {
		t.Errorf("it was mailed: %s", got)
	}
}
