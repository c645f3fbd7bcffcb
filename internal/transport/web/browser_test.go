package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"varn/internal/domain/extract"
	"varn/internal/domain/preview"
	"varn/internal/domain/redact"
	"varn/internal/infra/jail"
	"varn/internal/transport/web/browser"
)

var chromium *browser.Chromium

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == preview.Argument { // this program is started anew for previews
		os.Exit(jail.Main(os.Stdin, os.Stdout, preview.Answer))
	}
	switch {
	case len(os.Args) == 2 && os.Args[1] == extract.Argument:
		os.Exit(jail.Main(os.Stdin, os.Stdout, extract.Answer))
	case len(os.Args) == 2 && os.Args[1] == redact.Argument:
		os.Exit(jail.Main(os.Stdin, os.Stdout, redact.Answer))
	case len(os.Args) > 1 && os.Args[1] == jail.ProgramArgument:
		os.Exit(jail.MainProgram(os.Args[2:]))
	}
	os.Exit(browser.Run(m, func(c *browser.Chromium) { chromium = c }))
}

// site serves the frame with one organisation and gives its address.
func site(t *testing.T, leaveTo string) (*Server, string) {
	t.Helper()
	s, err := New(Config{Organisation: func(*http.Request) (Organisation, error) {
		return Organisation{
			ID: "o", Name: "Exempelstads kommun", Mail: "trygghet@example.se", Phone: "070-1740605",
			PersonalContact: "dataskydd@example.se", LeaveTo: leaveTo,
		}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	t.Cleanup(func() {
		if n := s.Violations(); n > 0 {
			t.Errorf("%d reports of the content policy", n)
		}
	})
	return s, strings.Replace(h.URL, "127.0.0.1", "localhost", 1)
}

func TestEveryPublicPageIsAccessible(t *testing.T) {
	t.Parallel()
	_, url := site(t, "")
	for name, path := range map[string]string{
		"start": "/", "about": "/om", "personal": "/personuppgifter", "accessibility": "/tillganglighet",
		"start-english": "/?lang=en", "not-found": "/finns-inte",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := chromium.Tab(t)
			if name == "not-found" {
				tab.Expect("404")
			}
			tab.Inspect(name, url+path)
		})
	}
}

func TestKeyboardAloneReachesEverythingInTheFrame(t *testing.T) {
	t.Parallel()
	_, url := site(t, "")
	tab := chromium.Tab(t)
	tab.Open(url + "/")
	tab.Press(browser.KeyTab)
	if got := tab.Focused(); got != "Hoppa till innehållet" {
		t.Fatalf("the first stop is %q", got)
	}
	tab.Press(browser.KeyEnter)
	tab.TabTo("Logga in")
	for _, stop := range []string{"Ring 112", "Om Värn", "Personuppgifter", "Tillgänglighet"} {
		tab.TabTo(stop)
	}
	tab.Open(url + "/")
	tab.TabTo("English")
	tab.PressAndGo(browser.KeyEnter)
	if got := tab.Text("h1"); !strings.HasPrefix(got, "Support when") || tab.Address() != url+"/" {
		t.Fatalf("the switch led to %q at %s", got, tab.Address())
	}
	tab.TabTo("Svenska")
	tab.PressAndGo(browser.KeyEnter)
	if got := tab.Text("h1"); !strings.HasPrefix(got, "Stöd när") {
		t.Fatalf("the switch back led to %q", got)
	}
}

func TestTheFrameWorksWithoutScript(t *testing.T) {
	t.Parallel()
	_, url := site(t, "")
	tab := chromium.Tab(t)
	tab.WithoutScript()
	tab.Open(url + "/")
	tab.Follow(`.site-tools a[hreflang="en"]`)
	tab.Follow(`.site-footer a[href="/tillganglighet"]`)
	if got := tab.Text("h1"); got != "Accessibility statement" {
		t.Fatalf("got %q", got)
	}
	tab.Shot("without-script")
}

func TestForcedColorsAndPrintAreLookedAt(t *testing.T) {
	t.Parallel()
	_, url := site(t, "")
	tab := chromium.Tab(t)
	tab.Open(url + "/")
	tab.ForcedColors()
	tab.Axe()
	tab.Shot("start-forced")
	tab.Print()
	tab.Shot("start-print")
	if browser.Eval[bool](tab, `getComputedStyle(document.querySelector('.site-tools')).display !== 'none'`) {
		t.Error("print shows the tools of the screen")
	}
}
