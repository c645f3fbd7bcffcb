package web_test

import (
	"net/http"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/people"
)

// TestTheDesksWorkWithoutScript goes through on call, the rules, the register and the inbox in a
// browser that runs no script.
func TestTheDesksWorkWithoutScript(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	rut := w.newcomer("Rut Diarie", "rut.diarie@example.se", access.Registrar)
	w.holds(rut, people.NewFunction{Kind: function.Registrar, Card: function.Card{Name: "Registrator"}})
	filed := w.filed(t, grave())
	head := w.tab(t, w.head)
	head.WithoutScript()
	head.Open(w.url + "/jour")
	head.Follow(`a[href="/jour/` + w.head.session().Functions[0] + `"]`)
	turnFields(head, w.head.id)
	head.Follow("main button[type=submit]")
	reads(t, head, "Sigrid Vakt", "Har jour nu")
	head.Open(w.url + "/regler")
	head.Follow(`a[href^="/regler/gallring/"]`)
	head.Set("#f-years", "5")
	head.Type("#f-decision", "KS 2026/0012")
	head.Follow("main button[type=submit]")
	reads(t, head, "KS 2026/0012")
	head.Open(w.url + "/idag")
	head.Follow(`form[action$="/ta"] button`)
	head.Follow(`.tabs a[href$="=mine"]`)
	reads(t, head, filed.Ref)
	head.Follow(".inbox a")
	head.Follow(`a[href$="/steg"]`)
	head.Click("#f-to")
	head.Follow("main form button")
	reads(t, head, "Läget ändrades från Mottagen till Bedömd.")
	desk := w.tab(t, rut)
	desk.WithoutScript()
	desk.Open(w.url + "/diarium")
	desk.Set("#year", "2026")
	desk.Follow(".filters button")
	desk.Follow("main table a")
	desk.Type("#f-number", "KS 2026-77")
	desk.Follow("main form button")
	desk.Follow(`a[href$="/begaran"]`)
	desk.Follow("main form button")
	reads(t, desk, "Väntar på svar")
}

func turnFields(tab *browser.Tab, person string) {
	tab.Set("#f-person", person)
	tab.Set("#f-from", "2026-11-21")
	tab.Set("#f-from_time", "09:00")
	tab.Set("#f-until", "2026-11-22")
	tab.Set("#f-until_time", "08:00")
}

// TestTheDesksWorkByKeyboardAlone reaches and presses everything with Tab, Space and Enter.
func TestTheDesksWorkByKeyboardAlone(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	rut := w.newcomer("Rut Diarie", "rut.diarie@example.se", access.Registrar)
	w.holds(rut, people.NewFunction{Kind: function.Registrar, Card: function.Card{Name: "Registrator"}})
	filed := w.filed(t, grave())
	head := w.tab(t, w.head)
	head.Open(w.url + "/jour")
	goes(t, head, "Lägg till jourpass Säkerhetsfunktionen", "Jourpass för Säkerhetsfunktionen")
	head.TabTo("Vem har jour?")
	head.Press("S")
	if got := browser.Eval[string](head, `document.activeElement.value`); got != w.head.id {
		t.Errorf("the letter S chooses %q", got)
	}
	head.TabTo("Från dag")
	head.TabTo("Till klockan")
	turnFields(head, w.head.id) // how a date is typed follows the browser's language
	goes(t, head, "Spara jourpasset", "Jour")
	goes(t, head, "Avsluta Sigrid Vakt", "Avsluta jourpasset för Sigrid Vakt?")
	goes(t, head, "Avsluta", "Jour")
	reads(t, head, "Ingen har jour just nu")
	head.Open(w.url + "/regler")
	goes(t, head, "Föreslå ändring Gallring, Kommunstyrelsen", "Gallring")
	head.TabTo("Antal år efter avslut")
	head.Press("5")
	head.TabTo("Beslutets nummer")
	head.Press("K", "S", " ", "7")
	goes(t, head, "Föreslå", "Att bekräfta")
	reads(t, head, "KS 7")
	head.Open(w.url + "/idag")
	goes(t, head, "Jag tar det "+filed.Ref, "I dag")
	goes(t, head, "Mina 1", "I dag")
	goes(t, head, "Hot · Öga mot öga", "Hot · Öga mot öga")
	goes(t, head, "Nästa steg", "Nästa steg")
	head.TabTo("Bedömd")
	head.Press(browser.KeySpace)
	goes(t, head, "Spara läget", "Hot · Öga mot öga")
	desk := w.tab(t, rut)
	desk.Open(w.url + "/diarium")
	goes(t, desk, "KS 2026/0001", "KS 2026/0001")
	goes(t, desk, "Någon begär ut handlingen", "Begär svar om KS 2026/0001?")
	desk.TabTo("Skicka frågan")
	if got := desk.PressAndGo(browser.KeyEnter); got != http.StatusOK {
		t.Fatalf("asking gave %d", got)
	}
	reads(t, desk, "Väntar på svar")
}

// goes presses what reads so, found with Tab alone, and comes to a page whose heading begins so.
func goes(t *testing.T, tab *browser.Tab, text, heading string) {
	t.Helper()
	tab.TabTo(text)
	tab.PressAndGo(browser.KeyEnter)
	if got := tab.Text("h1"); !strings.HasPrefix(got, heading) {
		t.Fatalf("%q leads to %q at %s: %s", text, got, tab.Address(), tab.Text("main"))
	}
}
