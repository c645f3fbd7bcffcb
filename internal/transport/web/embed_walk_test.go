package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"varn/internal/transport/web/browser"
)

// TestTheWebComponentShowsAPersonInAnothersPage runs the component in a page of another origin: what is public is shown in a
// shadow tree; the link stays where nothing can be fetched, where the page is not named, and where it runs no script. Origins
// that are named are of TLS, and a test page has none: what stands between gives its origin the name of one.
func TestTheWebComponentShowsAPersonInAnothersPage(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	w.elected(nil, "Asta Lindvik")
	to, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	var own string
	site := httptest.NewServer(http.HandlerFunc(func(a http.ResponseWriter, q *http.Request) {
		src := own
		if q.URL.Path == "/unnamed" {
			src = w.url
		}
		a.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = a.Write([]byte(`<!doctype html><html lang="sv"><title>Kommunens sida</title><script type="module" src="` + src + `/embed/v1/fil/embed.js"></script>
<varn-kontakt id="one" src="` + src + `" person="asta-lindvik"><a href="` + w.url + `/kontakt/asta-lindvik">Asta Lindvik</a></varn-kontakt>
<varn-kontakt id="none" src="` + src + `" person="nobody"><a href="` + w.url + `/kontakt">Katalogen</a></varn-kontakt></html>`))
	}))
	t.Cleanup(site.Close)
	between := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		if r.In.Header.Get("Cookie") != "" {
			t.Error("a cookie is sent")
		}
		r.Out.Header.Set("Origin", "https://www.example.se")
	}, ModifyResponse: func(a *http.Response) error {
		if a.Header.Get("Access-Control-Allow-Origin") == "https://www.example.se" {
			a.Header.Set("Access-Control-Allow-Origin", site.URL)
		}
		return nil
	}})
	t.Cleanup(between.Close)
	own = between.URL

	tab := w.tab(t, nil)
	tab.Expect("CORS")
	tab.Expect("Failed to load")
	tab.Open(site.URL)
	tab.Wait("#one")
	ready := `new Promise(done => { const look = () => document.querySelector("#one").shadowRoot?.textContent ? done(true) : setTimeout(look, 20); look(); setTimeout(() => done(false), 5000); })`
	if !browser.Eval[bool](tab, ready) {
		t.Fatal("the component stays empty")
	}
	if href := browser.Eval[string](tab, `document.querySelector("#one").shadowRoot.querySelector("a[href$='/skriv']")?.href || ''`); href != w.url+"/kontakt/asta-lindvik/skriv" {
		t.Errorf("it leads to %q", href)
	}
	if browser.Eval[bool](tab, `document.querySelector("#none").shadowRoot !== null`) || browser.Eval[string](tab, `document.querySelector("#none a").textContent`) != "Katalogen" {
		t.Error("where nothing can be fetched the link is gone")
	}

	unnamed := w.tab(t, nil)
	unnamed.Expect("CORS")
	unnamed.Expect("Failed to load")
	unnamed.Open(site.URL + "/unnamed")
	if browser.Eval[bool](unnamed, `new Promise(done => setTimeout(() => done(document.querySelector("#one").shadowRoot !== null), 500))`) {
		t.Error("a page that is not named is shown the person")
	}
	plain := w.tab(t, nil)
	plain.WithoutScript()
	plain.Open(site.URL)
	if got := browser.Eval[string](plain, `document.querySelector("#one a").textContent`); got != "Asta Lindvik" {
		t.Errorf("without script: %q", got)
	}
}
