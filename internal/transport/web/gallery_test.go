package web

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/kit/locale"
	"varn/internal/transport/web/browser"
)

// galleryView is a page with every part, for looking at them and for walking a form.
type galleryView struct {
	Form  *Form
	Table Table
	Pager Pager
}

func galleryForm() *Form {
	options := []Option{{Value: "a", Text: "Hot"}, {Value: "b", Text: "Trakasseri", Hint: "start.report-text"}, {Value: "c", Key: "nav.start"}}
	return NewForm(
		Text("title", "start.report").Hint("start.report-text").Max(20).Complete("off"),
		Area("story", "start.sealed"),
		Radios("kind", "start.how", options...),
		Checks("who", "start.seen", options...).Optional(),
		Select("place", "start.not-here", options...),
		Date("day", "about.log").Optional(),
		Time("time", "about.people").Optional(),
		Check("sure", "about.limits"),
		File("files", "about.leave"),
		Carried("draft"),
	)
}

func (s *Server) gallery(r *Request) error {
	f := galleryForm().Set("draft", "hemligt")
	if r.HTTP.Method == http.MethodPost {
		if err := r.Read(f); err != nil {
			return err
		}
		if !f.Failed() {
			return r.Redirect("/om")
		}
	}
	r.Title("Galleri")
	rows := []Row{
		{{Text: "EX-2026-0127", Href: "/om"}, {Text: "Hot"}, {Text: "Hög", Color: "danger"}, {Text: "Säkerhetschefen och kommunstyrelsens ordförande"}},
		{{Text: "EX-2026-0126", Href: "/om"}, {Text: "Skadegörelse"}, {Text: "Låg", Color: "success"}, {Text: "Asha Exempel"}},
	}
	return r.Page("gallery.html", galleryView{f, Table{"2 av 128 ärenden, senast ändrade först", []string{"Ärende", "Typ", "Risk", "Handläggare"}, rows}, Pager{"/om", "/om"}})
}

// withGallery serves a site that has the gallery, to somebody who is signed in.
func withGallery(t *testing.T) (*Server, string) {
	t.Helper()
	s := house(t)
	source, err := os.ReadFile("testdata/gallery.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range locale.Langs() {
		template.Must(s.views.by[l].New("gallery.html").Parse(string(source)))
	}
	s.route(get("/galleri", "gallery", Public, (*Server).gallery, leave))
	s.route(post("/galleri", "gallery", Public, (*Server).gallery, leave))
	return s, serveHere(t, s)
}

func serveHere(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
}

func TestEveryPartIsAccessible(t *testing.T) {
	t.Parallel()
	s, url := withGallery(t)
	tab := chromium.Tab(t)
	tab.Inspect("gallery", url+"/galleri")
	tab.Expect("422")
	tab.Follow("main button[type=submit]")
	tab.InspectHere("gallery-errors")
	if s.Violations() != 0 {
		t.Error("the content policy was broken")
	}
}

func TestAFormIsMendedByKeyboardAndKeepsWhatWasWritten(t *testing.T) {
	t.Parallel()
	_, url := withGallery(t)
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := chromium.Tab(t)
			tab.Expect("422")
			if !script {
				tab.WithoutScript()
			}
			tab.Open(url + "/galleri")
			tab.Type("#f-title", "En alldeles för lång rubrik åäö")
			tab.Type("#f-story", "Rad ett <b>")
			if got := tab.Follow("main button[type=submit]"); got != http.StatusUnprocessableEntity {
				t.Fatalf("status %d", got)
			}
			if got := tab.Title(); !strings.HasPrefix(got, "Fel: Galleri") {
				t.Errorf("title %q", got)
			}
			if script && browser.Eval[string](tab, `document.activeElement.id`) != "errors" {
				t.Error("the summary has no focus")
			}
			if got := browser.Eval[string](tab, `document.querySelector('#f-story').value`); got != "Rad ett <b>" {
				t.Errorf("the story is now %q", got)
			}
			if got := tab.Text("#errors h2"); got != "Du behöver rätta 3 saker innan du går vidare" {
				t.Errorf("the summary says %q", got)
			}
			tab.Click(`#errors a[href="#f-kind"]`)
			if browser.Eval[string](tab, `document.activeElement.id`) != "f-kind" {
				t.Error("the summary does not lead to the field")
			}
			if !script {
				return
			}
			tab.Press(browser.KeySpace)
			tab.Set("#f-title", "Hot på mötet")
			tab.Set("#f-place", "a")
			if got := tab.Follow("main button[type=submit]"); got != http.StatusOK || !strings.HasSuffix(tab.Address(), "/om") {
				t.Errorf("%d at %s", got, tab.Address())
			}
		})
	}
}

func TestTheHeaderOfSomebodyWithManyRooms(t *testing.T) {
	t.Parallel()
	s, url := withGallery(t)
	s.menu = append(s.menu[:1], navItem{"/galleri", "start.report", SignedIn}, navItem{"/om", "footer.about", Public},
		navItem{"/personuppgifter", "footer.personal", Roles(access.Auditor)}, navItem{"/tillganglighet", "footer.accessibility", Public},
		navItem{"/hemligt", "about.limits", Roles(access.Lawyer)})
	tab := chromium.Tab(t)
	tab.Cookie(url, s.sessionCookie(), "asha")
	tab.Open(url + "/")
	if n := browser.Eval[int](tab, `document.querySelectorAll('.site-nav a').length`); n != 5 {
		t.Errorf("the menu has %d places", n)
	}
	if got := tab.Text("h1"); got != "Hej Asha Exempel" {
		t.Fatalf("got %q", got)
	}
	tab.InspectHere("start-signed-in")
}

func TestLeaveQuicklyByButtonByEscapeAndWithoutScript(t *testing.T) {
	t.Parallel()
	weather := serveHere(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><title>Väder</title><h1>Sol ` + r.Header.Get("Referer") + `</h1>`))
	}))
	for name, way := range map[string]func(*browser.Tab){
		"button": func(tab *browser.Tab) { tab.Follow("#exit") },
		"escape": func(tab *browser.Tab) {
			tab.Press(browser.KeyEscape, browser.KeyEscape)
			tab.PressAndGo(browser.KeyEscape)
		},
		"no script": func(tab *browser.Tab) { tab.Follow("#exit") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := withGallery(t)
			s.Config.Organisation = func(*http.Request) (Organisation, error) { return Organisation{LeaveTo: weather}, nil }
			tab := chromium.Tab(t)
			tab.Expect("favicon")
			if name == "no script" {
				tab.WithoutScript()
			}
			tab.Cookie(url, s.sessionCookie(), "asha")
			tab.Open(url + "/om")
			tab.Open(url + "/galleri")
			if name != "no script" {
				browser.Eval[bool](tab, `(sessionStorage.setItem('trace', '1'), true)`)
			}
			way(tab)
			if got := tab.Text("h1"); got != "Sol" {
				t.Fatalf("landed on %q", got)
			}
			if n := len(tab.Cookies(url)); n != 0 {
				t.Errorf("%d cookies remain", n)
			}
			if name != "no script" && browser.Eval[int](tab, `history.length`) > 3 {
				t.Error("the reporting page stays behind the Back button")
			}
		})
	}
}
