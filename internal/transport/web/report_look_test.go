package web_test

import (
	"strings"
	"testing"

	"varn/internal/transport/web/browser"
)

// TestEveryStepOfAReportIsAccessible inspects each page of reporting at both widths and in both
// colour schemes, and the pages that tell what must be mended.
func TestEveryStepOfAReportIsAccessible(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, nil)
	tab.Expect("422")
	tab.Inspect("report-1", w.url+"/anmal")
	tab.Set("#f-from_time", "19:40")
	tab.Follow(`main button[value="next"]`)
	if got := tab.Text("#errors"); !strings.Contains(got, "vilken dag") {
		t.Errorf("the summary says %q", got)
	}
	tab.InspectHere("report-1-errors")
	tab.Set("#f-occurred_from", "2026-11-20")
	tab.Set("#f-place", "HOME")
	next(t, tab, "Vad hände?")
	tab.InspectHere("report-2")
	tab.Type("#f-words", "Du ska få se.")
	tab.Follow(`main button[value="next"]`)
	tab.InspectHere("report-2-errors")
	if got := browser.Eval[string](tab, `document.querySelector('#f-words').value`); got != "Du ska få se." {
		t.Errorf("the words are now %q", got)
	}
	tab.Type("#f-narrative", "En man stod vid grinden och ropade.\n\nHan visste var barnen går i skola.")
	tab.Click("#f-forms")
	tab.Click("#f-forms-1")
	tab.Click("#f-medium-3")
	next(t, tab, "Vill du bifoga något?")
	tab.Attach("#f-files", paper(t, "skärmbild.png", "inte en riktig bild"))
	browser.WaitFor(tab, `document.querySelector('input[name="files_upload"]')`)
	tab.InspectHere("report-3")
}

// TestAUnitsQuestionsStandWithWhatHappened looks at the second step as a unit's link opens it.
func TestAUnitsQuestionsStandWithWhatHappened(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	unit := w.asks(t)
	tab := w.tab(t, nil)
	tab.Open(w.url + "/anmal?enhet=" + unit)
	next(t, tab, "Vad hände?")
	tab.InspectHere("report-2-unit")
	if got := tab.Text("#own-questions"); !strings.Contains(got, "I vilket ämne?") {
		t.Errorf("the questions are %q", got)
	}
}

func TestTheLastStepsOfAReportAreAccessible(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, nil)
	tab.Open(w.url + "/anmal")
	next(t, tab, "Vad hände?")
	tab.Type("#f-narrative", "En man stod vid grinden och ropade.\n\nHan visste var barnen går i skola.")
	tab.Click("#f-forms-1")
	tab.Click("#f-medium-3")
	next(t, tab, "Vill du bifoga något?")
	next(t, tab, "Vem gäller det, och vem får veta?")
	tab.Click("#f-target_category-1")
	tab.Type("#f-exclude", "Någon Okänd")
	tab.InspectHere("report-4")
	next(t, tab, "Granska och skicka")
	tab.InspectHere("report-5")
	tab.Follow(`button[value="send"]`)
	tab.InspectHere("report-sent")
	tab.Print()
	tab.Shot("report-sent-print")
}

func TestTheBrochureAndTheReceiptAreAccessible(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	tab := w.tab(t, nil)
	tab.Inspect("brochure", w.url+"/vem-ansvarar")
	tab.Print()
	tab.Shot("brochure-print")
	other := w.tab(t, nil)
	other.Expect("422")
	other.Inspect("receipt", w.url+"/kvitto")
	other.Type("#f-receipt", "ABCD-EFGH")
	other.Follow("main button[type=submit]")
	other.InspectHere("receipt-errors")
	start := w.tab(t, nil)
	start.Inspect("start-founded", w.url+"/")
}
