package web_test

import (
	"testing"

	"varn/internal/domain/access"
	"varn/internal/transport/web/browser"
)

// TestAnAgendaIsWeighedOnItsPages begins a meeting, sorts its points by keyboard, judges one, plans and
// writes what happened; each page is inspected, and the sorting is done once without script.
func TestAnAgendaIsWeighedOnItsPages(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	nora := w.newcomer("Nora Nämnd", "nora@example.se", access.CommitteeSecretary)
	tab := w.tab(t, nora)
	tab.Open(w.url + "/riskbedomning")
	tab.Type("#f-title", "Socialnämnden 3 december")
	tab.Set("#f-authority", w.authority(t))
	tab.Type("#f-points", "bara-nummer")
	tab.Expect("422")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("agenda-errors")
	tab.Set("#f-points", "§ 7 Detaljplan öster\n§ 8 Taxor 2027")
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "Socialnämnden 3 december", "§ 7 Detaljplan öster")
	tab.TabTo("Låg")
	tab.Press(browser.KeyDown) // to the next of the same question, which chooses it
	tab.Follow(".sort-rows button[type=submit]")
	tab.Follow(`a[href$="/bedom"]`)
	for _, st := range []string{"FEELINGS", "SIGNS", "BEFORE", "STAKES", "PERSONS", "OCCASIONS"} {
		tab.Click(`input[name="grade_` + st + `"][value="LOW"]`)
	}
	tab.Click(`input[name="grade_SIGNS"][value="HIGH"]`)
	tab.Click(`input[name=conflict][value=MODERATE]`)
	tab.Click(`input[name=complexity][value=LOW]`)
	tab.InspectHere("case-agenda-judge")
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "Nora Nämnd", "Konflikt")
	tab.Follow(`a[href$="/atgarder"]`)
	tab.Type("#f-text", "Vakt vid dörren.")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("case-agenda")
	plain := w.tab(t, nora)
	plain.WithoutScript()
	plain.Open(w.url + "/riskbedomning")
	plain.Follow(`main ul.plain a`)
	plain.Click(`.sort-rows fieldset:nth-of-type(2) input[value=HIGH]`)
	plain.Follow(".sort-rows button[type=submit]")
	plain.Follow(`a[href$="/utfall"]`)
	plain.Click(`input[name=level][value=NOTHING]`)
	plain.Follow("main form button[type=submit]")
	reads(t, plain, "Väntad risk", "Så blev det", "Inget hände")
}
