package web_test

import (
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/mailbox"
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
	// What has been seen has lost its mark, and both came in the same minute: the calm one is known by its subject.
	tab.Open(w.url + "/brev")
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
