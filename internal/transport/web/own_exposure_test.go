package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"varn/internal/domain/access"
	domainwatch "varn/internal/domain/watch"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/exposure"
	listing "varn/internal/usecase/listed"
)

// TestOwnExposureIsSearchedAndNoted walks one's own exposure: what is looked for is written, the search gives a page, a
// service is noted, and the list shows that somebody has asked without saying who.
func TestOwnExposureIsSearchedAndNoted(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	site := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) {
		if q.URL.Path != "/" {
			http.NotFound(a, q)
			return
		}
		a.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = a.Write([]byte(`<!doctype html><html lang="sv"><title>Föreningen i Ekby</title><p>Kassör är Asta Ledamot, Rönngränden 38, telefon 070-174 06 33.</p></html>`))
	}))
	t.Cleanup(site.Close)
	desk := w.house.Exposure
	desk.Crawler.Allow, desk.Crawler.Delay, desk.Crawler.Browser = func(a netip.Addr) bool { return a.IsLoopback() }, -1, nil
	asta := w.newcomer("Asta Ledamot", "asta.ledamot@example.se", access.Elected)
	kajsa := w.newcomer("Kajsa Ord", "kajsa.ord@example.se", access.CommunicationsOfficer)
	tab := w.tab(t, asta)
	tab.Inspect("own-exposure", w.url+"/min-exponering")
	if got := browser.Eval[string](tab, `document.querySelector('#f-names').value`); got != "Asta Ledamot" {
		t.Errorf("the name is %q", got)
	}
	tab.Expect("422")
	tab.Type("#f-phones", "12")
	tab.Follow(`button[name=do]`)
	tab.InspectHere("own-exposure-errors")
	id, err := desk.EnterSite(t.Context(), kajsa.session(), exposure.Entry{Card: domainwatch.Card{Name: "Exempelstad", Start: site.URL, Domains: []string{"example.se"}, Least: 0.5}})
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.Press(t.Context(), kajsa.session(), id); err != nil {
		t.Fatal(err)
	}
	w.searches(t)
	tab = w.tab(t, asta)
	tab.Open(w.url + "/min-exponering")
	tab.Type("#f-phones", "070-174 06 33")
	tab.Click(`#f-watch`)
	tab.Follow(`button[name=do]`)
	tab.InspectHere("own-exposure-waiting")
	w.searches(t)
	tab = w.tab(t, asta)
	tab.Inspect("own-exposure-found", w.url+"/min-exponering")
	if got := browser.Eval[string](tab, `document.querySelector('section[aria-labelledby=found] dd strong')?.textContent || ''`); got == "" {
		t.Error("nothing is shown to be found")
	}
	browser.Eval[bool](tab, `(document.querySelector('#f-service_RATSIT').value = 'ASKED') === 'ASKED'`)
	tab.Follow(`section[aria-labelledby=outside] button[type=submit]`)
	tab.InspectHere("own-exposure-noted")
	if got := browser.Eval[string](tab, `document.querySelector('#f-service_RATSIT').value`); got != "ASKED" {
		t.Errorf("the note is %q", got)
	}
	keeper := w.tab(t, kajsa)
	keeper.Expect("422")
	keeper.Inspect("listed", w.url+"/exponering/lista")
	keeper.Type("#f-label", "Alias Norr")
	keeper.Follow(`form[action="/exponering/lista"] button[type=submit]`)
	keeper.InspectHere("listed-errors")
	keeper.Type("#f-names", "Elin Björkgren")
	keeper.Follow(`form[action="/exponering/lista"] button[type=submit]`)
	keeper.InspectHere("listed-done")
	if n := browser.Eval[int](keeper, `document.querySelectorAll('section[aria-labelledby=on] li').length`); n != 2 {
		t.Errorf("%d are on the list", n)
	}
}

// searches does the jobs of the watch and of searches that wait.
func (w *town) searches(t *testing.T) {
	t.Helper()
	for {
		jobs, err := w.house.DB.Claim(t.Context(), "search", 20, time.Minute)
		if err != nil || len(jobs) == 0 {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		for _, j := range jobs {
			switch j.Kind {
			case domainwatch.RunJob:
				err = w.house.Exposure.Run(t.Context(), j)
			case listing.SearchJob:
				err = w.house.Listed.Search(t.Context(), j)
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := w.house.DB.Complete(t.Context(), j); err != nil {
				t.Fatal(err)
			}
		}
	}
}
