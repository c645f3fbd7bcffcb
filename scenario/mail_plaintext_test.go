package scenario

import (
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/ruling"
	"varn/internal/usecase/mailroom"
	"varn/internal/usecase/rule"
)

// plantLetters fills every place in which letters are kept: a forwarded one that can't leave, an answer that waits, and a
// large one in the blob place.
func plantLetters(t testing.TB, w *town, says map[string]string) {
	t.Helper()
	ctx, m := t.Context(), w.house.Mail
	if len(m.Domains) == 0 {
		m.Domains = []string{"violpost.example.se"}
	}
	m.Check, m.Post = nil, &postbag{fail: func(string) error { return &slow{} }}
	vera := w.newcomer("Vera Brevlund", access.Elected)
	box, err := m.OpenMailbox(ctx, w.admin.session(), mailroom.NewMailbox{Authority: w.council, Kind: mailbox.Office, Person: vera.id,
		Card: mailbox.Card{Address: says["letter official"] + "@" + m.Domains[0], Name: "Vera Brevlund"}})
	must(t, err)
	w.rules(w.council, rule.Body{Mail: &ruling.MailRule{Decision: "KS 2026/0100", Date: "2026-11-01", Forward: true}})
	v, err := m.ShowSetting(ctx, vera.session(), box)
	must(t, err)
	v.Choice.Delivery, v.Choice.Forward, v.Choice.Traces = mailbox.Forward, says["letter private"], says["letter trace"]
	must(t, m.ChooseDelivery(ctx, vera.session(), box, v.Choice))
	raw := "From: " + says["letter name"] + " <" + says["letter from"] + ">\r\nSubject: " + says["letter subject"] + "\r\nMessage-ID: <viol@example.org>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + says["letter text"] + "\r\n--x\r\nContent-Type: text/plain\r\n" +
		"Content-Disposition: attachment; filename=" + says["letter file"] + "\r\n\r\n"
	for _, size := range []int{10, 400 << 10} {
		body := raw + strings.Repeat(says["letter text"]+"\r\n", 1+size/40) + "\r\n--x--\r\n"
		to := mailroom.Recipient{Org: w.org, Address: says["letter official"] + "@" + m.Domains[0], Purpose: mailroom.ToMailbox, Mailbox: box}
		must(t, m.Receive(ctx, mailroom.Arrival{From: says["letter from"], To: []mailroom.Recipient{to}, Raw: []byte(body)}))
	}
	list, err := m.ListLetters(ctx, vera.session(), mailroom.Cursor{})
	must(t, err)
	must(t, m.Answer(ctx, vera.session(), list.Threads[0].ID, says["letter answer"]))
}
