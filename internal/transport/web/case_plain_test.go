package web_test

import (
	"testing"

	"varn/internal/transport/web/browser"
)

// TestTheWorkInACaseNeedsNoScript keeps evidence, plans a measure, answers an obligation and prepares what
// the police get, in a browser that runs no script.
func TestTheWorkInACaseNeedsNoScript(t *testing.T) {
	t.Parallel()
	w := found(t)
	filed := w.filed(t, grave())
	w.takes(t, filed.Ref)
	tab := w.tab(t, w.head)
	tab.WithoutScript()
	at := w.url + "/arende/" + filed.Ref
	tab.Open(at + "/bevis/nytt")
	tab.Click(`input[value="PICTURE"]`)
	tab.Type("#f-from", "Emil lämnade den")
	tab.Type("#f-why", "Kniven syns.")
	tab.Attach("#f-files", paper(t, "kniven.png", "ingen riktig bild"))
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "kniven.png", "Kontrollsumma")
	tab.Follow("main h2 a")
	tab.Follow("main form button")
	reads(t, tab, "Originalet är det som kom in.")
	tab.Open(at + "/atgarder")
	tab.Click("input[type=checkbox]")
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "Planerad")
	tab.Open(at + "/polis")
	tab.Type("#f-victim", "Asta Ledamot")
	tab.Set("#f-contact", "Säkerhetsfunktionen, 0123-456 70")
	tab.Follow("main form button")
	reads(t, tab, "Paket till polisen", "1 original")
}

// TestTheWorkInACaseIsDoneByKeyboard reaches evidence, the police's form and an obligation with Tab and
// presses them with Enter.
func TestTheWorkInACaseIsDoneByKeyboard(t *testing.T) {
	t.Parallel()
	w := found(t)
	filed := w.filed(t, grave())
	w.takes(t, filed.Ref)
	tab := w.tab(t, w.head)
	tab.Open(w.url + "/arende/" + filed.Ref)
	goes(t, tab, "Bevis", "Bevis")
	goes(t, tab, "Lägg till bevis", "Lägg till bevis")
	tab.TabTo("Fil")
	tab.Press(browser.KeyDown)
	tab.TabTo("Varifrån det kommer")
	tab.Press("E", "m", "i", "l")
	tab.Open(w.url + "/arende/" + filed.Ref)
	goes(t, tab, "Plikter", "Plikter")
}
