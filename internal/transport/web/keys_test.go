package web_test

import (
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/domain/incident"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/casework"
)

// pressed counts what somebody presses.
type pressed struct {
	tab *browser.Tab
	n   int
}

func (p *pressed) keys(keys ...string) { p.n += len(keys); p.tab.Press(keys...) }

// goes presses a key that leads to another page.
func (p *pressed) goes(key string) { p.n++; p.tab.PressAndGo(key) }

// inbox fills a case officer's inbox with fourteen reports.
func (w *town) inbox(t *testing.T) *dweller {
	t.Helper()
	vera := w.newcomer("Vera Handling", "vera.handling@example.se", access.CaseOfficer)
	seat(t, w, vera, w.head.session().Functions[0])
	for i := range 14 {
		r := incident.Report{Narrative: "Ett brev kom hem.", Forms: []incident.Form{incident.Harassment}, Medium: []incident.Medium{incident.Letter}}
		if i%3 == 0 {
			r = grave()
		}
		w.filed(t, r)
	}
	return vera
}

func (w *town) counts(t *testing.T, d *dweller) map[casework.Section]casework.Count {
	t.Helper()
	got, err := w.house.Cases.Today(t.Context(), d.session(), casework.WantedToday{})
	if err != nil {
		t.Fatal(err)
	}
	return got.Counts
}

// TestFourteenCasesAreTriagedByKeyboard opens each, takes it, says that it is assessed and goes on
// to the next: six presses a case, and one to begin.
func TestFourteenCasesAreTriagedByKeyboard(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	vera := w.inbox(t)
	tab := w.tab(t, vera)
	tab.Open(w.url + "/idag")
	p := &pressed{tab: tab}
	p.keys("j")
	for i := range 14 {
		if got := tab.Focused(); !strings.Contains(got, "·") {
			t.Fatalf("the focus is on %q before case %d", got, i+1)
		}
		p.goes(browser.KeyEnter)
		if got := tab.Text("main"); !strings.Contains(got, "Ett brev kom hem.") && !strings.Contains(got, "Han väntade vid bilen") {
			t.Fatalf("case %d is not read: %s", i+1, got)
		}
		p.goes("t")
		p.goes("s")
		p.keys(browser.KeySpace)
		p.goes(browser.KeyEnter)
		if got := tab.Text("header .case-line"); !strings.Contains(got, "Bedömd") {
			t.Fatalf("case %d says %q", i+1, got)
		}
		p.goes("i")
	}
	if counts := w.counts(t, vera); counts[casework.SectionNew].N != 0 || counts[casework.SectionMine].N != 14 {
		t.Errorf("after the triage: %+v", counts)
	}
	if p.n != 14*6+1 {
		t.Errorf("%d presses", p.n)
	}
	list, err := w.house.Cases.ListCases(t.Context(), vera.session(), casework.Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list.Lines {
		if l.State != casefile.Assessed || l.Handler != vera.id {
			t.Errorf("%s is %s", l.Ref, l.State)
		}
	}
}

// TestFourteenCasesAreTakenByTabAndEnter needs neither script nor single keys: the browser begins at
// the row where the last case stood.
func TestFourteenCasesAreTakenByTabAndEnter(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	vera := w.inbox(t)
	tab := w.tab(t, vera)
	tab.WithoutScript()
	tab.Open(w.url + "/idag#rad-1")
	p := &pressed{tab: tab}
	for range 14 {
		for range 3 {
			if p.keys(browser.KeyTab); strings.HasPrefix(tab.Focused(), "Jag tar det") {
				break
			}
		}
		p.goes(browser.KeyEnter)
	}
	if counts := w.counts(t, vera); counts[casework.SectionNew].N != 0 || counts[casework.SectionMine].N != 14 || p.n > 14*3 {
		t.Errorf("after %d presses: %+v", p.n, counts)
	}
}

// TestSingleKeysAreSilentInFieldsAndCanBeTurnedOff is WCAG 2.1.4, and that no key is a trap.
func TestSingleKeysAreSilentInFieldsAndCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	vera := w.inbox(t)
	tab := w.tab(t, vera)
	tab.Open(w.url + "/idag")
	tab.Press("t")
	if n := w.counts(t, vera)[casework.SectionNew].N; n != 14 {
		t.Errorf("a key took a case that nobody had chosen: %d are left", n)
	}
	tab.Press("j", "j", "j", "k")
	if got := browser.Eval[string](tab, `document.activeElement.id`); got != "rad-2" {
		t.Errorf("j and k lead to %q", got)
	}
	tab.Press(browser.KeyTab)
	if got := tab.Focused(); !strings.HasPrefix(got, "Jag tar det") {
		t.Errorf("Tab leads from the row to %q", got)
	}
	tab.Press("j")
	tab.PressAndGo(browser.KeyEnter)
	here := tab.Address()
	tab.Type("#f-text", "Skriv till mig, snälla. Tack i förväg")
	tab.Type("#f-text", "sit")
	if got := browser.Eval[string](tab, `document.querySelector('#f-text').value`); got != "Skriv till mig, snälla. Tack i förvägsit" || tab.Address() != here {
		t.Fatalf("the field has %q at %s", got, tab.Address())
	}
	tab.Open(w.url + "/idag")
	browser.Eval[bool](tab, `(document.querySelector('.keys').open = true, true)`)
	tab.InspectHere("today-fourteen")
	tab.Open(w.url + "/idag")
	tab.TabTo("Snabbtangenter")
	tab.Press(browser.KeyEnter)
	tab.TabTo("Stäng av tangenterna")
	tab.Press(browser.KeyEnter)
	tab.Open(w.url + "/idag")
	tab.Press("j")
	if got := browser.Eval[string](tab, `document.activeElement.tagName`); got != "BODY" {
		t.Errorf("turned off, j leads to %s", got)
	}
	tab.TabTo("Snabbtangenter")
	tab.Press(browser.KeyEnter)
	tab.TabTo("Sätt på tangenterna")
	tab.Press(browser.KeyEnter)
	tab.Press("j")
	if got := browser.Eval[string](tab, `document.activeElement.id`); got != "rad-1" {
		t.Errorf("turned on again, j leads to %q", got)
	}
}
