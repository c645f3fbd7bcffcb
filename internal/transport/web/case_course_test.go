package web_test

import (
	"net/netip"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/kit/clock"
	"varn/internal/kit/ident"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
)

// filed sends a report as somebody without an account.
func (w *town) filed(t *testing.T, r incident.Report) casework.Filed {
	t.Helper()
	f, err := w.house.Cases.FileReport(t.Context(), access.GuestOf(w.house.Org(), ident.New()), casework.NewReport{Report: r, From: netip.MustParseAddr("127.0.0.9")})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func grave() incident.Report {
	return incident.Report{Narrative: "Han väntade vid bilen och sade att han vet var barnen går i skola.\n\nJag gick in igen och ringde.",
		Words: "Vi ses snart.", Forms: []incident.Form{incident.Threat}, Medium: []incident.Medium{incident.InPerson}, Place: incident.Place("MUNICIPAL_PREMISES"),
		TargetCategory: incident.Employee, Context: incident.Employment, OccurredFrom: clock.Stamp(1763661600000000), Repeated: true, Contact: "070-1740612", Exclude: ""}
}

// TestACaseIsCarriedFromTheInboxToItsClose walks what a case officer does, page by page, with the
// keyboard's own order and every page inspected.
func TestACaseIsCarriedFromTheInboxToItsClose(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	vera := w.newcomer("Vera Handling", "vera.handling@example.se", access.CaseOfficer)
	seat(t, w, vera, w.head.session().Functions[0])
	filed := w.filed(t, grave())
	w.filed(t, incident.Report{Narrative: "Ett brev utan hot.", Forms: []incident.Form{incident.Harassment}, Medium: []incident.Medium{incident.Letter}})
	tab := w.tab(t, vera)
	tab.Inspect("today", w.url+"/idag")
	if got := tab.Text(".inbox li:first-child h3"); got != "Hot · Öga mot öga" {
		t.Errorf("first stands %q", got)
	}
	tab.TabTo("Jag tar det " + filed.Ref)
	tab.PressAndGo(browser.KeyEnter)
	if !strings.HasSuffix(tab.Address(), "/idag?visa=new#rad-1") {
		t.Fatalf("it leads to %s", tab.Address())
	}
	tab.Inspect("case-told", w.url+"/arende/"+filed.Ref)
	for _, page := range []string{"steg", "anteckning", "uppgift", "lofte", "anmalt", "hanvisning", "arbetsmiljoverket", "lamna-over", "samband", "gallringsstopp"} {
		tab.Inspect("case-"+page, w.url+"/arende/"+filed.Ref+"/"+page)
	}
	tab.Open(w.url + "/arende/" + filed.Ref + "/anteckning")
	tab.Type("#f-note", "Ring polisen före tre.")
	tab.Follow("main button[type=submit]")
	tab.Open(w.url + "/arende/" + filed.Ref + "/steg")
	tab.Expect("422")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("case-move-errors")
	tab.Click("#f-to")
	tab.Follow("main button[type=submit]")
	tab.Open(w.url + "/arende/" + filed.Ref + "/uppgift")
	tab.Type("#f-title", "Gå igenom larmet")
	tab.Set("#f-owner", vera.id)
	tab.Follow("main button[type=submit]")
	tab.Open(w.url + "/arende/" + filed.Ref + "/anmalt")
	tab.Click("#f-to-2")
	tab.Set("#f-at", "2026-11-20")
	tab.Click("#f-asked_restricted")
	tab.Follow("main button[type=submit]")
	tab.Open(w.url + "/arende/" + filed.Ref)
	tab.Type("#f-text", "Tack. Vi ringer dig i dag.")
	tab.Follow(`form[enctype] button[type=submit]`)
	tab.InspectHere("case-course")
	tab.Follow(`.tasks form button`)
	if got := tab.Text(".tasks"); !strings.Contains(got, "klar") {
		t.Errorf("the task says %q", got)
	}
	tab.Open(w.url + "/arende/" + filed.Ref + "/steg")
	browser.Eval[bool](tab, `(document.querySelector('input[value="closed"]').click(), true)`)
	tab.Type("#f-reason", "Åtgärderna är genomförda.")
	tab.Set("#f-outcome", string(casefile.MeasuresDone))
	tab.Follow("main button[type=submit]")
	tab.InspectHere("case-closed")
	if got := tab.Text("header .case-line"); !strings.Contains(got, "Avslutad") {
		t.Errorf("the case says %q", got)
	}
	f, err := w.house.Cases.OpenReceipt(t.Context(), w.house.Org(), filed.Receipt, netip.MustParseAddr("127.0.0.10"))
	if err != nil || f.Views[0].Status != casefile.Ended || len(f.Views[0].Messages) != 1 {
		t.Errorf("%+v %v", f, err)
	}
}

// TestAReferralIsAnsweredFromThePage asks the lawyers, who accept.
func TestAReferralIsAnsweredFromThePage(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	lova := w.newcomer("Lova Jurist", "lova.jurist@example.se", access.Lawyer)
	fn, err := w.house.People.RegisterFunction(t.Context(), w.admin.session(), people.NewFunction{Authority: w.authority(t), Kind: function.Legal, Card: function.Card{Name: "Juristerna"}})
	if err != nil {
		t.Fatal(err)
	}
	seat(t, w, lova, fn)
	filed := w.filed(t, grave())
	if err := w.house.Cases.ReferCase(t.Context(), w.head.session(), filed.Ref, fn, "Det rör ett avtal."); err != nil {
		t.Fatal(err)
	}
	tab := w.tab(t, lova)
	tab.Inspect("case-referred", w.url+"/arende/"+filed.Ref)
	tab.Follow(`form[action*="/ta-emot"] button`)
	if got := tab.Text(".case-side"); !strings.Contains(got, "Juristerna") || !strings.Contains(got, "Lova Jurist") {
		t.Errorf("the case says %q", got)
	}
}

// authority is the first authority's id.
func (w *town) authority(t *testing.T) string {
	t.Helper()
	all, err := w.house.People.Authorities(t.Context(), w.admin.session())
	if err != nil || len(all) == 0 {
		t.Fatalf("%v %v", all, err)
	}
	return all[0].ID
}

// TestTheWorkNoticeIsAskedAndAnsweredOnThePages lets an employee's report of violence ask for the notice
// of AML 3:3 a, on the inbox and on the case, until it is answered.
func TestTheWorkNoticeIsAskedAndAnsweredOnThePages(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	r := grave()
	r.Forms = append(r.Forms, incident.Violence)
	filed := w.filed(t, r)
	tab := w.tab(t, w.head)
	tab.Inspect("today-notice", w.url+"/idag?visa=due")
	if got := tab.Text(".inbox li:first-child"); !strings.Contains(got, "Arbetsmiljöverket") {
		t.Errorf("the inbox says %q", got)
	}
	tab.Inspect("case-notice-asked", w.url+"/arende/"+filed.Ref)
	tab.Follow(`a[href$="/arbetsmiljoverket"].ds-button`)
	tab.InspectHere("case-notice")
	tab.Click("#f-answer")
	tab.Expect("422")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("case-notice-errors")
	tab.Type("#f-number", "2026/012345")
	tab.Follow("main button[type=submit]")
	if got := tab.Text("main"); strings.Contains(got, "Ska Arbetsmiljöverket underrättas?") || !strings.Contains(got, "2026/012345") {
		t.Errorf("the case says %q", got)
	}
}
