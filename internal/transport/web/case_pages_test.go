package web_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/evidence"
	"varn/internal/domain/function"
	"varn/internal/domain/ruling"
	"varn/internal/kit/ident"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
	"varn/internal/usecase/rule"
)

// rules lets the head confirm a rule for a unit, an authority or the whole.
func (w *town) rules(t *testing.T, scope string, body rule.Body) {
	t.Helper()
	id, err := w.house.Rule.Propose(t.Context(), w.admin.session(), rule.Proposal{Scope: scope, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.house.Rule.Confirm(t.Context(), w.head.session(), id); err != nil {
		t.Fatal(err)
	}
}

// takes has the head take a case.
func (w *town) takes(t *testing.T, ref string) {
	t.Helper()
	if err := w.house.Cases.TakeCase(t.Context(), w.head.session(), ref); err != nil {
		t.Fatal(err)
	}
}

// TestEvidenceGoesToThePoliceFromItsPages adds evidence, prepares what the police get, and takes the
// package out as a form without script does.
func TestEvidenceGoesToThePoliceFromItsPages(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	filed := w.filed(t, grave())
	w.takes(t, filed.Ref)
	tab := w.tab(t, w.head)
	tab.Expect("422")
	tab.Open(w.url + "/arende/" + filed.Ref + "/bevis")
	reads(t, tab, "Lägg till det som har kommit in")
	tab.Follow(`a[href$="/bevis/nytt"]`)
	tab.InspectHere("evidence-new")
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "Fyll i det här.")
	tab.Click(`input[value="MAIL"]`)
	tab.Type("#f-from", "Vaktmästaren, ur brevlådan")
	tab.Type("#f-why", "Hotet står i mejlet.")
	tab.Attach("#f-files", paper(t, "hot.eml", threatMail))
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "hot.eml", "Vaktmästaren, ur brevlådan", "Kontrollsumma")
	tab.InspectHere("evidence")
	tab.Follow(`main h2 a`)
	tab.Follow("main form button")
	reads(t, tab, "Originalet är det som kom in.", "Jag vet var du bor.", "spf=pass", "from mail.example.se by mx.exempelstad.example.se")
	tab.InspectHere("evidence-one")
	tab.Open(w.url + "/arende/" + filed.Ref + "/polis")
	tab.InspectHere("case-police")
	tab.Type("#f-victim", "Asta Ledamot")
	tab.Set("#f-contact", "070-1740612")
	tab.Follow("main form button")
	reads(t, tab, "Det är den utsattas egen kontaktväg.")
	tab.Set("#f-contact", "Säkerhetsfunktionen, 0123-456 70")
	tab.Follow("main form button")
	reads(t, tab, "Paket till polisen", "Den som är utsatt har inte sett underlaget än", "1 original")
	tab.InspectHere("case-package")
	tab.Follow("main form button")
	reads(t, tab, "Fyll i det här.")
	tab.Follow(`main a[href^="/arende/"]`)
	reads(t, tab, "Det här är underlaget till polisen", "Han väntade vid bilen")
	if n := browser.Eval[int](tab, `document.querySelectorAll('a[href$="/polis"]').length`); n != 0 {
		t.Error("a package can be made from a package")
	}
	tab.InspectHere("case-police-made")
	form := url.Values{"reason": {"Det är bråttom."}, "_once": {ident.New()}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, tab.Address()+"/paket", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.AddCookie(&http.Cookie{Name: "varn_session", Value: w.head.secret})
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	b, err := io.ReadAll(got.Body)
	if err != nil || got.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%v %v %.300s", err, got.Header, b)
	}
	if r, err := evidence.Verify(bytes.NewReader(b), int64(len(b)), w.house.Keys.VerifierKey()); err != nil || !r.OK() || r.Proven != 1 {
		t.Errorf("%v %+v", err, r)
	}
}

const threatMail = "Received: from mail.example.se by mx.exempelstad.example.se; Fri, 20 Nov 2026 19:40:00 +0100\r\nAuthentication-Results: mx.exempelstad.example.se; spf=pass; dkim=none; dmarc=fail\r\n" +
	"From: Okänd <okand@example.se>\r\nTo: asta@example.se\r\nSubject: Du\r\nDate: Fri, 20 Nov 2026 19:39:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nJag vet var du bor.\r\n"

func TestAUnitThatReportsInKIACopiesFromASheet(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	units, err := w.house.People.Units(t.Context(), w.admin.session())
	if err != nil {
		t.Fatal(err)
	}
	w.rules(t, units[0].ID, rule.Body{Unit: &ruling.UnitRule{InKIA: true}})
	r := grave()
	r.Unit = units[0].ID
	filed := w.filed(t, r)
	tab := w.tab(t, w.head)
	tab.Open(w.url + "/arende/" + filed.Ref)
	tab.Follow(`a[href$="/kopieringsblad"]`)
	reads(t, tab, "Han väntade vid bilen", "Kommunal lokal")
	tab.InspectHere("case-sheet")
	tab.Print()
	tab.Shot("case-sheet-print")
	other := w.filed(t, grave())
	tab.Expect("404")
	if got := tab.Open(w.url + "/arende/" + other.Ref + "/kopieringsblad"); got != http.StatusNotFound {
		t.Errorf("a unit that reports here has a sheet: %d", got)
	}
}

// TestAnArchivistDestroysFromThePage is asked twice, and sees numbers and decisions alone.
func TestAnArchivistDestroysFromThePage(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	ctx := t.Context()
	axel := w.newcomer("Axel Arkiv", "axel.arkiv@example.se", access.Archivist)
	w.rules(t, w.authority(t), rule.Body{Retention: &casefile.RetentionRule{Years: 5, Decision: "KS 2026/0012", Date: "2026-01-15"}})
	first, second := w.filed(t, grave()), w.filed(t, grave())
	for _, ref := range []string{first.Ref, second.Ref} {
		w.takes(t, ref)
		if _, err := w.house.Cases.MoveCase(ctx, w.head.session(), ref, casework.Moving{To: casefile.Closed, Reason: "Klart.", Outcome: casefile.NoActionNeeded}); err != nil {
			t.Fatal(err)
		}
	}
	early := w.tab(t, axel)
	early.Inspect("destruction-none", w.url+"/gallring")
	early.Inspect("destroy-letters-none", w.url+"/gallring/brev")
	w.clock.Move(5*365*24*time.Hour + 48*time.Hour)
	if err := w.house.DB.ConfirmTime(ctx); err != nil {
		t.Fatal(err)
	}
	w.sessionOf(axel)
	tab := w.tab(t, axel)
	tab.Expect("422")
	tab.Inspect("destruction", w.url+"/gallring")
	if got := tab.Text("main"); strings.Contains(got, "bilen") || !strings.Contains(got, "KS 2026/0001") || !strings.Contains(got, "KS 2026/0012") {
		t.Errorf("the archivist reads %s", got)
	}
	tab.Follow("main form button")
	tab.InspectHere("destruction-errors")
	tab.Click(`input[value="` + first.Ref + `"]`)
	tab.Follow("main form button")
	reads(t, tab, first.Ref, "Det går inte att ångra")
	tab.InspectHere("destruction-sure")
	tab.Follow("main form button")
	tab.InspectHere("destruction-done")
	if got := tab.Text("main"); strings.Contains(got, first.Ref) || !strings.Contains(got, second.Ref) {
		t.Errorf("after the destruction: %s", got)
	}
	w.sessionOf(w.head)
	head := w.tab(t, w.head)
	head.Expect("404")
	if got := head.Open(w.url + "/arende/" + first.Ref); got != http.StatusNotFound {
		t.Errorf("the case answers %d", got)
	}
	if got := head.Open(w.url + "/arende/" + second.Ref); got != http.StatusOK {
		t.Errorf("the other case answers %d", got)
	}
}

// TestTheCircleAnswersARequestForTheRecord by the keyboard, on the case's own page.
func TestTheCircleAnswersARequestForTheRecord(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	ctx := t.Context()
	rut := w.newcomer("Rut Diarie", "rut.diarie@example.se", access.Registrar)
	w.holds(rut, people.NewFunction{Kind: function.Registrar, Card: function.Card{Name: "Registrator"}})
	filed := w.filed(t, grave())
	desk := w.tab(t, rut)
	desk.WithoutScript()
	desk.Open(w.url + "/diarium")
	desk.Follow("main table a")
	desk.Follow(`a[href$="/begaran"]`)
	desk.Follow("main form button")
	tab := w.tab(t, w.head)
	tab.Inspect("case-record", w.url+"/arende/"+filed.Ref)
	reads(t, tab, "har begärts ut")
	tab.TabTo("Kan lämnas ut i delar")
	tab.PressAndGo(browser.KeyEnter)
	if got := tab.Text("main"); strings.Contains(got, "har begärts ut") {
		t.Errorf("it still waits: %s", got)
	}
	asked, err := w.house.Cases.RecordRequests(ctx, w.head.session(), filed.Ref)
	if err != nil || len(asked) != 1 {
		t.Fatalf("%+v %v", asked, err)
	}
	desk.Open(w.url + "/diarium")
	desk.Follow("main table a")
	reads(t, desk, "Lämnas ut delvis")
}

// TestAReferralIsDeclinedFromThePage gives a reason and leaves the case, which stays where it was.
func TestAReferralIsDeclinedFromThePage(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	lova := w.newcomer("Lova Jurist", "lova.jurist@example.se", access.Lawyer)
	fn := w.holds(lova, people.NewFunction{Kind: function.Legal, Card: function.Card{Name: "Juristerna"}})
	filed := w.filed(t, grave())
	head := w.tab(t, w.head)
	head.Open(w.url + "/arende/" + filed.Ref + "/lamna-over")
	head.Set("#f-function", fn)
	head.Type("#f-reason", "Det rör ett avtal.")
	head.Follow("main form button")
	reads(t, head, "Juristerna har fått frågan om att ta över")
	head.InspectHere("case-referring")
	tab := w.tab(t, lova)
	tab.Expect("422")
	tab.Open(w.url + "/arende/" + filed.Ref)
	tab.Follow(`a[href$="/avboj"]`)
	tab.InspectHere("case-decline")
	tab.Follow("main form button")
	tab.InspectHere("case-decline-errors")
	tab.Type("#f-reason", "Det är ingen rättslig fråga.")
	if got := tab.Follow("main form button"); got != http.StatusOK || !strings.HasSuffix(tab.Address(), "/idag") {
		t.Fatalf("declining leads to %d at %s", got, tab.Address())
	}
	tab.Expect("404")
	if got := tab.Open(w.url + "/arende/" + filed.Ref); got != http.StatusNotFound {
		t.Errorf("whoever declined is answered %d", got)
	}
	head.Open(w.url + "/arende/" + filed.Ref)
	reads(t, head, "Det är ingen rättslig fråga.")
	if got := head.Text("main"); strings.Contains(got, "har fått frågan om att ta över") {
		t.Errorf("the question still waits: %s", got)
	}
}

// TestTwoReportsOfOneEventAreMerged, and two that belong together are joined.
func TestTwoReportsOfOneEventAreMerged(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	first, second, third := w.filed(t, grave()), w.filed(t, grave()), w.filed(t, grave())
	w.takes(t, first.Ref)
	tab := w.tab(t, w.head)
	tab.Expect("422")
	tab.Open(w.url + "/arende/" + first.Ref)
	tab.Follow(`a[href$="/samband"]`)
	tab.Type("#f-other", "2026-FINN-SINT")
	tab.Click("#f-kind")
	tab.Follow("main form button")
	tab.InspectHere("case-relate-errors")
	tab.Set("#f-other", third.Ref)
	tab.Follow("main form button")
	reads(t, tab, "Hör ihop med "+third.Ref)
	tab.Open(w.url + "/arende/" + first.Ref + "/samband")
	tab.Type("#f-other", second.Ref)
	tab.Click("#f-kind-1")
	tab.Follow("main form button")
	reads(t, tab, "Är en dubblett av "+second.Ref)
	tab.InspectHere("case-merged")
	tab.Follow(`.case-side a[href$="/` + second.Ref + `"]`)
	reads(t, tab, "Har fått dubbletten "+first.Ref)
}
