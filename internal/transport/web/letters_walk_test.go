package web_test

import (
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/mailroom"
)

// lettersTo gives somebody an official address, and it some letters.
func (w *town) lettersTo(t *testing.T, d *dweller, letters ...string) {
	t.Helper()
	w.house.Mail.Host, w.house.Mail.Domains, w.house.Mail.Check = "mx.fortroende.example.se", []string{"fortroende.example.se"}, nil
	id, err := w.house.Mail.OpenMailbox(t.Context(), w.admin.session(), mailroom.NewMailbox{Authority: w.authority(t), Kind: mailbox.Office, Person: d.id,
		Card: mailbox.Card{Address: "asta.lindvik@fortroende.example.se", Name: "Asta Lindvik"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range letters {
		to := mailroom.Recipient{Org: w.house.Org(), Address: "asta.lindvik@fortroende.example.se", Purpose: mailroom.ToMailbox, Mailbox: id}
		if err := w.house.Mail.Receive(t.Context(), mailroom.Arrival{From: "maj.lind@example.se", To: []mailroom.Recipient{to}, Raw: []byte(raw)}); err != nil {
			t.Fatal(err)
		}
	}
}

const (
	calm   = "From: Maj Lind <maj.lind@example.se>\r\nSubject: Cykelbanan vid stationen\r\nMessage-ID: <ett@example.se>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHej Asta!\r\n\r\nNär byggs cykelbanan vid stationen? Det är farligt för barnen att cykla på Storgatan.\r\n\r\nHälsningar\r\nMaj\r\n--x\r\nContent-Type: application/pdf; name=karta.pdf\r\nContent-Disposition: attachment; filename=karta.pdf\r\n\r\n%PDF\r\n--x--\r\n"
	menace = "From: Nils Kärr <nils.karr@example.se>\r\nSubject: Passa dig\r\nMessage-ID: <tva@example.se>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nJag vet var du bor och jag ska döda dig om du röstar ja på måndag.\r\n"
)

// TestLettersAreReadAndAnswered walks the reader with script and without: the list, a letter and its answer, one behind a
// cover, the report with the letter in it, and the settings.
func TestLettersAreReadAndAnswered(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	asta := w.newcomer("Asta Lindvik", "asta.lindvik@example.se", access.Elected)
	lo := w.newcomer("Lo Ek", "lo.ek@example.se", access.Elected)
	w.lettersTo(t, asta, calm, menace)
	tab := w.tab(t, asta)
	tab.Expect("422")
	tab.Open(w.url + "/brev")
	reads(t, tab, "Cykelbanan vid stationen", "Maj Lind", "Dolt brev", "Kan vara ett hot")
	if got := browser.Eval[bool](tab, `document.body.innerText.includes("Nils")`); got {
		t.Error("a covered letter shows its sender in the list")
	}
	tab.InspectHere("letters")
	tab.Follow(`main table tbody tr:has(.ds-tag[data-color="danger"]) a`)
	reads(t, tab, "Det här kan vara obehagligt att läsa")
	tab.InspectHere("letters-covered")
	tab.Follow(`main a[href$="/visa"]`)
	reads(t, tab, "Jag vet var du bor", "Nils Kärr")
	tab.InspectHere("letters-uncovered")
	tab.Follow(`main form[action$="/anmal"] button`)
	if got := browser.Eval[string](tab, `document.querySelector("#f-narrative").value+document.querySelector("#f-words").value`); !strings.Contains(got, "SHA-256") || !strings.Contains(got, "Jag vet var du bor") {
		t.Errorf("the report holds %q", got)
	}
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "brev.eml")

	plain := w.tab(t, asta)
	plain.WithoutScript()
	plain.Open(w.url + "/brev")
	reads(t, plain, "Cykelbanan vid stationen")
	// What has been read keeps its mark and its cover; both came in the same minute, and the calm one is known by its subject.
	tab.Open(w.url + "/brev")
	reads(t, tab, "Dolt brev", "Kan vara ett hot")
	calmly := browser.Eval[string](tab, `[...document.querySelectorAll("main table a")].find(a => a.textContent.includes("Cykelbanan")).getAttribute("href")`)
	plain.Open(w.url + calmly)
	reads(t, plain, "farligt för barnen", "karta.pdf")
	plain.Type("#f-text", "Hej Maj! Den byggs i vår.")
	plain.Follow("main section form button[type=submit]")
	reads(t, plain, "Svaret är på väg", "Den byggs i vår")
	plain.Open(w.url + "/brev")
	plain.Follow(`main a[href^="/brev/brevlada/"]`)
	plain.Set("#f-person", lo.id)
	plain.Click(`input[name=duty][value=assists]`)
	plain.Follow(`form[action$="/ombud"] button`)
	reads(t, plain, "Lo Ek, läser och svarar")
	tab.Open(plain.Address())
	tab.InspectHere("letters-mailbox")
	tab.Open(w.url + calmly)
	tab.InspectHere("letters-thread")
}

// TestAForwardedLetterIsReportedByItsLink opens the report without signing in; the link is used up by the press alone.
func TestAForwardedLetterIsReportedByItsLink(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	asta := w.newcomer("Asta Lindvik", "asta.lindvik@example.se", access.Elected)
	w.lettersTo(t, asta, calm)
	secret := w.linkTo(t, asta)
	looker := w.tab(t, nil)
	looker.Expect("404")
	looker.Inspect("letter-link", w.url+"/anmal/brev/"+secret)
	tab := w.tab(t, nil)
	tab.WithoutScript()
	tab.Open(w.url + "/anmal/brev/" + secret)
	reads(t, tab, "asta.lindvik@fortroende.example.se", "inte logga in")
	tab.Follow("main form button[type=submit]")
	if got := browser.Eval[string](tab, `document.querySelector("#f-narrative").value+document.querySelector("#f-words").value`); !strings.Contains(got, "SHA-256") || !strings.Contains(got, "cykelbanan") {
		t.Errorf("the report holds %q", got)
	}
	looker.Inspect("letter-link-old", w.url+"/anmal/brev/"+secret)
	reads(t, looker, "Länken går inte att använda")
}

// linkTo makes the link to somebody's newest letter as forwarding does.
func (w *town) linkTo(t *testing.T, who *dweller) (secret string) {
	t.Helper()
	k, err := w.house.Ring.Org(w.house.Org())
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.house.Mail.ListLetters(t.Context(), who.session(), mailroom.Cursor{})
	if err != nil || len(list.Threads) == 0 {
		t.Fatal(list, err)
	}
	if err := w.house.DB.Org(k.Org).Write(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Letters(list.Threads[0].ID)
		if err != nil {
			return err
		}
		wraps, err := tx.LetterWraps([]string{all[0].ID}, []string{who.session().Person})
		if err != nil {
			return err
		}
		data, err := wraps[0].Open(who.session().Key)
		if err != nil {
			return err
		}
		var link mailbox.ReportLink
		link, secret = mailbox.NewReportLink(k, all[0].ID, data, tx.Now())
		return tx.InsertReportLink(link)
	}); err != nil {
		t.Fatal(err)
	}
	return secret
}
