package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/kit/seal"
)

// house is a server with one organisation in which the cookie "asha" is a signed-in auditor and
// "only-known" somebody who is identified but has no key at hand.
func house(t *testing.T) *Server {
	t.Helper()
	return houseWith(t, Config{})
}

func houseWith(t *testing.T, c Config) *Server {
	t.Helper()
	c.Organisation = func(*http.Request) (Organisation, error) {
		return Organisation{ID: "o", Name: "Exempelstads kommun", Mail: "trygghet@example.se", Phone: "070-1740605"}, nil
	}
	c.Session = func(_ context.Context, cookie string) (*access.Session, error) {
		switch cookie {
		case "asha":
			return &access.Session{Person: "p", Name: "Asha Exempel", Roles: []access.Role{access.Auditor}, Key: seal.NewPrivate()}, nil
		case "only-known":
			return &access.Session{Person: "q", Name: "Bo Exempel"}, nil
		case "broken":
			return nil, errors.New("secret text from the store")
		}
		return nil, nil
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// route adds a page to a house for one test.
func (s *Server) route(r Route) { s.mux.Handle(r.Method+" "+r.Path, s.serve(&r)) }

type visit struct {
	method, path, cookie, body string
	header                     map[string]string
}

func (s *Server) visit(v visit) *httptest.ResponseRecorder {
	if v.method == "" {
		v.method = http.MethodGet
	}
	req := httptest.NewRequest(v.method, v.path, strings.NewReader(v.body))
	if v.body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if v.cookie != "" {
		req.AddCookie(&http.Cookie{Name: s.sessionCookie(), Value: v.cookie})
	}
	for k, value := range v.header {
		req.Header.Set(k, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, req)
	return w
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := houseWith(t, Config{TLS: true})
	for _, path := range []string{"/", "/om", "/finns-inte", "/healthz", "/lamna"} {
		w := s.visit(visit{path: path})
		for _, name := range []string{"Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Strict-Transport-Security"} {
			if w.Header().Get(name) == "" {
				t.Errorf("%s lacks %s", path, name)
			}
		}
		if csp := w.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "require-trusted-types-for 'script'") {
			t.Errorf("%s has the policy %s", path, csp)
		}
	}
}

func TestOnlyKeptPagesAndStaticFilesMayBeStored(t *testing.T) {
	t.Parallel()
	s := house(t)
	for path, want := range map[string]string{"/": "no-cache", "/om": "no-cache", "/finns-inte": "no-store", "/lamna": "no-store", "/healthz": "no-store"} {
		for range 2 { // composed, then from memory
			if got := s.visit(visit{path: path}).Header().Get("Cache-Control"); got != want {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
		}
	}
	if got := s.visit(visit{path: "/", cookie: "asha"}).Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("a signed-in start page: %q", got)
	}
}

func TestKeptPagesAreTheSameFromMemoryAndNeverShowAnotherVisitor(t *testing.T) {
	t.Parallel()
	s := house(t)
	signedIn := s.visit(visit{path: "/", cookie: "asha"}).Body.String()
	first := s.visit(visit{path: "/"})
	second := s.visit(visit{path: "/"})
	if first.Body.String() != second.Body.String() || !strings.Contains(signedIn, "Asha Exempel") || strings.Contains(second.Body.String(), "Asha") {
		t.Fatal("a kept page differs or names somebody")
	}
	if english := s.visit(visit{path: "/", header: map[string]string{"Accept-Language": "en"}}).Body.String(); english == second.Body.String() {
		t.Fatal("the languages share a kept page")
	}
	again := s.visit(visit{path: "/", header: map[string]string{"If-None-Match": second.Header().Get("Etag")}})
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Fatalf("revalidation gave %d", again.Code)
	}
}

func TestLanguageByAddressThenCookieThenBrowser(t *testing.T) {
	t.Parallel()
	s := house(t)
	for want, v := range map[string]visit{
		"sv": {path: "/om"},
		"en": {path: "/om", header: map[string]string{"Accept-Language": "en-GB"}},
	} {
		if got := s.visit(v).Header().Get("Content-Language"); got != want {
			t.Errorf("%+v gave %s", v, got)
		}
	}
	if got := s.visit(visit{path: "/om?lang=en"}).Header().Get("Content-Language"); got != "en" {
		t.Errorf("?lang=en gave %s", got)
	}
	w := s.visit(visit{path: "/sprak?till=en&tillbaka=/om"})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/om" || !strings.Contains(w.Header().Get("Set-Cookie"), "varn_lang=en") {
		t.Errorf("the switch gave %d %v", w.Code, w.Header())
	}
	kept := s.visit(visit{path: "/om", header: map[string]string{"Cookie": "varn_lang=en"}})
	if kept.Header().Get("Content-Language") != "en" {
		t.Error("the cookie is not followed")
	}
}

func TestNothingRedirectsElsewhere(t *testing.T) {
	t.Parallel()
	s := house(t)
	for _, to := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "evil", "", "/\tx", "javascript:alert(1)"} {
		if got := s.visit(visit{path: "/sprak?till=en&tillbaka=" + url.QueryEscape(to)}).Header().Get("Location"); got != "/" {
			t.Errorf("%q led to %q", to, got)
		}
	}
}

func TestLeaveQuicklyWipesAndGoes(t *testing.T) {
	t.Parallel()
	w := house(t).visit(visit{path: "/lamna", cookie: "asha"})
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "https://") {
		t.Fatalf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	if w.Header().Get("Clear-Site-Data") != `"cookies", "storage"` || w.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("headers %v", w.Header())
	}
}

func TestWithheldAndAbsentAreTheSameBytes(t *testing.T) {
	t.Parallel()
	s := house(t)
	s.route(get("/prov/{id}", "trial", SignedIn, func(*Server, *Request) error {
		return fault.New(fault.NotFound, "case.withheld", "the detail that nobody sees")
	}))
	withheld := s.visit(visit{path: "/prov/1", cookie: "asha"})
	absent := s.visit(visit{path: "/finns-inte", cookie: "asha"})
	if withheld.Code != 404 || absent.Code != 404 || withheld.Body.String() != absent.Body.String() {
		t.Fatalf("%d and %d differ", withheld.Code, absent.Code)
	}
}

func TestEachKindOfFaultHasItsStatusAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := house(t)
	for kind, want := range map[fault.Kind]int{
		fault.Invalid: 422, fault.NotFound: 404, fault.Denied: 403, fault.Conflict: 409,
		fault.Busy: 429, fault.Unavailable: 503, fault.Internal: 500,
	} {
		name := "/prov-" + kind.String()
		s.route(get(name, "trial", Public, func(*Server, *Request) error {
			return &fault.Error{Kind: kind, Code: "no.such.text", Detail: "operator only", RetryAfter: 7}
		}))
		w := s.visit(visit{path: name})
		if w.Code != want || strings.Contains(w.Body.String(), "operator only") || strings.Contains(w.Body.String(), "[") {
			t.Errorf("%v gave %d: %s", kind, w.Code, w.Body)
		}
		if got := w.Header().Get("Retry-After"); (want == 429 || want == 503) != (got == "7") {
			t.Errorf("%v: Retry-After %q", kind, got)
		}
	}
}

func TestInternalFailuresAndPanicsGiveAReferenceAndKeepContentOutOfTheLog(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := houseWith(t, Config{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	s.route(get("/fel", "trial", Public, func(*Server, *Request) error { return errors.New("what Asha wrote") }))
	s.route(get("/panik", "trial", Public, func(*Server, *Request) error { panic("what Asha wrote") }))
	for _, v := range []visit{{path: "/fel?q=what+Asha+wrote"}, {path: "/panik"}, {path: "/om?x=1", cookie: "broken"}} {
		w := s.visit(v)
		if w.Code != 500 || !strings.Contains(w.Body.String(), `class="reference"`) {
			t.Errorf("%s gave %d", v.path, w.Code)
		}
	}
	if strings.Contains(log.String(), "Asha") || strings.Contains(log.String(), "secret text") {
		t.Errorf("the log holds content: %s", &log)
	}
	if strings.Count(log.String(), `"reference"`) != 3 {
		t.Errorf("the log lacks references: %s", &log)
	}
}

func TestNeedsAreMetBeforeTheHandlerRuns(t *testing.T) {
	t.Parallel()
	s := house(t)
	ok := func(_ *Server, r *Request) error { return r.plain(200, "in") }
	s.route(get("/for-alla", "trial", Public, ok))
	s.route(get("/for-kanda", "trial", Identified, ok))
	s.route(get("/for-inloggade", "trial", SignedIn, ok))
	s.route(get("/for-revisorer", "trial", Roles(access.Auditor), ok))
	s.route(get("/for-jurister", "trial", Roles(access.Lawyer, access.Registrar), ok))
	s.route(post("/skriv", "trial", SignedIn, ok))
	for _, c := range []struct {
		path, cookie string
		want         int
	}{
		{"/for-alla", "", 200}, {"/for-kanda", "", 303}, {"/for-inloggade", "", 303}, {"/for-revisorer", "", 303},
		{"/for-kanda", "only-known", 200}, {"/for-inloggade", "only-known", 303}, {"/for-revisorer", "only-known", 303},
		{"/for-inloggade", "asha", 200}, {"/for-revisorer", "asha", 200}, {"/for-jurister", "asha", 403},
		{"/for-inloggade", "stale", 303},
	} {
		w := s.visit(visit{path: c.path, cookie: c.cookie})
		if w.Code != c.want {
			t.Errorf("%s as %q gave %d, want %d", c.path, c.cookie, w.Code, c.want)
		}
		if c.want == 303 && w.Header().Get("Location") != "/logga-in?vidare="+url.QueryEscape(c.path) {
			t.Errorf("%s sends to %s", c.path, w.Header().Get("Location"))
		}
	}
	if w := s.visit(visit{method: "POST", path: "/skriv", body: "text=long+story"}); w.Code != 403 || !strings.Contains(w.Body.String(), "utloggad") {
		t.Errorf("a writer whose session ended got %d", w.Code)
	}
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := house(t)
	s.route(post("/skriv", "trial", Public, func(_ *Server, r *Request) error { return r.plain(200, "in") }))
	for site, want := range map[string]int{"cross-site": 403, "same-origin": 200, "none": 200} {
		w := s.visit(visit{method: "POST", path: "/skriv", body: "a=b", header: map[string]string{"Sec-Fetch-Site": site}})
		if w.Code != want {
			t.Errorf("%s gave %d", site, w.Code)
		}
	}
}

func TestStaticFilesAreNamedByContentAndPacked(t *testing.T) {
	t.Parallel()
	s := house(t)
	href, err := s.assets.href("ds.css")
	if err != nil {
		t.Fatal(err)
	}
	w := s.visit(visit{path: href, header: map[string]string{"Accept-Encoding": "gzip, br"}})
	if w.Code != 200 || w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if plain := s.visit(visit{path: href}); plain.Body.Len() <= w.Body.Len() || plain.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Fatal("the plain file")
	}
	for _, path := range []string{"/static/ds.css", "/static/..%2fserver.go", "/static/"} {
		if got := s.visit(visit{path: path}).Code; got != 404 {
			t.Errorf("%s gave %d", path, got)
		}
	}
}

func TestReportsAreCountedAndForgotten(t *testing.T) {
	t.Parallel()
	s := house(t)
	w := s.visit(visit{method: "POST", path: "/csp", body: `{"csp-report":{}}`, header: map[string]string{"Sec-Fetch-Site": "cross-site"}})
	if w.Code != http.StatusNoContent || s.Violations() != 1 {
		t.Fatalf("%d, %d", w.Code, s.Violations())
	}
}

func TestReadinessFollowsTheHook(t *testing.T) {
	t.Parallel()
	s := houseWith(t, Config{Ready: func(context.Context) error { return io.ErrUnexpectedEOF }})
	if got := s.visit(visit{path: "/readyz"}).Code; got != 503 {
		t.Fatalf("got %d", got)
	}
	if got := s.visit(visit{path: "/healthz"}).Code; got != 200 {
		t.Fatalf("got %d", got)
	}
}
