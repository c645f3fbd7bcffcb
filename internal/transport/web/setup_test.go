package web_test

import (
	"net/http"
	"strings"
	"testing"

	"varn/internal/transport/web/browser"
)

func fillSetup(tab *browser.Tab, code string) {
	tab.Set("#f-code", code)
	tab.Set("#f-name", "Exempelstads kommun")
	tab.Set("#f-authorities", "Kommunstyrelsen (KS)\n- Säkerhetsenheten\n- Kansliet\nSocialnämnden (SN)")
	tab.Set("#f-head_name", "Sigrid Vakt")
	tab.Set("#f-head_address", "sigrid.vakt@example.se")
	tab.Set("#f-custodians", "Gudrun Ek\nHalvar Lind\nIngegerd Alm\nJöns Rönn\nKarin Sälg")
	tab.Set("#f-admin_name", "Bo Drift")
	tab.Set("#f-admin_address", "bo.drift@example.se")
}

// The whole beginning of an installation, without a line of script.
func TestSetUpEnrolConfirmAndSignInWithoutScript(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := bare(t)
	tab := w.tab(t, nil)
	tab.Expect("422")
	tab.Expect("404")
	tab.WithoutScript()
	tab.Open(w.url + "/")
	if !strings.HasSuffix(tab.Address(), "/uppsattning") {
		t.Fatalf("the first visit leads to %s", tab.Address())
	}
	fillSetup(tab, "ABCD-EFGH")
	if got := tab.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong code is answered with %d", got)
	}
	tab.Set("#f-code", strings.ToLower(w.house.SetUpCode()))
	if got := tab.Follow("main button[type=submit]"); got != http.StatusOK {
		t.Fatalf("set-up is answered with %d: %s", got, tab.Text("main"))
	}
	codes := browser.Eval[[]string](tab, `[...document.querySelectorAll('.sheet-code')].map(e => e.textContent)`)
	invitations := browser.Eval[[]string](tab, `[...document.querySelectorAll('.secret-inline')].map(e => e.textContent)`)
	if len(codes) != 5 || len(invitations) != 2 {
		t.Fatalf("%d sheets, %d invitations", len(codes), len(invitations))
	}
	if got := tab.Open(w.url + "/uppsattning"); got != http.StatusNotFound {
		t.Errorf("set-up can be opened again: %d", got)
	}

	tab.Open(w.url + "/inbjudan")
	tab.Type("#f-code", invitations[0])
	tab.Follow("main button[type=submit]")
	if got := tab.Text("h1"); got != "Hej Sigrid Vakt" {
		t.Fatalf("the invitation is for %q", got)
	}
	tab.Type("#f-passphrase", "kort")
	tab.Type("#f-again", "kort")
	if got := tab.Follow("section:not([hidden]) form button"); got != http.StatusUnprocessableEntity {
		t.Fatalf("a short passphrase is answered with %d", got)
	}
	tab.Type("#f-passphrase", phrase)
	tab.Type("#f-again", phrase)
	tab.Follow("section:not([hidden]) form button")
	if got := tab.Text("h1"); got != "Ditt fingeravtryck" {
		t.Fatalf("after enrolling: %q at %s", got, tab.Address())
	}
	fingerprint := browser.Eval[string](tab, `document.querySelector('.fingerprint').textContent`)

	tab.Follow(`a[href="/uppsattning/bekrafta"]`)
	tab.Type("#f-fingerprint", strings.ToLower(fingerprint))
	tab.Set("#f-codes", codes[0]+"\n"+codes[3])
	if got := tab.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("two codes of three are answered with %d", got)
	}
	tab.Set("#f-codes", codes[0]+"\n"+codes[3]+"\n"+codes[4])
	tab.Follow("main button[type=submit]")
	if got := tab.Text("h1"); got != "Säkerhetschefens nyckel är bekräftad" {
		t.Fatalf("after confirming: %q: %s", got, tab.Text("main"))
	}

	tab.Follow(".site-tools form button")
	tab.Open(w.url + "/konto")
	if !strings.Contains(tab.Address(), "/logga-in?vidare=%2Fkonto") {
		t.Fatalf("signed out, the account leads to %s", tab.Address())
	}
	tab.Type("#f-address", "sigrid.vakt@example.se")
	tab.Type("#f-passphrase", phrase)
	tab.Follow("section:not([hidden]) form button")
	if !strings.HasSuffix(tab.Address(), "/konto") || tab.Text("h1") != "Sigrid Vakt" {
		t.Fatalf("signing in leads to %s: %s", tab.Address(), tab.Text("h1"))
	}
	if got := browser.Eval[string](tab, `document.querySelector('.tags').textContent`); got != "Säkerhetschef" {
		t.Errorf("the head's roles are %q", got)
	}
}

func TestSetUpIsAccessible(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := bare(t)
	tab := w.tab(t, nil)
	tab.Expect("422")
	tab.Inspect("setup", w.url+"/uppsattning")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("setup-errors")
	fillSetup(tab, w.house.SetUpCode())
	tab.Follow("main button[type=submit]")
	tab.InspectHere("setup-done")
	tab.Print()
	tab.Shot("setup-done-print")
	tab.Inspect("setup-confirm", w.url+"/uppsattning/bekrafta")
}
