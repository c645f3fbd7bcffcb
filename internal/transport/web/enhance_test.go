package web

import (
	"html/template"
	"strings"
	"testing"

	"varn/internal/kit/locale"
	"varn/internal/transport/web/browser"
)

// searchPage replaces its list while one types; without script its button does the same.
const searchPage = `<h1 class="ds-heading">Sök</h1><form method="get" action="/sok" data-enhance="#list" data-auto role="search">
<div class="ds-field"><label class="ds-label" for="q">Sök</label><input class="ds-input" type="search" id="q" name="q" value="{{.}}"></div><button class="ds-button">Sök</button></form>
<div id="list" data-announce="Listan gäller {{.}}"><p>Du sökte {{.}}</p></div>`

func TestAListFollowsWhatIsTypedAndTheButtonDoesTheSameWithoutScript(t *testing.T) {
	t.Parallel()
	s := house(t)
	for _, l := range locale.Langs() {
		template.Must(s.views.by[l].New("search.html").Parse(searchPage))
	}
	s.route(get("/sok", "search", Public, func(_ *Server, r *Request) error {
		r.Title("Sök " + r.Query("q"))
		return r.Page("search.html", r.Query("q"))
	}))
	url := serveHere(t, s)

	tab := chromium.Tab(t)
	tab.Open(url + "/sok")
	browser.Eval[bool](tab, `(window.same = true)`)
	tab.Type("#q", "åska")
	browser.WaitFor(tab, `document.querySelector('#list').textContent === 'Du sökte åska'`)
	if !browser.Eval[bool](tab, `window.same && document.activeElement.id === 'q'`) {
		t.Error("the page was loaded anew, or the field lost the focus")
	}
	if got := browser.Eval[string](tab, `document.getElementById('live').textContent`); got != "Listan gäller åska" {
		t.Errorf("announced %q", got)
	}
	if !strings.Contains(tab.Address(), "q=%C3%A5ska") || !strings.HasPrefix(tab.Title(), "Sök åska") {
		t.Errorf("%s, %s", tab.Address(), tab.Title())
	}

	plain := chromium.Tab(t)
	plain.WithoutScript()
	plain.Open(url + "/sok")
	plain.Type("#q", "åska")
	plain.Follow("main button")
	if got := plain.Text("#list"); got != "Du sökte åska" {
		t.Errorf("without script: %q", got)
	}
	if s.Violations() != 0 {
		t.Error("the content policy was broken")
	}
}
