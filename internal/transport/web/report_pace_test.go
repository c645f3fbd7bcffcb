package web_test

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"varn/internal/transport/web"
	"varn/internal/transport/web/browser"
)

// The pace of somebody on a phone: 200 characters a minute, a second to find and press a thing, three
// to look at a new page. VARN_PACE=1 turns it on; without it the walk runs as fast as it can.
const (
	perKey  = 300 * time.Millisecond
	perTap  = time.Second
	perPage = 3 * time.Second
)

// hand is somebody who reports on a phone, with what they had to do.
type hand struct {
	tab                            *browser.Tab
	paced                          bool
	pages, required, keys, presses int
}

func (h *hand) waits(d time.Duration) {
	if h.paced {
		time.Sleep(d)
	}
}

func (h *hand) taps(css string) {
	h.presses++
	h.waits(perTap)
	h.tab.Click(css)
}

// picks chooses in a phone's own picker: one press opens it, one takes the value.
func (h *hand) picks(css, value string) {
	h.presses += 2
	h.waits(2 * perTap)
	h.tab.Set(css, value)
}

func (h *hand) types(css, text string) {
	h.taps(css)
	for _, r := range text {
		h.keys++
		h.waits(perKey)
		h.tab.Press(string(r))
	}
}

// turns presses what leads to another page, looks at it and counts what must be filled in there.
func (h *hand) turns(t *testing.T, css, heading string) {
	t.Helper()
	h.presses++
	h.waits(perTap)
	if got := h.tab.Follow(css); got != http.StatusOK {
		t.Fatalf("%s gave %d", css, got)
	}
	if got := h.tab.Text("h1"); got != heading {
		t.Fatalf("came to %q instead of %q", got, heading)
	}
	h.waits(perPage)
	h.pages++
	h.required += browser.Eval[int](h.tab, `document.querySelectorAll('main [required]').length`)
}

// TestAReportByHandOnAPhone types a whole report with real key events at 390 px and counts steps,
// fields that must be filled in, keys and presses.
func TestAReportByHandOnAPhone(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	h := &hand{tab: web.Browser().TabFor(t, 10*time.Minute), paced: os.Getenv("VARN_PACE") != ""}
	h.tab.Width(390)
	h.tab.Open(w.url + "/")
	began := time.Now()
	h.turns(t, ".start-report", "Var och när hände det?")
	h.picks("#f-occurred_from", "2026-11-20")
	h.picks("#f-place", "HOME")
	h.turns(t, `main button[value="next"]`, "Vad hände?")
	h.types("#f-narrative", "En man stod vid grinden när jag kom hem från nämnden. Han sa att han vet var barnen går i skola och att jag ska tänka på hur jag röstar. Han gick när grannen kom ut.")
	h.taps(`label[for="f-forms-1"]`)
	h.taps(`label[for="f-medium-6"]`)
	h.turns(t, `main button[value="next"]`, "Vill du bifoga något?")
	h.turns(t, `main button[value="next"]`, "Vem gäller det, och vem får veta?")
	h.taps(`label[for="f-target_category-1"]`)
	h.types("#f-contact", "070-1740611")
	h.turns(t, `main button[value="next"]`, "Granska och skicka")
	h.turns(t, `button[value="send"]`, "Tack. Rapporten är framme")
	took := time.Since(began)
	if code := strings.Join(strings.Fields(h.tab.Text(".code-groups")), " "); len(code) != 29 {
		t.Fatalf("the code is %q", code)
	}
	if steps := h.pages - 1; steps != 5 || h.required != 1 || h.presses != 15 || h.keys != 176 {
		t.Errorf("%d steps, %d required fields, %d presses, %d keys", steps, h.required, h.presses, h.keys)
	}
	t.Logf("%d pages, %d required fields, %d presses, %d keys, %.0f s (paced: %v)", h.pages, h.required, h.presses, h.keys, took.Seconds(), h.paced)
	if n := w.cases(t); n != 1 {
		t.Errorf("%d cases", n)
	}
}
