package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/person"
	"varn/internal/domain/ruling"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/people"
	"varn/internal/usecase/rule"
)

// councillor is an elected member of a party that has a contact who can receive.
func (w *town) councillor(t *testing.T) *dweller {
	t.Helper()
	ctx := t.Context()
	id, err := w.house.People.RegisterPerson(ctx, w.admin.session(), person.Profile{Name: "Asta Ledamot", Address: "asta.ledamot@example.se", Party: "Blåklintspartiet"})
	if err != nil {
		t.Fatal(err)
	}
	link, err := w.house.People.Invite(ctx, w.admin.session(), id)
	if err != nil {
		t.Fatal(err)
	}
	asta := w.enrol("Asta Ledamot", link)
	w.confirm(asta)
	all, err := w.house.People.Authorities(ctx, w.admin.session())
	if err != nil {
		t.Fatal(err)
	}
	contact, err := w.house.People.RegisterFunction(ctx, w.admin.session(), people.NewFunction{Authority: all[0].ID, Kind: function.PartyContact,
		Card: function.Card{Name: "Blåklintspartiets kontaktperson", Party: "Blåklintspartiet", Phone: "070-1740612"}})
	if err != nil {
		t.Fatal(err)
	}
	seat(t, w, w.newcomer("Pia Partisson", "pia.partisson@example.se", access.PartyContact), contact)
	return asta
}

// asks gives a unit questions of its own.
func (w *town) asks(t *testing.T) (unit string) {
	t.Helper()
	units, err := w.house.People.Units(t.Context(), w.admin.session())
	if err != nil {
		t.Fatal(err)
	}
	unit = units[0].ID
	id, err := w.house.Rule.Propose(t.Context(), w.admin.session(), rule.Proposal{Scope: unit, Body: rule.Body{Unit: &ruling.UnitRule{Questions: []incident.Question{
		{ID: "elev", Kind: incident.ChoiceQuestion, Swedish: "Var det en elev?", Choices: []incident.Choice{{ID: "ja", Swedish: "Ja, en elev"}, {ID: "nej", Swedish: "Nej"}}},
		{ID: "mer", Kind: incident.TextQuestion, Swedish: "I vilket ämne?"},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.house.Rule.Confirm(t.Context(), w.head.session(), id); err != nil {
		t.Fatal(err)
	}
	return unit
}

// TestACouncillorSharesWithThePartyExactlyWhatSheApproves reports signed in, by keyboard alone,
// answers the unit's questions, and opens the report again without a code.
func TestACouncillorSharesWithThePartyExactlyWhatSheApproves(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	asta, unit := w.councillor(t), w.asks(t)
	tab := w.tab(t, asta)
	tab.Open(w.url + "/anmal")
	tab.TabTo("Nästa")
	tab.PressAndGo(browser.KeyEnter)
	tab.TabTo("Berätta vad som hände")
	tab.Press("E", "n", " ", "m", "a", "n")
	tab.TabTo("Nästa")
	tab.PressAndGo(browser.KeyEnter)
	tab.TabTo("Nästa")
	tab.PressAndGo(browser.KeyEnter)
	tab.Click("#f-target_category-1")
	tab.Set("#f-unit", unit)
	tab.Click("#f-share_with_party")
	if got := browser.Eval[string](tab, `document.querySelector('#f-party_text').value`); got != "En man" {
		t.Errorf("the party's text begins as %q", got)
	}
	tab.Set("#f-party_text", "Jag har blivit hotad.")
	tab.Follow(`main button[value="next"]`)
	if got := tab.Text("main"); !strings.Contains(got, "har några egna frågor") || !strings.Contains(got, "Var det en elev?") {
		t.Fatalf("the unit's questions are not asked: %s", got)
	}
	tab.InspectHere("report-4-questions")
	tab.Click(`[name="answers.elev"]`)
	next(t, tab, "Granska och skicka")
	page := tab.Text("main")
	for _, want := range []string{"Ja, en elev", "Jag har blivit hotad.", "Blåklintspartiets kontaktperson", "Det kan inte tas tillbaka"} {
		if !strings.Contains(page, want) {
			t.Errorf("the review lacks %q", want)
		}
	}
	tab.InspectHere("report-5-party")
	tab.TabTo("Försegla och skicka")
	if got := tab.PressAndGo(browser.KeyEnter); got != http.StatusOK {
		t.Fatalf("sending gave %d", got)
	}
	tab.Open(w.url + "/mina-rapporter")
	tab.InspectHere("report-own")
	tab.Follow(".lines a")
	page = tab.Text("main")
	for _, want := range []string{"Säkerhetsfunktionen", "Partiet", "Ingen har öppnat ännu", "070-1740612"} {
		if !strings.Contains(page, want) {
			t.Errorf("her own report lacks %q", want)
		}
	}
	tab.InspectHere("receipt-follow")
	tab.Type("#f-text", "Han ringde igen.")
	tab.Follow(`form[action$="/skriv"] button[type=submit]`)
	if got := tab.Text("main"); !strings.Contains(got, "Han ringde igen.") || !strings.Contains(got, "Det du skrev är skickat.") {
		t.Fatalf("she sees %s", got)
	}
}

// TestALinkNamesTheUnit follows the link on a poster in a school's corridor: its questions stand with
// what happened, and are asked one time. Another unit, chosen later, has its own asked where it is chosen.
func TestALinkNamesTheUnit(t *testing.T) {
	t.Parallel()
	w := found(t)
	unit := w.asks(t)
	v := w.passerby(t)
	page := v.get("/anmal?enhet=" + unit)
	page = v.sends(page, "/anmal/nar", url.Values{"act": {"next"}, "linked": {page.hidden("linked")}})
	if page.status != http.StatusOK || !strings.Contains(page.text, "Var det en elev?") || page.hidden("asked") != unit {
		t.Fatalf("%d: the unit's questions do not stand with what happened", page.status)
	}
	page = v.sends(page, "/anmal/vad", url.Values{"asked": {unit}, "answers.elev": {"ja"}, "answers.mer": {"Slöjd"}, "act": {"next"}})
	if page.status != http.StatusUnprocessableEntity || !strings.Contains(page.text, "Var det en elev?") || !strings.Contains(page.text, "Slöjd") {
		t.Fatal("a step that lacks the narrative forgets what was answered")
	}
	page = v.sends(page, "/anmal/vad", url.Values{"asked": {unit}, "narrative": {"Det hände i korridoren."}, "answers.elev": {"ja"}, "answers.mer": {"Slöjd"}, "act": {"next"}})
	you := v.sends(page, "/anmal/bilagor", url.Values{"act": {"next"}})
	if strings.Contains(you.text, "Var det en elev?") {
		t.Error("they are asked twice")
	}
	page = v.sends(you, "/anmal/du", url.Values{"unit": {unit}, "asked": {you.hidden("asked")}, "early": {you.hidden("early")}, "act": {"next"}})
	if !strings.Contains(page.text, "Granska och skicka") || !strings.Contains(page.text, "Slöjd") || !strings.Contains(page.text, "Ja, en elev") {
		t.Fatal("they are asked again, or an answer is lost")
	}
	page = v.sends(page, "/anmal/skickad", url.Values{"act": {"send"}})
	if page.status != http.StatusOK || w.cases(t) != 1 {
		t.Errorf("%d: it is not sent", page.status)
	}
}

// TestAUnitThatIsChosenAsksWhereItIsChosen: without a link the questions come in the fourth step.
func TestAUnitThatIsChosenAsksWhereItIsChosen(t *testing.T) {
	t.Parallel()
	w := found(t)
	unit := w.asks(t)
	v := w.passerby(t)
	page := v.sends(v.get("/anmal"), "/anmal/nar", url.Values{"act": {"next"}})
	if strings.Contains(page.text, "Var det en elev?") {
		t.Error("nobody has said which unit")
	}
	page = v.sends(page, "/anmal/vad", url.Values{"narrative": {"Det hände i korridoren."}, "act": {"next"}})
	page = v.sends(page, "/anmal/bilagor", url.Values{"act": {"next"}})
	page = v.sends(page, "/anmal/du", url.Values{"unit": {unit}, "asked": {page.hidden("asked")}, "act": {"next"}})
	if !strings.Contains(page.text, "Var det en elev?") {
		t.Fatal("the unit's questions are not asked")
	}
	page = v.sends(page, "/anmal/du", url.Values{"unit": {unit}, "asked": {page.hidden("asked")}, "answers.mer": {"Slöjd"}, "act": {"back"}})
	page = v.sends(page, "/anmal/bilagor", url.Values{"act": {"back"}})
	if strings.Contains(page.text, "Var det en elev?") {
		t.Error("they stand in two steps")
	}
	page = v.sends(page, "/anmal/vad", url.Values{"narrative": {"Det hände i korridoren."}, "act": {"next"}})
	page = v.sends(page, "/anmal/bilagor", url.Values{"act": {"next"}})
	page = v.sends(page, "/anmal/du", url.Values{"unit": {unit}, "asked": {page.hidden("asked")}, "answers.mer": {"Slöjd"}, "act": {"next"}})
	if !strings.Contains(page.text, "Granska och skicka") || !strings.Contains(page.text, "Slöjd") {
		t.Error("an answer is lost on the way back")
	}
}

// TestOneReportsForSomebodyElse finds the person, who then has the report among their own.
func TestOneReportsForSomebodyElse(t *testing.T) {
	t.Parallel()
	w := found(t)
	asta := w.councillor(t)
	emil := w.newcomer("Emil Norrby", "emil.norrby@example.se", access.Employee)
	v := w.passerby(t)
	v.signs(emil)
	page := v.sends(v.get("/anmal"), "/anmal/nar", url.Values{"act": {"next"}})
	page = v.sends(page, "/anmal/vad", url.Values{"narrative": {"Hon blev hotad på torget."}, "act": {"next"}})
	page = v.sends(page, "/anmal/bilagor", url.Values{"act": {"next"}})
	page = v.sends(page, "/anmal/du", url.Values{"find": {"asta"}, "named": {"1"}, "act": {"next"}})
	if !strings.Contains(page.text, "Asta Ledamot") || !strings.Contains(page.text, `value="`+asta.id+`" checked`) {
		t.Fatalf("%d: she is not found", page.status)
	}
	page = v.sends(page, "/anmal/du", url.Values{"concerned": {asta.id}, "named": {"1"}, "act": {"next"}})
	if sent := v.sends(page, "/anmal/skickad", url.Values{"act": {"send"}}); sent.code() == "" {
		t.Fatalf("%d: not sent", sent.status)
	}
	for _, who := range []*dweller{asta, emil} {
		own, err := w.house.Cases.OwnReports(t.Context(), who.session())
		if err != nil || len(own) != 1 {
			t.Errorf("%s has %d reports, %v", who.name, len(own), err)
		}
	}
	hers := w.passerby(t)
	hers.signs(asta)
	if got := hers.get("/mina-rapporter"); !strings.Contains(got.text, "Någon rapporterade åt dig") {
		t.Error("she is not told that somebody reported for her")
	}
}

// signs puts somebody's session among the cookies.
func (v *passerby) signs(d *dweller) {
	v.t.Helper()
	at, err := url.Parse(v.w.url)
	if err != nil {
		v.t.Fatal(err)
	}
	v.client.Jar.SetCookies(at, []*http.Cookie{{Name: "varn_session", Value: d.secret}})
}
