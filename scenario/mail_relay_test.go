package scenario

import (
	"context"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/letter"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/usecase/mailroom"
	"varn/internal/usecase/rule"
)

// flows runs the queue until nothing is due.
func (p *post) flows() {
	p.t.Helper()
	ctx, stop := context.WithCancel(p.t.Context())
	defer stop()
	done := make(chan struct{})
	q := &mailroom.Queue{Desk: p.house.Mail}
	go func() { q.Run(ctx); close(done) }()
	for range 1_000 {
		var due []int64
		must(p.t, p.house.DB.Org(p.org).Read(p.t.Context(), func(tx *store.Tx) (err error) {
			due, err = store.All[int64](tx, `SELECT 1 FROM mail_queue WHERE org = $1 AND (state = 'leased' OR next_at <= $2)`, tx.Now())
			return err
		}))
		if len(due) == 0 {
			stop()
			<-done
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.t.Fatal("the queue does not come to an end")
}

const private = "asha.privat@hemma.example.se"

// forwards lets a mailbox's letters go to its owner's own.
func (p *post) forwards(a *actor, id string) {
	p.t.Helper()
	p.rules(p.council, rule.Body{Mail: &ruling.MailRule{Decision: "KS 2026/0100", Date: "2026-11-01", Forward: true}})
	v, err := p.house.Mail.ShowSetting(p.t.Context(), a.session(), id)
	must(p.t, err)
	v.Choice.Delivery, v.Choice.Forward = mailbox.Forward, private
	must(p.t, p.house.Mail.ChooseDelivery(p.t.Context(), a.session(), id, v.Choice))
}

// field gives a header field of a letter.
func field(raw, name string) string {
	head, _, _ := strings.Cut(raw, "\r\n\r\n")
	for _, l := range strings.Split(strings.ReplaceAll(head, "\r\n\t", " "), "\r\n") {
		if v, ok := strings.CutPrefix(l, name+": "); ok {
			return v
		}
	}
	return ""
}

func TestAnAnswerOnTheWebLeavesFromTheOfficialAddress(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		p := w.mail()
		asha := w.newcomer("Asha Berg", access.Elected)
		p.mailbox(asha, "asha.berg", mailbox.Office)
		if got := p.sends("maj.lind@example.se", "asha.berg@"+mailDomain, question); got != "250" {
			t.Fatal(got)
		}
		list, err := w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
		must(t, err)
		thread := list.Threads[0].ID
		must(t, w.house.Mail.Answer(t.Context(), asha.session(), thread, "Hej Maj! Den byggs i vår."))
		p.flows()
		sent := p.bag.all()
		if len(sent) != 1 || sent[0].to != "maj.lind@example.se" || !strings.HasPrefix(sent[0].from, "retur+") {
			t.Fatalf("%+v", sent)
		}
		raw := sent[0].raw
		if from := field(raw, "From"); from != `"Asha Berg" <asha.berg@`+mailDomain+`>` {
			t.Errorf("From: %s", from)
		}
		if field(raw, "In-Reply-To") != "<ett@example.se>" || field(raw, "Subject") != "Sv: Cykelbanan" || !strings.Contains(raw, "DKIM-Signature") {
			t.Errorf("%s", raw)
		}
		v, err := w.house.Mail.ReadThread(t.Context(), asha.session(), thread, false)
		must(t, err)
		if len(v.Letters) != 2 || v.Letters[1].Direction != mailbox.Out || v.Letters[1].Sent == 0 {
			t.Errorf("%+v", v.Letters)
		}
		again := strings.ReplaceAll(strings.Replace(question, "Date:", "In-Reply-To: "+field(raw, "Message-ID")+"\nDate:", 1), "<ett@", "<tva@")
		if got := p.sends("maj.lind@example.se", "asha.berg@"+mailDomain, again); got != "250" {
			t.Fatal(got)
		}
		if list, err = w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{}); err != nil || len(list.Threads) != 1 || list.Threads[0].Letters != 3 {
			t.Errorf("the answer to the answer begins a thread of its own: %+v, %v", list, err)
		}
		w.verifies()
	})
}

func TestALetterIsForwardedAndItsAnswerShowsNothingPrivate(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		p := w.mail()
		p.letterZone.txt["hemma.example.se"] = []string{"v=spf1 ip4:127.0.0.1 -all"}
		asha := w.newcomer("Asha Berg", access.Elected)
		p.forwards(asha, p.mailbox(asha, "asha.berg", mailbox.Office))
		if got := p.sends("maj.lind@example.se", "asha.berg@"+mailDomain, question); got != "250" {
			t.Fatal(got)
		}
		p.flows()
		sent := p.bag.all()
		if len(sent) != 1 || sent[0].to != private {
			t.Fatalf("%+v", sent)
		}
		raw := sent[0].raw
		reply := strings.Trim(field(raw, "Reply-To"), "<>")
		if !strings.HasPrefix(reply, "svar+") || !strings.Contains(field(raw, "From"), "asha.berg@"+mailDomain) || !strings.Contains(raw, "ARC-Seal:") || strings.Contains(raw, private) {
			t.Fatalf("%s", raw)
		}
		reportedByLink(t, w, raw)
		answer := "Received: from [192.0.2.7] by hemma.example.se; Sat, 21 Nov 2026 10:00:00 +0100\nFrom: Asha hemma <" + private + ">\nTo: " + reply +
			"\nSubject: Sv: Cykelbanan\nMessage-ID: <svar1@hemma.example.se>\n\nDen byggs i vår. Nås på " + private + ".\n"
		for name, c := range map[string]struct{ from, raw string }{
			"another sender":  {"mallory@example.org", strings.ReplaceAll(answer, private, "mallory@example.org")},
			"a forged sender": {"mallory@example.org", strings.Replace(answer, "Received:", "X-A:", 1)},
			"two senders":     {private, strings.Replace(answer, "From:", "From: b@example.se\nFrom:", 1)},
		} {
			if got := p.sends(c.from, reply, c.raw); got != "550" {
				t.Errorf("%s: %s", name, got)
			}
		}
		if got := p.sends("", reply, "From: <"+private+">\nAuto-Submitted: auto-replied\nSubject: Frånvaro\n\nJag är i Spanien.\n"); got != "250" {
			t.Errorf("an absence: %s", got)
		}
		if got := p.sends(private, reply, answer); got != "250" {
			t.Fatalf("the answer: %s", got)
		}
		p.flows()
		if sent = p.bag.all(); len(sent) != 2 || sent[1].to != "maj.lind@example.se" {
			t.Fatalf("%d letters left", len(sent))
		}
		if out := strings.ToLower(sent[1].from + sent[1].raw); strings.Contains(out, "hemma") || strings.Contains(out, "192.0.2.7") || !strings.Contains(out, "den byggs i v") {
			t.Errorf("%s", out)
		}
		w.verifies()
	})
}

func TestAnAnswerThatCannotBeDeliveredIsTold(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.mail()
	p.bag.fail = func(string) error { return &gone{} }
	asha := w.newcomer("Asha Berg", access.Elected)
	p.mailbox(asha, "asha.berg", mailbox.Office)
	p.sends("maj.lind@example.se", "asha.berg@"+mailDomain, question)
	list, err := w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
	must(t, err)
	must(t, w.house.Mail.Answer(t.Context(), asha.session(), list.Threads[0].ID, "Hej Maj!"))
	p.flows()
	v, err := w.house.Mail.ReadThread(t.Context(), asha.session(), list.Threads[0].ID, false)
	must(t, err)
	if len(v.Letters) != 3 || v.Letters[2].Sort != mailbox.Bounce || !strings.Contains(v.Letters[2].Text, "maj.lind@example.se") || v.Peer != "maj.lind@example.se" {
		t.Errorf("%+v", v.Letters)
	}
	if !w.told(asha, "letter.undelivered") {
		t.Error("nobody is told")
	}
	w.verifies()
}

// gone is a receiver who is not there.
type gone struct{}

func (*gone) Error() string   { return "recipient_550" }
func (*gone) Permanent() bool { return true }

func TestADelegateReadsFromTheirConsentOn(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.mail()
	asha, lo := w.newcomer("Asha Berg", access.Elected), w.newcomer("Lo Ek", access.Elected)
	box := p.mailbox(asha, "asha.berg", mailbox.Office)
	p.sends("maj.lind@example.se", "asha.berg@"+mailDomain, question)
	if err := w.house.Mail.LetIn(t.Context(), lo.session(), box, lo.id, mailbox.Assists); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody lets themselves in: %v", err)
	}
	must(t, w.house.Mail.LetIn(t.Context(), asha.session(), box, lo.id, mailbox.Assists))
	p.sends("maj.lind@example.se", "asha.berg@"+mailDomain, strings.ReplaceAll(question, "ett@", "tva@"))
	list, err := w.house.Mail.ListLetters(t.Context(), lo.session(), mailroom.Cursor{})
	must(t, err)
	locked := 0
	for _, l := range list.Threads {
		if l.Locked {
			locked++
		}
	}
	if len(list.Threads) != 2 || locked != 1 {
		t.Errorf("%+v", list.Threads)
	}
	v, err := w.house.Mail.ShowSetting(t.Context(), asha.session(), box)
	must(t, err)
	must(t, w.house.Mail.LetOut(t.Context(), asha.session(), box, v.Readers[0].ID))
	if list, err = w.house.Mail.ListLetters(t.Context(), lo.session(), mailroom.Cursor{}); err != nil || len(list.Threads) != 0 {
		t.Errorf("after the end: %+v, %v", list, err)
	}
	w.verifies()
}

// reportedByLink uses the link under a forwarded letter: once, with the letter byte for byte, and never again.
func reportedByLink(t *testing.T, w *town, forwarded string) {
	t.Helper()
	l, err := letter.Read([]byte(forwarded))
	must(t, err)
	_, secret, ok := strings.Cut(l.Text, "/anmal/brev/")
	if !ok {
		t.Fatalf("no link under %q", l.Text)
	}
	secret = strings.Fields(secret)[0]
	m := w.house.Mail
	about, err := m.LinkedLetter(t.Context(), w.org, secret)
	if err != nil || about.Box != "asha.berg@"+mailDomain || about.Raw != nil {
		t.Fatalf("%+v %v", about, err)
	}
	for _, wrong := range []string{"", secret[:len(secret)-1], strings.ToUpper(secret), secret + "x"} {
		if _, err := m.OpenLink(t.Context(), w.org, wrong); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	for _, row := range w.rows(`SELECT tag || ' ' || letter FROM mail_report WHERE org = $1`) {
		if strings.Contains(row, secret) {
			t.Error("the secret is stored")
		}
	}
	raw, err := m.OpenLink(t.Context(), w.org, secret)
	if err != nil || !strings.Contains(string(raw.Raw), "Subject: Cykelbanan") || raw.SHA256 == "" || raw.Checked == "" || !strings.Contains(raw.Text, "cykelbanan") {
		t.Fatalf("%+v %v", raw, err)
	}
	must(t, m.EndLink(t.Context(), w.org, secret))
	if _, err := m.OpenLink(t.Context(), w.org, secret); !fault.Is(err, fault.NotFound) {
		t.Errorf("the second time: %v", err)
	}
}
