package web_test

import (
	"net/http"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/transport/web/browser"
)

// watch lets a page keep what the authenticator really answers and what is posted, so that the
// test can tell that the one never stands in the other.
const watch = `(() => {
	const of = PublicKeyCredential.prototype.getClientExtensionResults;
	PublicKeyCredential.prototype.getClientExtensionResults = function () {
		const r = of.call(this);
		if (r.prf?.results?.first) sessionStorage.setItem('prf', btoa(String.fromCharCode(...new Uint8Array(r.prf.results.first))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
		return r;
	};
	const ask = window.fetch;
	window.fetch = (a, o) => { sessionStorage.setItem('posted', (sessionStorage.getItem('posted') || '') + '\n' + (o?.body || '')); return ask(a, o); };
	return true;
})()`

func neverPosted(t *testing.T, tab *browser.Tab) {
	t.Helper()
	prf := browser.Eval[string](tab, `sessionStorage.getItem('prf') || ''`)
	posted := browser.Eval[string](tab, `sessionStorage.getItem('posted') || ''`)
	if len(prf) != 43 || !strings.Contains(posted, `"unlock":"`) {
		t.Fatalf("nothing to compare: prf %d, posted %d", len(prf), len(posted))
	}
	if strings.Contains(posted, prf) || strings.Contains(posted, "results") {
		t.Error("the page posted what the authenticator derived")
	}
}

func TestAPasskeyIsMadeByInvitationAndOpensTheKeyAgain(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	_, code := w.registered("Asta Ledamot", "asta.ledamot@example.se")
	tab := w.tab(t, nil)
	tab.Authenticator(true)
	tab.Open(w.url + "/inbjudan#" + code)
	browser.WaitFor(tab, `location.hash === '' && document.querySelector('#f-code').value !== ''`)
	tab.Follow("main button[type=submit]")
	tab.Wait("[data-passkey=register] button")
	tab.InspectHere("enrol-choice")
	browser.Eval[bool](tab, watch)
	tab.Follow("[data-passkey=register] button")
	if got := tab.Text("h1"); got != "Ditt fingeravtryck" {
		t.Fatalf("after enrolling: %q at %s", got, tab.Address())
	}
	neverPosted(t, tab)
	tab.InspectHere("fingerprint")
	tab.Follow(".site-tools form button")
	if got := tab.Text("h1"); got != "Du är utloggad" {
		t.Fatalf("after signing out: %q", got)
	}
	tab.InspectHere("signed-out")
	tab.Open(w.url + "/logga-in?vidare=%2Fkonto%2Ffingeravtryck")
	tab.Wait("[data-passkey=sign-in] button")
	tab.InspectHere("sign-in")
	browser.Eval[bool](tab, watch)
	tab.Follow("[data-passkey=sign-in] button")
	if !strings.HasSuffix(tab.Address(), "/konto/fingeravtryck") {
		t.Fatalf("the passkey leads to %s: %s", tab.Address(), tab.Text("main"))
	}
	neverPosted(t, tab)
}

func TestAnotherPasskeyAndAPassphraseAreAddedAndRemoved(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, w.head)
	tab.Authenticator(true)
	tab.Expect("422")
	tab.Open(w.url + "/konto/nyckel")
	tab.Wait("[data-passkey=register] button")
	tab.InspectHere("add-passkey")
	browser.Eval[bool](tab, watch)
	tab.Set("#f-label", "Jobbtelefonen")
	tab.Follow("[data-passkey=register] button")
	neverPosted(t, tab)
	if got := tab.Text("main"); !strings.Contains(got, "Jobbtelefonen") {
		t.Fatalf("the account does not list the passkey: %s", got)
	}
	tab.InspectHere("account")
	tab.Open(w.url + "/konto/losenfras")
	tab.Type("#f-passphrase", "åtta röda bojar i vinden")
	tab.Type("#f-again", "åtta röda bojar i vindon")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("change-passphrase")
	tab.Type("#f-passphrase", "åtta röda bojar i vinden")
	tab.Type("#f-again", "åtta röda bojar i vinden")
	tab.Follow("main button[type=submit]")
	tab.Follow(`a[href^="/konto/nyckel/ta-bort"]`)
	tab.InspectHere("remove-unlocker")
	tab.Follow("main form button")
	if n := browser.Eval[int](tab, `document.querySelectorAll('a[href^="/konto/nyckel/ta-bort"]').length`); n != 0 {
		t.Errorf("the last way to unlock can be removed: %d links", n)
	}
}

func TestATokenIsShownOnceAndRevokedAndSessionsEndEverywhere(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, w.head)
	tab.Expect("422")
	tab.Inspect("token", w.url+"/konto/api-nyckel")
	tab.Follow("main button[type=submit]")
	tab.Set("#f-label", "Statistikprogrammet")
	tab.Click("#f-scopes")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("token-made")
	secret := tab.Text("#token")
	s, err := w.house.SignIn.Resume(t.Context(), w.house.Org(), secret)
	if err != nil || s.Kind != access.Token {
		t.Fatalf("the token gives %v, %v", s, err)
	}
	tab.Open(w.url + "/konto")
	if strings.Contains(tab.Text("main"), secret) {
		t.Error("the account shows the token again")
	}
	tab.Follow("section[aria-labelledby=tokens] form button")
	if _, err := w.house.SignIn.Resume(t.Context(), w.house.Org(), secret); err == nil {
		t.Error("a revoked token still works")
	}
	tab.Follow(`a[href="/konto/overallt"]`)
	tab.Follow("main form button")
	if tab.Text("h1") != "Du är utloggad" {
		t.Errorf("signing out everywhere leads to %s", tab.Address())
	}
	if _, err := w.house.SignIn.Resume(t.Context(), w.house.Org(), w.head.secret); err == nil {
		t.Error("the session outlives signing out everywhere")
	}
}

func TestSignInByKeyboardAloneAndAWrongPassphraseSaysNothingMore(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, nil)
	tab.Expect("422")
	tab.Open(w.url + "/logga-in")
	tab.TabTo("E-postadress")
	tab.Press("sigrid.vakt@example.se")
	tab.TabTo("Lösenfras")
	tab.Press("något helt annat än det")
	if got := tab.PressAndGo(browser.KeyEnter); got != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", got)
	}
	known := tab.Text("#errors")
	tab.InspectHere("sign-in-wrong")
	tab.Set("#f-address", "ingen.alls@example.se")
	tab.Type("#f-passphrase", "något helt annat än det")
	tab.Follow("section[aria-labelledby=by-passphrase] button")
	if unknown := tab.Text("#errors"); unknown != known {
		t.Errorf("an unknown address is told apart: %q, %q", unknown, known)
	}
	tab.Open(w.url + "/logga-in")
	tab.TabTo("E-postadress")
	tab.Press("sigrid.vakt@example.se")
	tab.TabTo("Lösenfras")
	tab.Press(phrase)
	tab.TabTo("Logga in")
	tab.PressAndGo(browser.KeyEnter)
	if !strings.HasSuffix(tab.Address(), w.url+"/") {
		t.Fatalf("at %s", tab.Address())
	}
}

func TestEnrolByKeyboardAlone(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	_, code := w.registered("Asta Ledamot", "asta.ledamot@example.se")
	tab := w.tab(t, nil)
	tab.Expect("422")
	tab.Inspect("enrol", w.url+"/inbjudan")
	tab.Set("#f-code", "en-kod-som-inte-finns-alls")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("enrol-gone")
	tab.Open(w.url + "/inbjudan")
	tab.TabTo("Inbjudans kod")
	tab.Press(code)
	tab.TabTo("Fortsätt")
	tab.PressAndGo(browser.KeyEnter)
	tab.TabTo("Lösenfras")
	tab.Press(phrase)
	tab.TabTo("Lösenfrasen en gång till")
	tab.Press(phrase)
	tab.TabTo("Använd lösenfras")
	tab.PressAndGo(browser.KeyEnter)
	if got := tab.Text("h1"); got != "Ditt fingeravtryck" {
		t.Fatalf("after enrolling: %q", got)
	}
}
