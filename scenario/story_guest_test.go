package scenario

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"varn/internal/domain/casefile"
	"varn/internal/domain/registration"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// TestSomebodyWithoutAnAccountReportsAddsAndTakesBack walks the API as a program without a token: a
// report, a file, who has opened it, and the withdrawal.
func TestSomebodyWithoutAnAccountReportsAddsAndTakesBack(t *testing.T) {
	t.Parallel()
	forBoth(t, guestComesBack)
}

func guestComesBack(t *testing.T, w *town) {
	ctx := t.Context()
	c := w.cast()
	guest := &program{t: t, url: w.served()}
	made := guest.ask(http.MethodPost, "/api/v1/reports", map[string]any{"narrative": "Ett hotfullt brev låg i lådan.", "forms": []string{"THREAT"}})
	if made.status != http.StatusCreated {
		t.Fatal(made.raw)
	}
	ref, code := made.body["ref"].(string), made.body["receipt"].(string)
	c.see("it has come", ref, w.head, c.vera)
	picture := random(70_000)
	act := casework.ReceiptAct{Org: w.org, Code: code, From: home(8), Ref: ref, Text: "Här är brevet.", Uploads: []string{guest.uploads("brev.png", picture)}}
	must(t, w.house.Cases.SayByReceipt(ctx, act))
	file, got := c.vera.file(ref, 0)
	if file.Name != "brev.png" || !bytes.Equal(got, picture) {
		t.Errorf("vera opens %+v, %d bytes", file, len(got))
	}
	opened := guest.ask(http.MethodPost, "/api/v1/receipts/open", map[string]any{"receipt": code})
	if opened.body["status"] != "SEEN" || !strings.Contains(opened.raw, "Säkerhetsfunktionen") || strings.Contains(opened.raw, "Vera") || !strings.Contains(opened.raw, "brev.png") {
		t.Fatal(opened.raw)
	}
	must(t, w.house.Cases.TakeCase(ctx, c.vera.session(), ref))
	m := casework.Moving{To: casefile.Closed, Reason: "Rapporten är tillbakatagen.", Outcome: casefile.Withdrawn}
	if _, err := w.house.Cases.MoveCase(ctx, c.vera.session(), ref, m); !fault.Is(err, fault.Invalid) {
		t.Errorf("closed as withdrawn before it was: %v", err)
	}
	act.Text, act.Uploads = "Det var en granne som skojade.", nil
	must(t, w.house.Cases.WithdrawByReceipt(ctx, act))
	_, err := w.house.Cases.MoveCase(ctx, c.vera.session(), ref, m)
	must(t, err)
	f := w.follows(code)
	if v := f.Views[0]; !v.Withdrawn || v.Status != casefile.Ended || v.Outcome != casefile.Withdrawn || v.CanWithdraw {
		t.Errorf("%+v", v)
	}
	if n := w.register(c.rut); len(n) != 1 {
		t.Errorf("what was received is registered still, and the register has %+v", n)
	}
	c.see("it is taken back", ref, w.head, c.vera)
	w.verifies()
}

// uploads sends a file without a token and gives its address.
func (p *program) uploads(name string, content []byte) string {
	p.t.Helper()
	made := p.ask(http.MethodPost, "/api/v1/uploads", nil, "Tus-Resumable", "1.0.0", "Upload-Length", fmt.Sprint(len(content)),
		"Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte(name))+",filetype "+"aW1hZ2UvcG5n")
	if made.status != http.StatusCreated {
		p.t.Fatalf("%d %s", made.status, made.raw)
	}
	at := strings.TrimPrefix(made.header.Get("Location"), p.url)
	got := p.ask(http.MethodPatch, at, string(content), "Tus-Resumable", "1.0.0", "Upload-Offset", "0", "Content-Type", "application/offset+octet-stream")
	if got.status != http.StatusNoContent {
		p.t.Fatalf("%d %s", got.status, got.raw)
	}
	return at[strings.LastIndexByte(at, '/')+1:]
}

// TestARegistrarWithAJournalistsRequest: the register is shown, the circle is asked with a clock and
// answers, and the registrar never sees the case.
func TestARegistrarWithAJournalistsRequest(t *testing.T) {
	t.Parallel()
	forBoth(t, registrarIsAsked)
}

func registrarIsAsked(t *testing.T, w *town) {
	ctx := t.Context()
	c := w.cast()
	filed := w.files(c.asta.session(), threat("Han hotade mig på torget."))
	entry := w.register(c.rut)[0]
	id, err := w.house.Cases.AskRecord(ctx, c.rut.session(), entry.ID)
	must(t, err)
	for _, a := range c.all() {
		if w.told(a, "record.asked") != (a == w.head || a == c.vera) {
			t.Errorf("%s is asked: %v", a.name, w.told(a, "record.asked"))
		}
	}
	c.see("a journalist has asked", filed.Ref, w.head, c.vera)
	for _, a := range []*actor{c.rut, c.maria, w.admin} {
		if err := w.house.Cases.AnswerRecord(ctx, a.session(), id, registration.Released); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s answers: %v", a.name, err)
		}
	}
	must(t, w.house.Cases.AnswerRecord(ctx, c.vera.session(), id, registration.Refused))
	list, err := w.house.Registry.Requests(ctx, c.rut.session(), w.council)
	if err != nil || len(list) != 1 || list[0].State != registration.Refused || !w.told(c.rut, "record.answered") {
		t.Errorf("%+v %v", list, err)
	}
	if strings.Contains(fmt.Sprintf("%+v", list), filed.Ref) {
		t.Error("the request names the case")
	}
	if m := c.asta.own().Views[0].Messages; len(m) != 0 {
		t.Errorf("the reporter reads %+v", m)
	}
	w.verifies()
}
