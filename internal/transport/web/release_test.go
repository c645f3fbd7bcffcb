package web_test

import (
	"testing"

	"varn/internal/domain/access"
	"varn/internal/transport/web/browser"
)

// TestALetterIsReleasedToTheScreening walks what a letter's owner and whoever trains the screening see.
func TestALetterIsReleasedToTheScreening(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	asta := w.newcomer("Asta Lindvik", "asta.lindvik@example.se", access.Elected)
	w.lettersTo(t, asta, calm)
	tab := w.tab(t, asta)
	tab.Open(w.url + "/brev")
	tab.Follow("main table a")
	tab.Follow(`main a[href$="/lar"]`)
	reads(t, tab, "farligt för barnen", "Det här sparas")
	tab.InspectHere("release")
	tab.Click(`input[name=kinds][value=pressure]`)
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "Hej Asta!", "ryck")
	tab.InspectHere("released")
	head := w.tab(t, w.head)
	head.Expect("422")
	head.Inspect("screening", w.url+"/granskning")
	reads(t, head, "Ett brev är lämnat", "så som den kom")
	head.Follow(`form[action="/granskning/trana"] button`)
	reads(t, head, "minst 20")
	head.InspectHere("screening-few")
	tab.Follow(`form[action^="/brev/lamnade/"] button`)
	reads(t, tab, "Du har inte lämnat något")
	if n := browser.Eval[int](tab, `document.querySelectorAll("main form").length`); n != 0 {
		t.Errorf("%d forms are left", n)
	}
}
