package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/person"
	"varn/internal/transport/web/browser"
)

// From a name in the register to a confirmed holder of a function, by two people's hands.
func TestSomebodyIsRegisteredInvitedConfirmedAndSeated(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	admin, head := w.tab(t, w.admin), w.tab(t, w.head)
	admin.Expect("422")
	head.Expect("422")

	admin.Inspect("person-new", w.url+"/personer/ny")
	admin.Set("#f-name", "Vera Handling")
	admin.Set("#f-address", "sigrid.vakt@example.se")
	if got := admin.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Errorf("an address that is taken is answered with %d", got)
	}
	admin.Set("#f-address", "vera.handling@example.se")
	admin.Set("#f-title", "Handläggare")
	admin.Follow("main button[type=submit]")
	page := admin.Address()
	admin.Follow(`a[href$="/bjud-in"]`)
	admin.InspectHere("person-invite")
	admin.Follow("main form button")
	admin.InspectHere("person-invited")
	code := admin.Text(".secret-inline")

	vera := w.enrol("Vera Handling", code)
	admin.Open(page + "/roll")
	admin.InspectHere("person-role")
	admin.Set("#f-role", "case_officer")
	admin.Follow("main button[type=submit]")
	admin.InspectHere("person")
	admin.Open(w.url + "/funktioner")
	admin.InspectHere("functions")
	admin.Follow(".cards-grid a")
	admin.Follow(`a[href$="/plats"]`)
	admin.InspectHere("function-seat")
	admin.Set("#f-person", "vera")
	admin.Follow("main button[type=submit]")
	admin.InspectHere("function")

	// The administrator has proposed everything and can confirm nothing.
	admin.Inspect("confirm-administrator", w.url+"/att-bekrafta")
	if n := browser.Eval[int](admin, `document.querySelectorAll('main button:not([disabled])').length`); n != 0 {
		t.Errorf("the administrator can confirm %d things alone", n)
	}
	if got := admin.Text("main"); !strings.Contains(got, "Du föreslog det själv") {
		t.Errorf("nothing says why: %s", got)
	}

	head.Inspect("confirm", w.url+"/att-bekrafta")
	head.Follow(`a[href^="/att-bekrafta/"]`)
	head.InspectHere("confirm-person")
	if strings.Contains(head.Text("main"), vera.fingerprint()) {
		t.Error("the page gives the fingerprint away")
	}
	head.Set("#f-fingerprint", "AAAA BBBB CCCC DDDD EEEE FFFF")
	head.Click("#f-checked")
	if got := head.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong fingerprint is answered with %d", got)
	}
	head.Set("#f-fingerprint", strings.ToLower(vera.fingerprint()))
	head.Follow("main button[type=submit]")
	head.Follow(`form[action="/att-bekrafta/roll"] button`)
	head.Follow(`form[action="/att-bekrafta/plats"] button`)
	if got := head.Text("main"); !strings.Contains(got, "Inget väntar") {
		t.Errorf("something still waits: %s", got)
	}
	if s := vera.session(); !s.Has(access.CaseOfficer) || len(s.Functions) != 1 {
		t.Errorf("Vera has %v and %v", s.Roles, s.Functions)
	}

	admin.Inspect("people", w.url+"/personer")
	admin.Open(w.url + "/personer?q=hand+VERA")
	if n := browser.Eval[int](admin, `document.querySelectorAll('tbody tr').length`); n != 1 {
		t.Errorf("the search finds %d", n)
	}
	admin.Open(w.url + "/personer?q=ingen+alls")
	admin.InspectHere("people-none")
	admin.Open(page + "/avsluta")
	admin.Follow("main form button")
	if _, err := w.house.SignIn.Resume(t.Context(), w.house.Org(), vera.secret); err == nil {
		t.Error("whoever has left still has a session")
	}
}

func TestTwoWhoEditOneCardLoseNeitherText(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	one, two := w.tab(t, w.head), w.tab(t, w.admin)
	two.Expect("409")
	one.Open(w.url + "/funktioner")
	one.Follow(".cards-grid a")
	at := one.Address() + "/andra"
	one.Open(at)
	one.InspectHere("function-edit")
	two.Open(at)
	one.Set("#f-phone", "070-1740606")
	one.Follow("main button[type=submit]")
	two.Set("#f-phone", "070-1740607")
	if got := two.Follow("main button[type=submit]"); got != http.StatusConflict {
		t.Fatalf("the second to save is answered with %d", got)
	}
	two.InspectHere("function-conflict")
	if got := two.Text("main"); !strings.Contains(got, "070-1740606") {
		t.Errorf("the first text is lost: %s", got)
	}
	two.Follow("main button[type=submit]")
	if got := two.Text("main"); !strings.Contains(got, "070-1740607") {
		t.Errorf("the second text is lost: %s", got)
	}
}

func TestAPersonIsEditedAndSentAway(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, w.admin)
	id, _ := w.registered("Asta Ledamot", "asta.ledamot@example.se")
	tab.Inspect("person-edit", w.url+"/personer/"+id+"/andra")
	tab.Set("#f-party", "Framtidspartiet")
	tab.Click("#f-protected")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("person-protected")
	tab.Inspect("person-away", w.url+"/personer/"+id+"/franvaro")
	tab.Set("#f-until", "2026-12-24")
	tab.Follow("main button[type=submit]")
	if got := tab.Text("main"); !strings.Contains(got, "borta till och med 24") {
		t.Errorf("the absence is not shown: %s", got)
	}
}

func TestANewFunctionIsEntered(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, w.admin)
	tab.Inspect("function-new", w.url+"/funktioner/ny")
	tab.Set("#f-kind", "on_call")
	tab.Set("#f-name", "Tjänsteman i beredskap")
	browser.Eval[bool](tab, `(document.querySelector('#f-authority').selectedIndex = 1, true)`)
	tab.Follow("main button[type=submit]")
	if got := tab.Text("h1"); got != "Tjänsteman i beredskap" {
		t.Fatalf("got %q at %s", got, tab.Address())
	}
	tab.InspectHere("function-empty")
}

// A key is lost: a new invitation, a new key, and somebody who shares a function lets the person in.
func TestWhoLostTheirKeyIsLetInAgain(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, w.head)
	guard := w.head.session().Functions[0]
	vera := w.newcomer("Vera Handling", "vera.handling@example.se", access.CaseOfficer)
	seat(t, w, vera, guard)
	code, err := w.house.People.Invite(t.Context(), w.admin.session(), vera.id)
	if err != nil {
		t.Fatal(err)
	}
	back := w.enrol("Vera Handling", code)
	w.confirm(back)
	tab.Inspect("confirm-returned", w.url+"/att-bekrafta")
	tab.Follow(`a[href$="/slapp-in"]`)
	tab.InspectHere("readmit")
	tab.Follow("main form button")
	tab.InspectHere("readmitted")
	if got := tab.Text("main"); !strings.Contains(got, "En plats i en funktion är tillbaka.") {
		t.Errorf("got %s", got)
	}
}

func TestARecoveryWaitsIsStoppedByACustodianAndIsCarriedOut(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	asta := w.newcomer("Asta Ledamot", "asta.ledamot@example.se", access.Elected)
	tab, custodian := w.tab(t, w.head), w.tab(t, nil)
	tab.Expect("422")
	tab.Expect("403")
	custodian.Expect("422")
	begin := func() {
		tab.Open(w.url + "/personer/" + asta.id + "/aterstall")
		tab.Follow("main form button")
	}
	begin()
	tab.InspectHere("recovery")
	custodian.Inspect("recovery-stop", w.url+"/aterstallning/stoppa")
	custodian.Set("#f-code", "AAAAA AAAAA")
	if got := custodian.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code is answered with %d", got)
	}
	custodian.Set("#f-code", w.founded.Sheets[1].Code)
	custodian.Follow("main button[type=submit]")
	if got := custodian.Text("h1"); got != "Återställningen är stoppad" {
		t.Errorf("got %q", got)
	}
	begin()
	code, err := w.house.People.Invite(t.Context(), w.admin.session(), asta.id)
	if err != nil {
		t.Fatal(err)
	}
	back := w.enrol("Asta Ledamot", code)
	w.clock.Move(25 * time.Hour)
	w.head.secret = w.again(w.head)
	tab.Cookie(w.url, "varn_session", w.head.secret)
	tab.Open(w.url + "/aterstallning")
	tab.Follow("main li a.ds-button")
	tab.Set("#f-sheet1", w.founded.Sheets[0].Share.Text())
	tab.Set("#f-sheet2", "fel")
	tab.Set("#f-sheet3", w.founded.Sheets[2].Share.Text())
	if got := tab.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong sheet is answered with %d", got)
	}
	tab.InspectHere("recovery-do")
	tab.Set("#f-sheet2", strings.ToLower(w.founded.Sheets[4].Share.Text()))
	tab.Follow("main button[type=submit]")
	tab.InspectHere("recovery-done")
	if n := browser.Eval[int](tab, `document.querySelectorAll('.sheet').length`); n != 5 {
		t.Fatalf("%d new sheets: %s", n, tab.Text("main"))
	}
	own, err := w.house.People.Own(t.Context(), w.sessionOf(back))
	if err != nil || own.State != person.Confirmed {
		t.Errorf("after the recovery: %v %v", own.State, err)
	}
}

func TestAFormSentTwiceRegistersOnePerson(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, w.admin)
	tab.Open(w.url + "/personer/ny")
	tab.Set("#f-name", "Asta Ledamot")
	sent := browser.Eval[[]string](tab, `Promise.all([1, 2, 3].map(() => fetch(location.href, {method: 'POST', body: new URLSearchParams(new FormData(document.querySelector('main form')))}).then(r => r.url)))`)
	if len(sent) != 3 || sent[0] != sent[1] || sent[1] != sent[2] || !strings.Contains(sent[0], "/personer/") {
		t.Fatalf("the answers lead to %v", sent)
	}
	tab.Open(w.url + "/personer?q=Asta")
	if n := browser.Eval[int](tab, `document.querySelectorAll('tbody tr').length`); n != 1 {
		t.Errorf("%d people were registered", n)
	}
}
