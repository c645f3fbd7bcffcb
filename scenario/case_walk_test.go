package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/function"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/casework"
)

// visits gives a tab in which the actor is signed in.
func (a *actor) visits(t *testing.T, url string) *browser.Tab {
	t.Helper()
	page := tab(t)
	page.Cookie(url, "varn_session", a.secret)
	return page
}

// local is the address that the browser may go to.
func local(url string) string { return strings.Replace(url, "127.0.0.1", "localhost", 1) }

func TestACaseIsOpenedReadAndSharedInTheBrowser(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]bool{"with-script": true, "without-script": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := found(t)
			asta := w.newcomer("Asta Ledamot", access.Elected)
			vera := w.newcomer("Vera Handling", access.CaseOfficer)
			w.newcomer("Vera Annan", access.CaseOfficer)
			w.seat(vera, w.function(function.Legal, "Kommunjuristen"))
			w.function(function.Archive, "Arkivet")
			url := local(w.served())
			page := asta.visits(t, url)
			if !script {
				page.WithoutScript()
			}
			page.Expect("422")

			page.Open(url + "/arenden")
			page.Follow(`main header a[href="/arenden/nytt"]`)
			page.Click("#f-people") // oneself
			page.Follow(`button[value="next"]`)
			if got := page.Title(); !strings.HasPrefix(got, "Fel: Nytt ärende") {
				t.Fatalf("nobody chosen: %q", got)
			}
			page.Click(`input[name="functions"][value="` + w.guard + `"]`)
			page.Type("#f-find", "asta")
			page.Follow(`button[value="find"]`)
			page.Type("#f-find", "vera")
			page.Follow(`button[value="find"]`)
			page.Type("#f-reason", "De har ansvaret.")
			page.Follow(`button[value="next"]`)
			page.Click(`input[name="authority"][value="` + w.council + `"]`)
			page.Type("#f-title", "Hot på torget")
			page.Type("#f-text", "En man sade att han vet var jag bor.\nHan kom tillbaka <b>två</b> gånger.")
			page.Follow(`button[value="next"]`)
			page.Follow(`button[value="back"]`)
			if got := browser.Eval[string](page, `document.querySelector('#f-title').value`); got != "Hot på torget" {
				t.Fatalf("going back shows %q", got)
			}
			page.Follow(`button[value="next"]`)
			picture := filepath.Join(t.TempDir(), "bild å.png")
			if err := os.WriteFile(picture, random(300_000), 0o600); err != nil {
				t.Fatal(err)
			}
			page.Attach("#f-files", picture)
			if script {
				browser.WaitFor(page, `document.querySelector('.uploads')?.textContent.includes('bild å.png är skickad')`)
			}
			page.Follow(`button[value="send"]`)
			if got := page.Text("h1"); got != "Ärendet är skapat" {
				t.Fatalf("after sending: %q at %s", got, page.Address())
			}
			page.Follow(`main a[href^="/arende/"]`)
			if got := page.Text("h1"); got != "Hot på torget" {
				t.Fatalf("the case says %q", got)
			}
			if strings.Contains(page.Title(), "torget") || strings.Contains(page.Address(), "torget") {
				t.Fatalf("content in the title %q or the address %q", page.Title(), page.Address())
			}
			page.Type("#f-text", "Nu har jag ringt polisen.")
			page.Follow(`main form[enctype] button[type="submit"]`)
			if got := page.Text(".events li:last-child .written"); got != "Nu har jag ringt polisen." {
				t.Fatalf("the last event is %q", got)
			}
			if got := page.Text(".events .event-file a"); got != "bild å.png" {
				t.Fatalf("the attachment is called %q", got)
			}
			page.Follow(`a[href$="/krets"]`)
			w.clock.Move(time.Minute)
			page.Type("#f-person", "vera")
			page.Type("#f-reason", "Handlägger.")
			page.Follow(`main form button[type="submit"]`)
			page.Click(`input[name="who"][value="` + vera.id + `"]`)
			page.Follow(`main form button[type="submit"]`)
			if got := page.Text("main ul.lines"); !strings.Contains(got, "Vera Handling") || strings.Contains(got, "Vera Annan") {
				t.Fatalf("the circle is %q", got)
			}
			page.Follow(`main ul.lines li:last-child a[href$="/ta-bort"]`)
			page.Follow(`main form button[type="submit"]`)
			if got := page.Text("main ul.lines"); strings.Contains(got, "Vera Handling") {
				t.Fatalf("the circle is still %q", got)
			}
			page.Follow(`main .case-line a`)
			page.Follow(`a[href$="/oppningar"]`)
			if got := page.Text("main table"); !strings.Contains(got, "Asta Ledamot (du)") || !strings.Contains(got, "Skrev eller bifogade något") {
				t.Fatalf("the log says %q", got)
			}
			page.Open(url + "/arenden")
			page.Type("#f-query", "TORGET")
			page.Follow(`main form button[type="submit"]`)
			if got := page.Text("main tbody th a"); got != "Hot på torget" || strings.Contains(strings.ToLower(page.Address()), "torget") {
				t.Fatalf("the search gives %q at %s", got, page.Address())
			}
		})
	}
}

func TestEveryCasePageIsAccessible(t *testing.T) {
	t.Parallel()
	w := found(t)
	asta := w.newcomer("Asta Ledamot", access.Elected)
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.newcomer("Vera Annan", access.CaseOfficer)
	w.seat(vera, w.function(function.Legal, "Kommunjuristen"))
	w.function(function.Archive, "Arkivet")
	ref := asta.opens("Hot på torget efter fullmäktiges sammanträde", "En man sade att han vet var jag bor.\nHan kom tillbaka två gånger.", asta)
	if _, err := w.house.Cases.Attach(t.Context(), w.head.session(), ref, "Tack för att du berättar. Vi ringer dig i dag.", []string{w.head.sends("rad_till_dig_om_vad_som_händer_nu.pdf", random(70_000))}); err != nil {
		t.Fatal(err)
	}
	alone, err := w.house.Cases.OpenCase(t.Context(), asta.session(), casework.NewCase{Authority: w.council, Title: "Brev i lådan", Text: "Jag hittade ett brev.",
		Members: []casework.Member{{Kind: casefile.ByPerson, ID: asta.id, Reason: "Det gäller mig."}}})
	if err != nil {
		t.Fatal(err)
	}
	url := local(w.served())
	for name, walk := range map[string]func(t *testing.T, page *browser.Tab){
		"list":       func(t *testing.T, page *browser.Tab) { page.Inspect("case-list", url+"/arenden") },
		"case":       func(t *testing.T, page *browser.Tab) { page.Inspect("case", url+"/arende/"+ref) },
		"case-alone": func(t *testing.T, page *browser.Tab) { page.Inspect("case-alone", url+"/arende/"+alone) },
		"openings":   func(t *testing.T, page *browser.Tab) { page.Inspect("case-openings", url+"/arende/"+ref+"/oppningar") },
		"sent":       func(t *testing.T, page *browser.Tab) { page.Inspect("case-sent", url+"/arenden/skapat/"+ref) },
		"circle": func(t *testing.T, page *browser.Tab) {
			page.Inspect("case-circle", url+"/arende/"+ref+"/krets")
			page.Type("#f-person", "vera")
			page.Type("#f-reason", "Handlägger.")
			page.Expect("422")
			page.Follow(`main form button[type="submit"]`)
			page.InspectHere("case-circle-several")
			page.Follow(`main ul.lines li:last-child a[href$="/ta-bort"]`)
			page.InspectHere("case-remove")
		},
		"new": func(t *testing.T, page *browser.Tab) {
			page.Open(url + "/arenden/nytt")
			page.Expect("422")
			page.Click("#f-people")
			page.Follow(`button[value="next"]`)
			page.InspectHere("case-new-1-errors")
			page.Type("#f-find", "vera")
			page.Follow(`button[value="find"]`)
			page.InspectHere("case-new-1")
		},
		"new-2": func(t *testing.T, page *browser.Tab) {
			page.Open(url + "/arenden/nytt")
			page.Click(`input[name="functions"][value="` + w.guard + `"]`)
			page.Type("#f-exclude", "Någon Okänd")
			page.Follow(`button[value="next"]`)
			page.InspectHere("case-new-2")
			page.Click(`input[name="authority"][value="` + w.council + `"]`)
			page.Type("#f-title", "Hot på torget")
			page.Type("#f-text", "En man sade att han vet var jag bor.")
			page.Follow(`button[value="next"]`)
			page.InspectHere("case-new-3")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk(t, asta.visits(t, url))
		})
	}
	t.Run("list-empty", func(t *testing.T) {
		t.Parallel()
		w.admin.visits(t, url).Inspect("case-list-empty", url+"/arenden")
	})
}

func TestACaseIsWrittenByKeyboardAlone(t *testing.T) {
	t.Parallel()
	w := found(t)
	asta := w.newcomer("Asta Ledamot", access.Elected)
	url := local(w.served())
	page := asta.visits(t, url)
	page.Open(url + "/")
	page.TabTo("Ärenden")
	page.PressAndGo(browser.KeyEnter)
	page.TabTo("Nytt ärende")
	page.PressAndGo(browser.KeyEnter)
	page.TabTo("Säkerhetsfunktionen")
	page.Press(browser.KeySpace)
	page.TabTo("Fortsätt")
	page.PressAndGo(browser.KeyEnter)
	page.TabTo(page.Text("fieldset .ds-field label")) // Tab stops at a group's first choice
	page.Press(browser.KeySpace)
	page.TabTo("Rubrik")
	page.Press("H", "o", "t")
	page.TabTo("Berätta")
	page.Press("T", "e", "x", "t")
	page.TabTo("Fortsätt")
	page.PressAndGo(browser.KeyEnter)
	page.TabTo("Försegla och skapa ärendet")
	page.PressAndGo(browser.KeyEnter)
	page.TabTo("Gå till ärendet")
	page.PressAndGo(browser.KeyEnter)
	page.TabTo("Meddelande")
	page.Press("H", "e", "j")
	page.TabTo("Försegla och skicka")
	page.PressAndGo(browser.KeyEnter)
	if got := page.Text(".events li:last-child .written"); got != "Hej" {
		t.Fatalf("the last event is %q", got)
	}
	page.TabTo("Vem har öppnat")
	page.PressAndGo(browser.KeyEnter)
	if got := page.Text("h1"); got != "Vem har öppnat" {
		t.Fatalf("landed on %q", got)
	}
}
