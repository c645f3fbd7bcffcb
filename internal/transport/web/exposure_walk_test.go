package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/exposure"
	"varn/internal/domain/function"
	domainwatch "varn/internal/domain/watch"
	"varn/internal/infra/store"
	"varn/internal/kit/clock"
	"varn/internal/kit/locale"
	"varn/internal/transport/web/browser"
	"varn/internal/usecase/people"
)

// municipalSite is a municipality's site of many pages, generated: menus, news, minutes, and a few that say too much.
type municipalSite struct {
	*httptest.Server
	mu    sync.Mutex
	wrong map[string]string // what is wrong with a page, by path
}

const municipalPages = 2000

func generates(t *testing.T) *municipalSite {
	t.Helper()
	s := &municipalSite{wrong: map[string]string{
		"/skola/sida-7":           "Kontakta handläggaren Viola Blomvall, personnummer 640823-3234.",
		"/social/sida-11":         "Ärendet gäller person med personnummer 19640823-3234.",
		"/social/protokoll/p-404": "Närvarande ersättare: 670919-9530.",
	}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *municipalSite) mend(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.wrong, path)
}

// ServeHTTP gives a start page that leads to four rooms, each of which leads to its pages, fifty at a time.
func (s *municipalSite) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	s.mu.Lock()
	wrong := s.wrong[q.URL.Path]
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	rooms := []string{"skola", "social", "bygga", "social/protokoll"}
	each := municipalPages / len(rooms)
	path := strings.Trim(q.URL.Path, "/")
	say := func(title, body string) {
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="sv"><head><title>%s – Exempelstad</title></head><body><nav><a href="/">Start</a> <a href="/skola">Skola</a></nav><main><h1>%s</h1>%s<p>%s</p></main></body></html>`, title, title, body, wrong)
	}
	if path == "" {
		body := ""
		for _, r := range rooms {
			for from := 0; from < each; from += 50 {
				body += fmt.Sprintf(`<a href="/%s?fran=%d">%s</a> `, r, from, r)
			}
		}
		say("Välkommen", body)
		return
	}
	for _, r := range rooms {
		if path == r {
			var from int
			_, _ = fmt.Sscanf(q.URL.Query().Get("fran"), "%d", &from)
			body := ""
			for i := from; i < min(from+50, each); i++ {
				name := "sida"
				if r == "social/protokoll" {
					name = "p"
				}
				body += fmt.Sprintf(`<li><a href="/%s/%s-%d">Sida %d</a></li>`, r, name, i, i)
			}
			say(r, "<ul>"+body+"</ul>")
			return
		}
	}
	room, name, ok := strings.Cut(path, "/")
	if !ok || strings.Contains(path, "..") {
		http.NotFound(w, q)
		return
	}
	say(room+" "+name, "<p>"+strings.Repeat("Här står hur det går till att söka en plats, vem som beslutar och när. ", 20)+"</p>")
}

// watchesHere lets a site on this machine be watched, without a rest between requests.
func watchesHere(c *wire.Config) {
	c.Exposure.Networks, c.Exposure.Delay, c.Exposure.Render = []string{"127.0.0.0/8"}, 0, false
}

// watchesNow does the jobs of the watch that wait.
func (w *town) watchesNow(t *testing.T) {
	t.Helper()
	jobs, err := w.house.DB.Claim(t.Context(), "watch", 50, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if j.Kind == domainwatch.RunJob {
			if err := w.house.Exposure.Run(t.Context(), j); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.house.DB.Complete(t.Context(), j); err != nil {
			t.Fatal(err)
		}
	}
}

// earlier are weeks before the first: what was found in them is closed in the last.
func (w *town) earlier(t *testing.T) {
	t.Helper()
	if err := w.house.DB.Org(w.house.Org()).Write(t.Context(), func(tx *store.Tx) error {
		left := int64(0)
		for n := int64(10); n >= 1; n-- {
			week := domainwatch.Week{Monday: domainwatch.Monday(clock.Of(w.clock.Now().AddDate(0, 0, int(-7*n))), locale.Zone()), Kind: exposure.Phone, Opened: 12 - n, Closed: n % 3}
			if left += week.Opened - week.Closed; n == 1 {
				week.Closed += left
			}
			if err := tx.AddWeek(week); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// managed gives a unit a manager, and its name.
func (w *town) managed(t *testing.T, d *dweller) string {
	t.Helper()
	var authority, unit string
	if err := w.house.DB.Org(w.house.Org()).Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.Units()
		if err == nil {
			authority, unit = all[0].Authority, all[0].ID
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	fn, err := w.house.People.RegisterFunction(t.Context(), w.admin.session(), people.NewFunction{Authority: authority, Unit: unit, Kind: function.UnitManager, Card: function.Card{Name: "Enhetens chef"}})
	if err != nil {
		t.Fatal(err)
	}
	seat(t, w, d, fn)
	all, err := w.house.Exposure.Units(t.Context(), w.admin.session())
	if err != nil {
		t.Fatal(err)
	}
	return all[0].Name
}

// TestASiteOf2000PagesIsWatchedOnItsPages enters a site, has it gone through, works with what is found as its unit's
// manager does, has it looked at again, and sees it close. The pages are inspected at both widths.
func TestASiteOf2000PagesIsWatchedOnItsPages(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t, watchesHere)
	site := generates(t)
	kajsa, marta := w.newcomer("Kajsa Ord", "kajsa.ord@example.se", access.CommunicationsOfficer), w.newcomer("Marta Blom", "marta.blom@example.se", access.Manager)
	unit := w.managed(t, marta)
	tab := w.tab(t, kajsa)
	tab.Open(w.url + "/exponering")
	tab.Follow(`main a[href="/exponering/webbplatser/ny"]`)
	tab.Expect("422")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("exposure-site-errors")
	tab.Type("#f-name", "Exempelstads webbplats")
	tab.Type("#f-start", site.URL)
	tab.Type("#f-units", "/social "+unit)
	tab.Follow("main form button[type=submit]")
	tab.Follow(`form[action$="/genomsok"] button`)
	reads(t, tab, "beställd")
	w.watchesNow(t)
	tab.Open(w.url + "/exponering/webbplatser")
	tab.Follow(`main .lines a`)
	tab.InspectHere("exposure-site")
	reads(t, tab, "Klar", "042", "3 nya, 0 borta")
	tab.Open(w.url + "/exponering")
	tab.InspectHere("exposure")
	reads(t, tab, "3 fynd", "Personnummer", "Marta Blom", unit)
	if strings.Contains(tab.Text("main"), "3234") {
		t.Error("the list shows what was found")
	}

	boss := w.tab(t, marta)
	boss.Open(w.url + "/exponering")
	reads(t, boss, "2 fynd")
	boss.Follow(`main tbody a`)
	boss.InspectHere("exposure-finding")
	at := browser.Eval[string](boss, `location.pathname`)
	page := strings.TrimPrefix(browser.Eval[string](boss, `document.querySelector('.field-line a').href`), site.URL)
	boss.Follow(`main a[href$="/visa"]`)
	boss.Open(w.url + at)
	boss.Follow(`form[action$="/borja"] button`)
	boss.Follow(`form[action$="/kontrollera"] button`)
	reads(t, boss, "Uppgiften står kvar", "Marta Blom")
	boss.Follow(`main a[href$="/begaran"]`)
	boss.InspectHere("exposure-request")
	reads(t, boss, "Begäran om uppdatering", "Request to refresh", site.URL+page)
	site.mend(page)
	boss.Open(w.url + at)
	boss.Follow(`form[action$="/kontrollera"] button`)
	boss.InspectHere("exposure-gone")
	reads(t, boss, "Uppgiften är borta", "avslutat")

	boss.Open(w.url + "/exponering")
	boss.Follow(`main tbody a`)
	boss.Follow(`main a[href$="/godkann"]`)
	boss.Type("#f-why", "Påhittat nummer i en övning.")
	boss.InspectHere("exposure-accept")
	boss.Follow("main form button[type=submit]")
	reads(t, boss, "Fyndet är godkänt", "Påhittat nummer")

	tab.Open(w.url + "/exponering")
	reads(t, tab, "1 fynd")
	tab.Follow(`main tbody a`)
	last := browser.Eval[string](tab, `location.pathname`)
	tab.Follow(`main a[href$="/ge"]`)
	tab.Set("#f-owner", kajsa.id)
	tab.Follow("main form button[type=submit]")
	reads(t, tab, "Kajsa Ord")
	site.mend("/skola/sida-7")
	tab.Open(w.url + "/exponering/webbplatser")
	tab.Follow(`main .lines a`)
	tab.Follow(`form[action$="/genomsok"] button`)
	w.watchesNow(t)
	tab.Open(w.url + last)
	reads(t, tab, "Uppgiften är borta")
	w.earlier(t)
	tab.Open(w.url + "/exponering/utveckling")
	tab.InspectHere("exposure-trend")
	reads(t, tab, "0 fynd är kvar", "Vecka", "47", "40")
	tab.Open(w.url + "/exponering/tider")
	tab.Open(w.url + "/exponering?lage=gone")
	reads(t, tab, "2 fynd")
}
