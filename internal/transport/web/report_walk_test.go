package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"varn/internal/transport/web/browser"
)

// TestAGuestReportsWithoutScript walks the whole report with a file, by a browser that runs no
// script, and comes back with the code.
func TestAGuestReportsWithoutScript(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, nil)
	tab.WithoutScript()
	tab.Open(w.url + "/")
	tab.Follow(".start-report")
	tab.Set("#f-occurred_from", "2026-11-20")
	tab.Set("#f-place", "HOME")
	next(t, tab, "Vad hände?")
	tab.Type("#f-narrative", "En man stod vid grinden och ropade.\nHan visste var barnen går i skola.")
	tab.Click("#f-forms-1")
	tab.Click("#f-medium-6")
	next(t, tab, "Vill du bifoga något?")
	tab.Attach("#f-files", paper(t, "skärmbild.png", "inte en riktig bild"))
	next(t, tab, "Vem gäller det, och vem får veta?")
	tab.Click("#f-target_category-1")
	tab.Type("#f-contact", "070-1740611")
	next(t, tab, "Granska och skicka")
	page := tab.Text("main")
	for _, want := range []string{"Han visste var barnen går i skola.", "skärmbild.png", "Bostad", "Hot", "Öga mot öga", "070-1740611", "Säkerhetsfunktionen", "Förtroendevald på fritiden"} {
		if !strings.Contains(page, want) {
			t.Errorf("the review lacks %q", want)
		}
	}
	if got := tab.Follow(`button[value="send"]`); got != http.StatusOK {
		t.Fatalf("sending gave %d", got)
	}
	if got := tab.Text("h1"); got != "Tack. Rapporten är framme" {
		t.Fatalf("landed on %q", got)
	}
	code := strings.Join(strings.Fields(tab.Text(".code-groups")), " ")
	if len(code) != 29 || strings.Contains(tab.Address(), code) {
		t.Fatalf("the code is %q at %s", code, tab.Address())
	}
	tab.Open(w.url + "/kvitto")
	tab.Type("#f-receipt", strings.ToLower(code))
	tab.Follow("main button[type=submit]")
	if got := tab.Text("main"); !strings.Contains(got, "Ingen har öppnat ännu") || !strings.Contains(got, "skärmbild.png") {
		t.Fatalf("the reporter sees %s", got)
	}
	tab.Type("#f-text", "Han kom tillbaka i dag.")
	tab.Follow(`form[action="/kvitto/skriv"] button[type=submit]`)
	if got := tab.Text("main"); !strings.Contains(got, "Han kom tillbaka i dag.") || !strings.Contains(got, "Det du skrev är skickat.") {
		t.Fatalf("the reporter sees %s", got)
	}
}

func next(t *testing.T, tab *browser.Tab, heading string) {
	t.Helper()
	tab.Follow(`main button[value="next"]`)
	if got := tab.Text("h1"); got != heading {
		t.Fatalf("came to %q instead of %q: %s", got, heading, tab.Text("main"))
	}
}

// paper is a file to attach.
func paper(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
