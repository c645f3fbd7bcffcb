package web_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/casework"
)

// comeBack is a councillor's report that security has taken, answered and prepared for the police; and
// the code that she comes back with.
func (w *town) comeBack(t *testing.T) casework.Filed {
	t.Helper()
	ctx := t.Context()
	asta := w.councillor(t)
	filed, err := w.house.Cases.FileReport(ctx, asta.session(), casework.NewReport{From: netip.MustParseAddr("127.0.0.9"),
		Report: incident.Report{Narrative: "En man stod vid grinden och ropade.", Words: "Vi vet var du bor.", Forms: []incident.Form{incident.Threat},
			Medium: []incident.Medium{incident.InPerson}, TargetCategory: incident.ElectedLeisure}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.house.Cases.ReadCase(ctx, w.head.session(), filed.Ref); err != nil {
		t.Fatal(err)
	}
	if err := w.house.Cases.TakeCase(ctx, w.head.session(), filed.Ref); err != nil {
		t.Fatal(err)
	}
	if _, err := w.house.Cases.MakePoliceView(ctx, w.head.session(), filed.Ref, casefile.Filing{Victim: "Asta Ledamot", Position: "ledamot", Elected: true, Because: true, Filer: "Sigrid Vakt", Contact: "kommunens växel, 0123-456 70", Restrict: true}); err != nil {
		t.Fatal(err)
	}
	return filed
}

// TestTheReporterComesBackWithTheCode objects to what goes to the police, takes the report back, adds
// evidence, lets the party know and sees who has opened it: with script, and without.
func TestTheReporterComesBackWithTheCode(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := found(t)
			filed := w.comeBack(t)
			tab := w.tab(t, nil)
			tab.Expect("422")
			if !script {
				tab.WithoutScript()
			}
			tab.Open(w.url + "/kvitto")
			tab.Type("#f-receipt", filed.Receipt)
			tab.Follow("main button[type=submit]")
			reads(t, tab, "Säkerhetsfunktionen", "Underlag till polisen", "Någon har tagit hand om rapporten")
			if script {
				tab.InspectHere("follow-police")
			}
			reporterActs(t, tab)
			seesWhoOpened(t, tab)
			if script {
				browser.Eval[bool](tab, `(document.querySelectorAll('details').forEach(d => { d.open = true }), true)`)
				tab.InspectHere("follow-after")
			}
			w.headReads(t, filed.Ref, casefile.Withdrawal)
		})
	}
}

func reporterActs(t *testing.T, tab *browser.Tab) {
	t.Helper()
	unfolds(t, tab, `.followed-view:has(form[action$="/invand"]) details:last-of-type`)
	presses(tab, `form[action$="/invand"] button`)
	reads(t, tab, "Din invändning är antecknad", "Du invände.", "Du har invänt mot att uppgifterna går till polisen.")
	if n := browser.Eval[int](tab, `document.querySelectorAll('form[action$="/invand"]').length`); n != 0 {
		t.Errorf("it can be objected to %d times more", n)
	}
	unfolds(t, tab, `.followed-view:first-of-type details:last-of-type`)
	presses(tab, `.followed-view:first-of-type form[action$="/ta-tillbaka"] button`)
	reads(t, tab, "De som har rapporten får veta att du tar tillbaka den.", "Du har bett att få ta tillbaka rapporten.")
	tab.Type("#f-text", "Här är bilden från grinden.")
	tab.Attach("#f-files", paper(t, "grinden.png", "inte en riktig bild"))
	if len(browser.Eval[string](tab, `document.querySelector('#f-files').dataset.tus ?? ''`)) > 0 && scripted(tab) {
		browser.WaitFor(tab, `document.querySelector('input[name="files_upload"]')`)
	}
	presses(tab, `form[action$="/skriv"] button[type=submit]`)
	reads(t, tab, "Det du skrev är skickat.", "Här är bilden från grinden.", "grinden.png")
	if got := tab.Text(`section:has(> #share)`); !strings.Contains(got, "Det kan inte tas tillbaka") {
		t.Fatalf("nothing warns before the party is told: %s", got)
	}
	presses(tab, `form[action$="/dela"] button`)
	reads(t, tab, "Fyll i det här")
	tab.Type("#f-party_text", "Jag har blivit hotad.")
	presses(tab, `form[action$="/dela"] button`)
	reads(t, tab, "Partiet har fått texten.", "Blåklintspartiets kontaktperson")
	if n := browser.Eval[int](tab, `document.querySelectorAll('form[action$="/dela"]').length`); n != 0 {
		t.Error("it can be shared again")
	}
}

// scripted tells whether the page's own scripts run.
func scripted(tab *browser.Tab) bool {
	return browser.Eval[bool](tab, `getComputedStyle(document.querySelector('noscript')).display === 'none'`)
}

// seesWhoOpened finds the function that read it, and no name.
func seesWhoOpened(t *testing.T, tab *browser.Tab) {
	t.Helper()
	const openings = `.followed-view:first-of-type details:has(ul)`
	unfolds(t, tab, openings)
	got := browser.Eval[string](tab, "document.querySelector(`"+openings+"`).textContent")
	if !strings.Contains(got, "Säkerhetsfunktionen") || strings.Contains(tab.Text("main"), "Sigrid") {
		t.Errorf("of the openings the page says %s", got)
	}
}

// sees brings something to the middle of the window, clear of the strip that stays at the top.
func sees(tab *browser.Tab, css string) {
	browser.Eval[bool](tab, "(document.querySelector(`"+css+"`).scrollIntoView({block: 'center'}), true)")
}

// presses goes where a button leads.
func presses(tab *browser.Tab, button string) {
	sees(tab, button)
	tab.Follow(button)
}

// unfolds opens what is folded.
func unfolds(t *testing.T, tab *browser.Tab, details string) {
	t.Helper()
	sees(tab, details+" > summary")
	tab.Click(details + " > summary")
	if !browser.Eval[bool](tab, "document.querySelector(`"+details+"`).open") {
		t.Fatalf("%s stays folded", details)
	}
}

func reads(t *testing.T, tab *browser.Tab, wanted ...string) {
	t.Helper()
	page := tab.Text("main")
	for _, want := range wanted {
		if !strings.Contains(page, want) {
			t.Fatalf("%s lacks %q: %s", tab.Address(), want, page)
		}
	}
}

// headReads finds what the reporter did in the case itself.
func (w *town) headReads(t *testing.T, ref string, kind casefile.ItemKind) {
	t.Helper()
	c, err := w.house.Cases.ReadCase(t.Context(), w.head.session(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(c.Timeline, func(e casework.Entry) bool { return e.Kind == kind && e.Reporter }) {
		t.Errorf("the circle does not see %s: %+v", kind, c.Timeline)
	}
}
