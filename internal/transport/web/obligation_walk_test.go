package web_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
)

// TestObligationsAndSafetyAreKeptOnThePages walks what an employer owes: the case's obligations, the papers
// to copy from, the representative who is told and who asks, and the answer.
func TestObligationsAndSafetyAreKeptOnThePages(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	maria := w.newcomer("Maria Chef", "maria.chef@example.se", access.Manager)
	sara := w.newcomer("Sara Ombud", "sara.ombud@example.se", access.SafetyRepresentative)
	units, err := w.house.People.Units(t.Context(), w.admin.session())
	if err != nil {
		t.Fatal(err)
	}
	unit := units[0].ID
	for _, one := range []struct {
		kind function.Kind
		name string
		who  *dweller
	}{{function.UnitManager, "Chef för enheten", maria}, {function.Safety, "Skyddsombud för enheten", sara}} {
		fn, err := w.house.People.RegisterFunction(t.Context(), w.admin.session(), people.NewFunction{Authority: w.authority(t), Unit: unit, Kind: one.kind, Card: function.Card{Name: one.name}})
		if err != nil {
			t.Fatal(err)
		}
		seat(t, w, one.who, fn)
	}
	r := grave()
	r.Forms, r.InjuryPhysical, r.Unit = append(r.Forms, incident.Violence), true, unit
	filed := w.filed(t, r)
	tab := w.tab(t, maria)
	tab.Inspect("case-work", w.url+"/arende/"+filed.Ref)
	tab.Follow(`a[href$="/plikter"]`)
	tab.InspectHere("obligations")
	if got := tab.Text("main"); !strings.Contains(got, "SFB 42:10") || !strings.Contains(got, "Klockan går") {
		t.Errorf("the page says %q", got)
	}
	tab.Inspect("papers", w.url+"/arende/"+filed.Ref+"/underlag")
	tab.Inspect("safety-tell", w.url+"/arende/"+filed.Ref+"/skyddsombud")
	tab.TabTo("Berätta")
	tab.PressAndGo(browser.KeyEnter)
	tab.Inspect("obligation", w.url+"/arende/"+filed.Ref+"/plikter/WORK_INJURY")
	tab.Expect("422")
	browser.Eval[bool](tab, `(document.querySelector('input[value="stopped"]').click(), true)`)
	if got := tab.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Errorf("stopped without a reason: %d", got)
	}
	tab.InspectHere("obligation-errors")
	tab.Type("#f-reason", "Läkaren hittade ingen skada.")
	tab.Follow("main button[type=submit]")
	if got := tab.Text("main"); !strings.HasSuffix(tab.Address(), "/plikter") || !strings.Contains(got, "Läkaren hittade") {
		t.Errorf("%s: %q", tab.Address(), got)
	}
	tab.Inspect("phone-note", w.url+"/arende/"+filed.Ref+"/telefonhot")
	admin := w.tab(t, w.admin)
	admin.Expect("422")
	admin.Inspect("rule-obligation", w.url+"/regler/plikt/WORK_INJURY")
	admin.Set("#f-hours", "tio")
	admin.Set("#f-from", "2026-12-01")
	if got := admin.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
		t.Errorf("hours that are none: %d", got)
	}
	admin.Set("#f-hours", "48")
	admin.Set("#f-from", "2026-12-01")
	admin.Follow("main button[type=submit]")
	if got := admin.Text("main"); !strings.Contains(got, "Från 2026-12-01: Larm efter 48 timmar.") {
		t.Errorf("what waits says %q", got)
	}
	rep := w.tab(t, sara)
	rep.Inspect("safety", w.url+"/skyddsombud")
	if got := rep.Text("main"); strings.Contains(got, filed.Ref) || !strings.Contains(got, "Våld") {
		t.Errorf("she is told %q", got)
	}
	rep.Follow(`a[href="/skyddsombud/begaran"]`)
	rep.InspectHere("safety-request")
	rep.Set("#f-unit", unit)
	rep.Type("#f-text", "Sätt larm vid disken.")
	rep.Follow("main button[type=submit]")
	rep.InspectHere("safety-receipt")
	if got := rep.Text("main"); !strings.Contains(got, "Begäran har kommit fram till Chef för enheten") {
		t.Errorf("the receipt says %q", got)
	}
	at := rep.Address()
	rep.Inspect("safety-stop", w.url+"/skyddsombud/stopp")
	tab.Open(at)
	tab.Follow(`a[href$="/svar"]`)
	tab.InspectHere("safety-answer")
	tab.Type("#f-text", "Larmet sätts upp i dag.")
	tab.Follow("main button[type=submit]")
	rep.Open(at)
	if got := rep.Text("main"); !strings.Contains(got, "Larmet sätts upp i dag.") {
		t.Errorf("the answer is not there: %q", got)
	}
}

// TestGuidesAreOnePressFromAReport reads them on a phone, fills in the form of a threat by phone without
// script, and takes it along to a report.
func TestGuidesAreOnePressFromAReport(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, nil)
	tab.Inspect("guides", w.url+"/rad")
	for _, page := range []string{"nu", "brev-och-paket", "telefonhot"} {
		tab.Inspect("guide-"+page, w.url+"/rad/"+page)
	}
	tab.Follow(`a[href="/rad/telefonhot/blankett"]`)
	tab.InspectHere("guide-phone")
	tab.Type("#f-wording", "Ni ska få se på tisdag.")
	tab.Click(`input[value="traffic"]`)
	tab.Follow(`main form[novalidate] button[type=submit]`)
	tab.InspectHere("guide-phone-text")
	tab.Follow(`form[action="/anmal/vad"] button`)
	if got := tab.Address(); !strings.Contains(got, "/anmal") {
		t.Fatalf("it leads to %s", got)
	}
	tab.Follow(`#steps button[value="next"]`)
	if got := browser.Eval[string](tab, `document.querySelector('#f-narrative').value`); !strings.Contains(got, "Exakta ord: Ni ska få se på tisdag.") || !strings.Contains(got, "Trafik") {
		t.Errorf("the report has %q", got)
	}
}

// TestASafetyPlanIsSavedAsOneGoesAndSharedByOnesOwnPress writes a plan with script and without, and shares
// it in a report of one's own.
func TestASafetyPlanIsSavedAsOneGoesAndSharedByOnesOwnPress(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	asta := w.newcomer("Asta Ledamot", "asta.ledamot@example.se", access.Elected)
	r := grave()
	r.TargetCategory = incident.ElectedLeisure
	filed, err := w.house.Cases.FileReport(t.Context(), asta.session(), casework.NewReport{Report: r, From: netip.MustParseAddr("127.0.0.9")})
	if err != nil {
		t.Fatal(err)
	}
	tab := w.tab(t, asta)
	tab.Inspect("plan", w.url+"/trygghetsplan")
	tab.Type("#f-SIGNS", "Samma bil två kvällar i rad.")
	tab.Wait("#plan-state [data-saved]")
	tab = w.tab(t, asta)
	tab.WithoutScript()
	tab.Open(w.url + "/trygghetsplan")
	tab.Click(`input[name="HOME"][value="TO_DO"]`)
	tab.Follow(`#plan-state button[type=submit]`)
	tab = w.tab(t, asta)
	tab.Inspect("plan-saved", w.url+"/trygghetsplan")
	if got := browser.Eval[string](tab, `document.querySelector('#f-SIGNS').value`); got != "Samma bil två kvällar i rad." {
		t.Errorf("it holds %q", got)
	}
	tab.Follow(`a[href="/trygghetsplan/dela"]`)
	tab.InspectHere("plan-share")
	tab.Click(`input[name="report"]`)
	tab.Follow("main button[type=submit]")
	head := w.tab(t, w.head)
	head.Open(w.url + "/arende/" + filed.Ref)
	if got := head.Text("main"); !strings.Contains(got, "Samma bil två kvällar i rad.") || !strings.Contains(got, "Hemmet: Det ska jag göra") {
		t.Errorf("the case says %q", got)
	}
}
