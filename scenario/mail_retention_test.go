package scenario

import (
	"context"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/mailbox"
	"varn/internal/domain/ruling"
	"varn/internal/infra/store"
	"varn/internal/kit/fault"
	"varn/internal/usecase/mailroom"
)

// TestLettersAreDestroyedByTheirRule: what a registrar has sorted goes when its time is over and an archivist says so;
// what nobody sorted, and a party's, stays.
func TestLettersAreDestroyedByTheirRule(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		p := w.mail()
		rut, axel := w.newcomer("Rut Diarie", access.Registrar), w.newcomer("Axel Arkiv", access.Archivist)
		w.seat(rut, w.function(function.Registrar, "Registrator"))
		asha, per := w.newcomer("Asha Berg", access.Elected), w.newcomer("Per Parti", access.Elected)
		p.mailbox(asha, "asha.berg", mailbox.Office)
		p.mailbox(per, "per.parti", mailbox.Party)
		w.decides(ruling.Retention, w.council, casefile.RetentionRule{Letters: 2, Minor: 3, Decision: "KS 2026/0012", Date: "2026-01-15"})
		big := "From: stor@example.se\nSubject: Ritning\nMessage-ID: <b@example.se>\n\n" + strings.Repeat("En lång rad om detaljplanen.\n", 12000)
		for from, raw := range map[string]string{"maj.lind@example.se": question, "stor@example.se": big, "kvar@example.se": "From: kvar@example.se\nSubject: Kvar\nMessage-ID: <k@example.se>\n\nHej.\n"} {
			if got := p.sends(from, "asha.berg@"+mailDomain, raw); got != "250" {
				t.Fatal(got)
			}
		}
		if got := p.sends("maj.lind@example.se", "per.parti@"+mailDomain, question); got != "250" {
			t.Fatal(got)
		}
		m := w.house.Mail
		list, err := m.ListLetters(ctx, asha.session(), mailroom.Cursor{})
		must(t, err)
		as := map[string]mailbox.Handling{"Cykelbanan": mailbox.Minor, "Ritning": mailbox.Registered}
		ids := map[string]string{}
		for _, one := range list.Threads {
			ids[one.Subject] = one.ID
			if h := as[one.Subject]; h != "" {
				_, err := m.ConfirmRecords(ctx, rut.session(), []string{one.ID}, h)
				must(t, err)
			}
		}
		over := func() map[mailbox.Handling]mailroom.OverThread {
			t.Helper()
			all, err := m.OverThreads(ctx, axel.session())
			must(t, err)
			out := map[mailbox.Handling]mailroom.OverThread{}
			for _, one := range all {
				out[one.Handling] = one
			}
			return out
		}
		if got := over(); len(got) != 0 {
			t.Fatalf("over at once: %+v", got)
		}
		if _, err := m.DestroyThreads(ctx, axel.session(), []string{ids["Cykelbanan"]}); !fault.Is(err, fault.Conflict) {
			t.Errorf("destroyed before its time: %v", err)
		}
		w.clock.Move(100 * 24 * time.Hour)
		must(t, w.house.DB.ConfirmTime(ctx))
		axel, asha = w.returns(axel), w.returns(asha)
		if got := over(); len(got) != 1 || got[mailbox.Minor].ID != ids["Cykelbanan"] {
			t.Fatalf("after three months: %+v", got)
		}
		if _, err := m.DestroyThreads(ctx, asha.session(), []string{ids["Cykelbanan"]}); !fault.Is(err, fault.Denied) {
			t.Errorf("destroyed by somebody else: %v", err)
		}
		w.clock.Move(2 * 366 * 24 * time.Hour)
		must(t, w.house.DB.ConfirmTime(ctx))
		axel, asha = w.returns(axel), w.returns(asha)
		got := over()
		if len(got) != 2 || got[mailbox.Registered].Number != "KS 2026/0001" || got[mailbox.Registered].Decision != "KS 2026/0012" {
			t.Fatalf("after two years: %+v", got)
		}
		n, err := m.DestroyThreads(ctx, axel.session(), []string{ids["Cykelbanan"], ids["Ritning"]})
		if err != nil || n != 2 {
			t.Fatalf("%d %v", n, err)
		}
		for _, gone := range []string{"Cykelbanan", "Ritning"} {
			if _, err := m.ReadThread(ctx, asha.session(), ids[gone], true); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s is read after its destruction: %v", gone, err)
			}
		}
		if _, err := m.ReadThread(ctx, asha.session(), ids["Kvar"], true); err != nil {
			t.Errorf("what nobody sorted: %v", err)
		}
		if left := w.rows(`SELECT id FROM letter WHERE org = $1`); len(left) != 2 {
			t.Errorf("%d letters are left", len(left))
		}
		if left := w.rows(`SELECT object FROM mail_landing WHERE org = $1`); len(left) != 0 {
			t.Errorf("%v are still landing", left)
		}
		w.blobs(0)
		w.verifies()
	})
}

// blobs counts what lies in the blob place.
func (w *town) blobs(want int) {
	w.t.Helper()
	n := 0
	if err := w.house.Mail.Blob.Walk(context.Background(), func(string, int64) error { n++; return nil }); err != nil {
		w.t.Fatal(err)
	}
	if n != want {
		w.t.Errorf("%d blobs are left, not %d", n, want)
	}
}

// TestALargeLetterThatAKillLeftIsSwept writes the bytes as a letter does and never commits.
func TestALargeLetterThatAKillLeftIsSwept(t *testing.T) {
	t.Parallel()
	forBoth(t, func(t *testing.T, w *town) {
		ctx := t.Context()
		p := w.mail()
		asha := w.newcomer("Asha Berg", access.Elected)
		p.mailbox(asha, "asha.berg", mailbox.Office)
		m := w.house.Mail
		must(t, w.house.DB.Org(w.org).Write(ctx, func(tx *store.Tx) error { return tx.Land("left-by-a-kill", tx.Now()) }))
		must(t, m.Blob.Put(ctx, "left-by-a-kill", []byte("sealed")))
		big := "From: stor@example.se\nSubject: Ritning\nMessage-ID: <b@example.se>\n\n" + strings.Repeat("En lång rad om detaljplanen.\n", 12000)
		if got := p.sends("stor@example.se", "asha.berg@"+mailDomain, big); got != "250" {
			t.Fatal(got)
		}
		must(t, m.Sweep(ctx, w.org))
		w.blobs(2) // it may still be on its way
		w.clock.Move(2 * time.Hour)
		must(t, m.Sweep(ctx, w.org))
		w.blobs(1)
		asha = w.returns(asha)
		list, err := m.ListLetters(ctx, asha.session(), mailroom.Cursor{})
		must(t, err)
		if v, err := m.ReadThread(ctx, asha.session(), list.Threads[0].ID, true); err != nil || !strings.Contains(v.Letters[0].Text, "detaljplanen") {
			t.Errorf("the letter that was taken: %v", err)
		}
	})
}
