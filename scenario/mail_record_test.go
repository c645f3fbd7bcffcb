package scenario

import (
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/mailbox"
	"varn/internal/kit/fault"
	"varn/internal/usecase/mailroom"
)

func TestTheRegistrarSortsThreadsAndOpensOneForAReason(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		p := w.mail()
		rut := w.newcomer("Rut Diarie", access.Registrar)
		w.seat(rut, w.function(function.Registrar, "Registrator"))
		asha, per := w.newcomer("Asha Berg", access.Elected), w.newcomer("Per Parti", access.Elected)
		p.mailbox(asha, "asha.berg", mailbox.Office)
		p.mailbox(per, "per.parti", mailbox.Party)
		for _, to := range []string{"asha.berg", "per.parti"} {
			if got := p.sends("maj.lind@example.se", to+"@"+mailDomain, question); got != "250" {
				t.Fatal(got)
			}
		}
		p.sends("nyhet@example.org", "asha.berg@"+mailDomain, "From: nyhet@example.org\nSubject: Nyhetsbrev\nMessage-ID: <n@example.org>\nList-Id: <nyhet.example.org>\n\nVeckans nyheter.\n")
		m := w.house.Mail
		if _, err := m.ListRecords(t.Context(), asha.session()); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody who keeps no register lists threads: %v", err)
		}
		all, err := m.ListRecords(t.Context(), rut.session())
		must(t, err)
		proposed := map[mailbox.Handling]string{}
		for _, one := range all {
			proposed[one.Proposal] = one.ID
		}
		if len(all) != 2 || proposed[mailbox.ProposeMinor] == "" || proposed[mailbox.ProposeRecord] == "" {
			t.Fatalf("%+v", all)
		}
		record := proposed[mailbox.ProposeRecord]
		if _, err := m.ReadThread(t.Context(), rut.session(), record, true); !fault.Is(err, fault.NotFound) {
			t.Errorf("the registrar reads without a reason: %v", err)
		}
		v, err := m.OpenRecord(t.Context(), rut.session(), record, mailroom.Absence)
		must(t, err)
		if len(v.Letters) != 1 || !strings.Contains(v.Letters[0].Text, "cykelbanan") || !w.told(asha, "letter.opened") {
			t.Errorf("%+v", v)
		}
		list, err := m.ListLetters(t.Context(), per.session(), mailroom.Cursor{})
		must(t, err)
		if _, err := m.OpenRecord(t.Context(), rut.session(), list.Threads[0].ID, mailroom.Disclose); !fault.Is(err, fault.NotFound) {
			t.Errorf("the registrar opens a party's mail: %v", err)
		}
		n, err := m.ConfirmRecords(t.Context(), rut.session(), []string{record}, mailbox.Registered)
		must(t, err)
		n2, err := m.ConfirmRecords(t.Context(), rut.session(), []string{proposed[mailbox.ProposeMinor], record}, mailbox.Minor)
		must(t, err)
		if n != 1 || n2 != 1 {
			t.Errorf("%d and %d were sorted", n, n2)
		}
		if rows := w.rows(`SELECT number FROM registration WHERE org = $1`); len(rows) != 1 || rows[0] != "KS 2026/0001" {
			t.Errorf("the register has %v", rows)
		}
		if all, err = m.ListRecords(t.Context(), rut.session()); err != nil || len(all) != 0 {
			t.Errorf("%+v, %v", all, err)
		}
		w.verifies()
	})
}

func TestTheOperatorSeesAQueueAndNobodysAddress(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.mail()
	p.bag.fail = func(string) error { return &slow{} }
	asha := w.newcomer("Asha Berg", access.Elected)
	p.forwards(asha, p.mailbox(asha, "asha.berg", mailbox.Office))
	p.sends("maj.lind@example.se", "asha.berg@"+mailDomain, question)
	list, err := w.house.Mail.ListLetters(t.Context(), asha.session(), mailroom.Cursor{})
	must(t, err)
	must(t, w.house.Mail.Answer(t.Context(), asha.session(), list.Threads[0].ID, "Hej Maj!"))
	p.flows()
	m := w.house.Mail
	if _, err := m.ShowQueue(t.Context(), asha.session()); !fault.Is(err, fault.Denied) {
		t.Errorf("somebody else sees the queue: %v", err)
	}
	v, err := m.ShowQueue(t.Context(), w.admin.session())
	must(t, err)
	if v.Count.Waiting != 2 || v.Count.Failed != 2 || len(v.Shown) != 2 {
		t.Fatalf("%+v", v)
	}
	for _, e := range v.Shown {
		if e.Class != "recipient_450" || e.Attempts != 1 || e.Next <= e.Created || (e.Load == mailbox.Forwarding) != (e.Domain == "") {
			t.Errorf("%+v", e)
		}
	}
	w.clock.Move(mailbox.Keep + time.Hour)
	p.flows()
	if rows := w.rows(`SELECT id FROM mail_queue WHERE org = $1`); len(rows) != 0 {
		t.Errorf("after five days %d wait", len(rows))
	}
	if !w.told(asha, "letter.undelivered") || !w.told(asha, "letter.unforwarded") {
		t.Error("nobody is told that the tries have ended")
	}
	w.verifies()
}

// slow is a receiver who asks to come again.
type slow struct{}

func (*slow) Error() string   { return "recipient_450" }
func (*slow) Permanent() bool { return false }
