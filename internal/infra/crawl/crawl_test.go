package crawl

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// site is a server on this machine, with what it was asked for.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func serves(t *testing.T, answer http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, q.URL.RequestURI())
		s.mu.Unlock()
		answer(w, q)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) times(path string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if a == path {
			n++
		}
	}
	return n
}

// here is a crawler that may visit this machine, and rests for nothing.
func here() Crawler {
	return Crawler{Delay: -1, Allow: netip.Addr.IsLoopback, Timeout: 5 * time.Second}
}

// links takes href="…" out of a page.
func links(body []byte) (out []string) {
	for _, part := range strings.Split(string(body), `href="`)[1:] {
		to, _, _ := strings.Cut(part, `"`)
		out = append(out, to)
	}
	return out
}

// goes visits a server from its start, and gives the answers by path.
func goes(t *testing.T, c Crawler, s *site, edit ...func(*Visit)) (Summary, map[string]*Answer) {
	t.Helper()
	start, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]*Answer{}
	v := Visit{Start: start, Holds: func(u *url.URL) bool { return u.Host == start.Host }, Take: func(_ context.Context, a *Answer) ([]string, error) {
		got[a.URL.RequestURI()] = a
		return links(a.Body), nil
	}}
	for _, fn := range edit {
		fn(&v)
	}
	sum, err := c.Go(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return sum, got
}

func page(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(body))
}

func TestOnlyTheSitesOwnHostsAreVisited(t *testing.T) {
	t.Parallel()
	other := serves(t, func(w http.ResponseWriter, _ *http.Request) { page(w, "other") })
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/":
			page(w, `<a href="/a">a</a><a href="`+other.URL+`/x">x</a><a href="/out">o</a><a href="mailto:a@example.se">m</a><a href="javascript:1">j</a><a href="ftp://example.se/">f</a><a href="http://u:p@`+q.Host+`/secret">u</a>`)
		case "/out":
			http.Redirect(w, q, other.URL+"/y", http.StatusFound)
		case "/a":
			page(w, `<a href="/">tillbaka</a><a href="/a#del">del</a>`)
		default:
			http.NotFound(w, q)
		}
	})
	sum, got := goes(t, here(), s)
	if sum.Ending != Done || sum.Pages != 2 || got["/a"] == nil || got["/a"].Class != Full || got["/out"].Class != Elsewhere || len(got) != 3 {
		t.Errorf("%+v, %d answers", sum, len(got))
	}
	if len(other.asked) != 0 {
		t.Errorf("another host was asked for %v", other.asked)
	}
	if s.times("/a") != 1 {
		t.Errorf("one page is asked for %d times", s.times("/a"))
	}
}

func TestRedirectsAreFollowedInsideAndNotForEver(t *testing.T) {
	t.Parallel()
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		var n int
		switch {
		case q.URL.Path == "/":
			page(w, `<a href="/runt/0">r</a><a href="/jag">j</a><a href="/flyttad">f</a>`)
		case q.URL.Path == "/jag":
			http.Redirect(w, q, "/jag", http.StatusFound)
		case q.URL.Path == "/flyttad":
			http.Redirect(w, q, "/ny", http.StatusMovedPermanently)
		case q.URL.Path == "/ny":
			page(w, "här")
		default:
			_, _ = fmt.Sscanf(q.URL.Path, "/runt/%d", &n)
			http.Redirect(w, q, fmt.Sprintf("/runt/%d", n+1), http.StatusTemporaryRedirect)
		}
	})
	sum, got := goes(t, here(), s)
	if sum.Ending != Done || got["/ny"].Class != Full || got["/flyttad"].Class != Moved || got["/jag"].Class != Elsewhere {
		t.Errorf("%+v", sum)
	}
	if s.times("/runt/10") != 1 || s.times("/runt/11") != 0 {
		t.Errorf("redirects are followed %v", s.asked)
	}
}

func TestARedirectInsideIsRefusedWhereverItLeads(t *testing.T) {
	t.Parallel()
	inside := serves(t, func(w http.ResponseWriter, _ *http.Request) { page(w, "inside") })
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/robots.txt" {
			http.NotFound(w, q)
			return
		}
		http.Redirect(w, q, strings.Replace(inside.URL, "127.0.0.1", "127.0.0.2", 1), http.StatusFound)
	})
	c := here()
	c.Allow = func(a netip.Addr) bool { return a == netip.MustParseAddr("127.0.0.1") }
	sum, _ := goes(t, c, s, func(v *Visit) { v.Holds = func(*url.URL) bool { return true } })
	if len(inside.asked) != 0 || sum.Pages != 0 {
		t.Errorf("an address inside was asked: %v, %+v", inside.asked, sum)
	}
}

func TestRobotsAreKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		text   string
		ending Ending
		pages  int
	}{
		"none":             {404, "", Done, 3},
		"forbids all":      {200, "User-agent: *\nDisallow: /", Forbidden, 0},
		"forbids us":       {200, "User-agent: varn\nDisallow: /\n\nUser-agent: *\nAllow: /", Forbidden, 0},
		"forbids others":   {200, "User-agent: elak\nDisallow: /", Done, 3},
		"forbids a part":   {200, "User-agent: *\nDisallow: /hemlig", Done, 2},
		"longest holds":    {200, "User-agent: *\nDisallow: /hemlig\nAllow: /hemlig/oppen", Done, 3},
		"pattern":          {200, "User-agent: *\nDisallow: /*/oppen$", Done, 2},
		"server error":     {500, "", NoRobots, 0},
		"garbage":          {200, "\x00\xff<html>Disallow\n: / :", Done, 3},
		"names before any": {200, "Disallow: /\nUser-agent: x\nDisallow: /", Done, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serves(t, func(w http.ResponseWriter, q *http.Request) {
				switch q.URL.Path {
				case "/robots.txt":
					w.WriteHeader(c.status)
					_, _ = w.Write([]byte(c.text))
				case "/sitemap.xml":
					http.NotFound(w, q)
				default:
					page(w, `<a href="/a">a</a><a href="/hemlig/oppen">h</a>`)
				}
			})
			sum, _ := goes(t, here(), s)
			if sum.Ending != c.ending || sum.Pages != c.pages {
				t.Errorf("%+v", sum)
			}
		})
	}
}

func TestASlowRestIsKept(t *testing.T) {
	t.Parallel()
	r := parseRobots([]byte("User-agent: *\nCrawl-delay: 2.5\nSitemap: https://a.example.se/s.xml\n\nUser-agent: Varn/2\nCrawl-delay: 1e9\n"), Token)
	if r.delay != maxCrawlDelay || len(r.sitemaps) != 1 {
		t.Errorf("%+v", r)
	}
	if r := parseRobots([]byte("User-agent: *\nCrawl-delay: 2.5"), Token); r.delay != 2500*time.Millisecond {
		t.Errorf("%+v", r)
	}
}

func TestSitemapsAreReadNestedAndPacked(t *testing.T) {
	t.Parallel()
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		base := "http://" + q.Host
		switch q.URL.Path {
		case "/robots.txt":
			_, _ = fmt.Fprintf(w, "Sitemap: %s/index.xml\n", base)
		case "/index.xml":
			_, _ = fmt.Fprintf(w, `<?xml version="1.0" encoding="ISO-8859-1"?><sitemapindex><sitemap><loc> %s/packad.xml.gz </loc></sitemap><sitemap><loc>%s/index.xml</loc></sitemap><sitemap><loc>http://annan.example.se/s.xml</loc></sitemap></sitemapindex>`, base, base)
		case "/packad.xml.gz":
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = fmt.Fprintf(z, `<urlset><url><loc>%s/i-kartan?a=1&amp;b=2</loc></url><url><loc>%s/`+"trasig", base, base)
			_ = z.Close()
			_, _ = w.Write(b.Bytes())
		case "/sitemap.xml":
			http.NotFound(w, q)
		default:
			page(w, "sida")
		}
	})
	sum, got := goes(t, here(), s)
	if got["/i-kartan?a=1&b=2"] == nil || sum.Ending != Done || s.times("/index.xml") != 1 {
		t.Errorf("%+v, asked %v", sum, s.asked)
	}
}

func TestBoundsHold(t *testing.T) {
	t.Parallel()
	endless := func(w http.ResponseWriter, q *http.Request) { // garbage for ever, another page behind each
		page(w, fmt.Sprintf(`%s<a href="%s/%d">n</a><a href="/x%d">m</a>`, strings.Repeat("skräp ", 200), strings.TrimSuffix(q.URL.Path, "/"), len(q.URL.Path), len(q.URL.Path)*7919%10_000_019))
	}
	t.Run("pages", func(t *testing.T) {
		t.Parallel()
		c := here()
		c.Pages = 20
		if sum, _ := goes(t, c, serves(t, endless)); sum.Ending != Bounded || sum.Pages > 20 {
			t.Errorf("%+v", sum)
		}
	})
	t.Run("bytes", func(t *testing.T) {
		t.Parallel()
		c := here()
		c.Bytes = 10_000
		if sum, _ := goes(t, c, serves(t, endless)); sum.Ending != Bounded || sum.Bytes > 20_000 {
			t.Errorf("%+v", sum)
		}
	})
	t.Run("depth", func(t *testing.T) {
		t.Parallel()
		c := here()
		c.Depth = 5
		if sum, _ := goes(t, c, serves(t, endless)); sum.Ending != Done || sum.Pages > 40 {
			t.Errorf("%+v", sum)
		}
	})
	t.Run("one answer", func(t *testing.T) {
		t.Parallel()
		c := here()
		c.Body = 1000
		s := serves(t, func(w http.ResponseWriter, q *http.Request) {
			if q.URL.Path == "/robots.txt" || q.URL.Path == "/sitemap.xml" {
				http.NotFound(w, q)
				return
			}
			w.Header().Set("Content-Type", "text/html")
			for n := 0; n < 10_000; n++ {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1000)); err != nil {
					return
				}
			}
		})
		_, got := goes(t, c, s)
		if a := got["/"]; a == nil || !a.Cut || len(a.Body) != 1000 {
			t.Errorf("%+v", got["/"])
		}
	})
	t.Run("calendar", func(t *testing.T) {
		t.Parallel()
		c := here()
		c.Depth = 1_000_000
		s := serves(t, func(w http.ResponseWriter, q *http.Request) {
			var year, month int
			_, _ = fmt.Sscanf(q.URL.Path, "/kalender/%d/%d", &year, &month)
			year, month = max(year, 1900), month%12+1
			page(w, fmt.Sprintf(`<a href="/kalender/%d/%02d">nästa</a><a href="/dag?d=%d-%d">dag</a>`, year+1, month, year, month))
		})
		if sum, _ := goes(t, c, s); sum.Ending != Done || sum.Traps == 0 || sum.Pages > 2*(maxDates+maxVariants) {
			t.Errorf("%+v", sum)
		}
	})
}

func TestSessionsAndTurnsMakeNoNewPages(t *testing.T) {
	t.Parallel()
	n := 0
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		n++
		page(w, fmt.Sprintf(`<a href="/a?PHPSESSID=%d">a</a><a href="/b;jsessionid=%d?x=1&utm_source=%d">b</a><a href="%s/igen/igen/igen">c</a>`, n, n, n, strings.TrimSuffix(q.URL.Path, "/")))
	})
	sum, got := goes(t, here(), s)
	if got["/a"] == nil || got["/b?x=1"] == nil || sum.Pages > 10 || sum.Traps == 0 {
		t.Errorf("%+v: %v", sum, s.asked)
	}
}

func TestWhatBreaksOffSaysNothingOfThePage(t *testing.T) {
	t.Parallel()
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/":
			page(w, `<a href="/bryter">b</a><a href="/fel">f</a><a href="/nekad">n</a><a href="/borta">b</a>`)
		case "/bryter":
			w.Header().Set("Content-Length", "1000")
			page(w, "halva")
		case "/fel":
			http.Error(w, "fel", http.StatusInternalServerError)
		case "/nekad":
			http.Error(w, "nej", http.StatusForbidden)
		default:
			http.NotFound(w, q)
		}
	})
	sum, got := goes(t, here(), s)
	for path, want := range map[string]Class{"/": Full, "/bryter": Failed, "/fel": Failed, "/nekad": Refused, "/borta": Gone} {
		if got[path] == nil || got[path].Class != want {
			t.Errorf("%s: %+v, want %s", path, got[path], want)
		}
	}
	if got["/bryter"] != nil && got["/bryter"].Body != nil || sum.Missed != 3 {
		t.Errorf("%+v", sum)
	}
}

func TestABusySiteIsAskedLaterAndSlower(t *testing.T) {
	t.Parallel()
	busy := 2
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		switch {
		case q.URL.Path == "/a" && busy > 0:
			busy--
			w.WriteHeader(http.StatusTooManyRequests)
		case q.URL.Path == "/alltid":
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			page(w, `<a href="/a">a</a><a href="/alltid">b</a>`)
		}
	})
	sum, got := goes(t, here(), s)
	if got["/a"] == nil || got["/a"].Class != Full || got["/alltid"].Class != Failed || s.times("/alltid") != 1+maxBusy || sum.Ending != Done {
		t.Errorf("%+v, asked %v", sum, s.asked)
	}
}

func TestASiteThatStopsAnsweringIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path != "/" && q.URL.Path != "/robots.txt" && q.URL.Path != "/sitemap.xml" {
			panic(http.ErrAbortHandler)
		}
		body := ""
		for i := range 100 {
			body += fmt.Sprintf(`<a href="/p%d">x</a>`, i)
		}
		page(w, body)
	})
	sum, _ := goes(t, here(), s)
	if sum.Ending != NoAnswer || sum.Missed != maxFailures {
		t.Errorf("%+v", sum)
	}
	gone := serves(t, http.NotFound)
	gone.Close()
	if sum, _ := goes(t, here(), gone); sum.Ending != NoAnswer {
		t.Errorf("nobody there: %+v", sum)
	}
}

func TestWhatIsKnownIsAskedForConditionallyAndFirst(t *testing.T) {
	t.Parallel()
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if q.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		page(w, "sida "+q.URL.Path)
	})
	_, got := goes(t, here(), s, func(v *Visit) {
		v.Known = []Known{{URL: s.URL + "/gammal", ETag: `"1"`}, {URL: s.URL + "/ny", ETag: `"0"`}, {URL: "http://annan.example.se/"}}
		v.Skip = func(address string) bool { return strings.HasSuffix(address, "/hoppa") }
	})
	if got["/gammal"].Class != Unchanged || got["/ny"].Class != Full || len(got) != 3 {
		t.Errorf("%+v", got)
	}
}

func TestAVisitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := serves(t, func(w http.ResponseWriter, q *http.Request) { page(w, `<a href="`+q.URL.Path+`x">n</a>`) })
	start, _ := url.Parse(s.URL)
	n := 0
	c := here()
	_, err := c.Go(ctx, Visit{Start: start, Holds: func(*url.URL) bool { return true }, Take: func(_ context.Context, a *Answer) ([]string, error) {
		if n++; n == 3 {
			cancel()
		}
		return links(a.Body), nil
	}})
	if err == nil || n != 3 {
		t.Errorf("%v after %d", err, n)
	}
}

// TestAPageOfScriptsIsRendered lets Chromium make a page, which reaches the site through our proxy and nothing else.
func TestAPageOfScriptsIsRendered(t *testing.T) {
	t.Parallel()
	b := Find()
	if b == nil || testing.Short() {
		t.Skip("no browser")
	}
	b.Bare = os.Getuid() == 0
	outside := serves(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		_, _ = w.Write([]byte("utifrån"))
	})
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/":
			page(w, `<!doctype html><title>App</title><div id="a"></div><script src="/app.js"></script>`)
		case "/app.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(`fetch("/data").then(r=>r.text()).then(t=>{document.getElementById("a").textContent=t});fetch("` + outside.URL + `").then(r=>r.text()).then(t=>{document.title=t})`))
		case "/data":
			_, _ = w.Write([]byte("ritat av skriptet"))
		default:
			http.NotFound(w, q)
		}
	})
	c := here()
	c.Browser = b
	_, got := goes(t, c, s)
	a := got["/"]
	if a == nil || !a.Rendered || !bytes.Contains(a.Body, []byte("ritat av skriptet")) {
		t.Fatalf("not rendered: %s", a.Body)
	}
	if len(outside.asked) != 0 || bytes.Contains(a.Body, []byte("utifrån")) {
		t.Errorf("the browser reached %v", outside.asked)
	}
	if left, _ := os.ReadDir(memory()); slices.ContainsFunc(left, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "varn-render-") }) {
		t.Error("something is left of the browser")
	}
}

func TestAPageOfScriptsThatNobodyRunsIsToldOf(t *testing.T) {
	t.Parallel()
	s := serves(t, func(w http.ResponseWriter, q *http.Request) {
		switch q.URL.Path {
		case "/":
			page(w, `<title>App</title><div id="a"></div><script src="/app.js"></script><noscript><a href="/ord">ord</a></noscript>`)
		case "/ord":
			page(w, strings.Repeat("<p>Här står det ord.</p>", 20)+`<script>1</script>`)
		default:
			http.NotFound(w, q)
		}
	})
	_, got := goes(t, here(), s)
	if !got["/"].Hollow || got["/ord"].Hollow {
		t.Errorf("hollow: %t and %t", got["/"].Hollow, got["/ord"].Hollow)
	}
	c := here()
	c.Browser = &Browser{Program: "/nonexistent/chromium", Bare: true}
	if _, got := goes(t, c, s); !got["/"].Hollow {
		t.Error("a browser that doesn't start makes it whole")
	}
}

func TestAddressesHaveOneForm(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"HTTPS://Exempelstad.Example.SE:443/a/?utm_source=x&b=1#c": "https://exempelstad.example.se/a/?b=1",
		"http://example.se":                                     "http://example.se/",
		"http://example.se:80/?":                                "http://example.se/",
		"http://example.se:8080/a?a=1&&b":                       "http://example.se:8080/a?a=1&b",
		"http://example.se./a":                                  "http://example.se/a",
		"https://u@example.se/":                                 "",
		"ftp://example.se/":                                     "",
		"https://example.se/" + strings.Repeat("a", maxAddress): "",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := Clean(u)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s became %v", in, got)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /", "/axb")
	f.Fuzz(func(t *testing.T, text, path string) {
		u := &url.URL{Scheme: "http", Host: "example.se", Path: "/" + path}
		r := parseRobots([]byte(text), Token)
		if r.delay < 0 || r.delay > maxCrawlDelay {
			t.Errorf("delay %s", r.delay)
		}
		_ = r.lets(u)
	})
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte(`<urlset><url><loc>http://example.se/</loc></url></urlset>`))
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		pages, maps, _ := readSitemap(bytes.NewReader(b))
		if len(pages)+len(maps) > maxSitemapURLs {
			t.Error("too many")
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("https://example.se/a?b=1;jsessionid=2#c")
	f.Fuzz(func(t *testing.T, text string) {
		u, err := url.Parse(text)
		if err != nil {
			return
		}
		one, ok := Clean(u)
		if !ok {
			return
		}
		again, err := url.Parse(one.String())
		if err != nil {
			return
		}
		if two, ok := Clean(again); ok && two.String() != one.String() {
			t.Errorf("%q became %q and then %q", text, one, two)
		}
	})
}
