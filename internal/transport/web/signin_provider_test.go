package web_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"varn/cmd/varn/wire"
	"varn/internal/transport/web/browser"
)

// issuer is an identity provider that names whomever it is told to.
type issuer struct {
	oidctest.Server
	t      *testing.T
	url    string
	key    *rsa.PrivateKey
	mu     sync.Mutex
	asked  url.Values        // the last question
	claims map[string]any    // what the next token says, over the usual claims
	used   map[string]string // codes and the challenges they were given for
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, key: key, claims: map[string]any{}, used: map[string]string{}}
	i.PublicKeys = []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "nyckel", Algorithm: oidc.RS256}}
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	i.url = server.URL
	i.SetIssuer(i.url)
	return i
}

func (i *issuer) configure(c *wire.Config) {
	c.OIDC = []wire.Provider{{Name: "Kommunens inloggning", Issuer: i.url, Client: "varn", Secret: "hemligt", Insecure: true}}
}

func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/auth":
		i.authorise(w, r)
	case "/token":
		i.token(w, r)
	default:
		i.Server.ServeHTTP(w, r)
	}
}

func (i *issuer) authorise(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked = r.URL.Query()
	code := rand.Text()
	i.used[code] = i.asked.Get("code_challenge")
	back := url.Values{"state": {i.asked.Get("state")}, "code": {code}}
	http.Redirect(w, r, i.asked.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if i.used[r.PostFormValue("code")] != base64.RawURLEncoding.EncodeToString(sum[:]) {
		http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
		return
	}
	now := time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC)
	claims := map[string]any{"iss": i.url, "aud": "varn", "sub": "1", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(),
		"nonce": i.asked.Get("nonce"), "email": "asta.ledamot@example.se", "email_verified": true, "acr": "http://id.elegnamnden.se/loa/1.0/loa3"}
	for name, v := range i.claims {
		claims[name] = v
	}
	raw, err := json.Marshal(claims)
	if err != nil {
		i.t.Error(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": oidctest.SignIDToken(i.key, "nyckel", oidc.RS256, string(raw))})
}

func (i *issuer) says(claims map[string]any) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.claims = claims
}

func TestAProviderIdentifiesAndDoesNotUnlock(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	i := newIssuer(t)
	w := found(t, i.configure)
	w.registered("Asta Ledamot", "asta.ledamot@example.se")
	tab := w.tab(t, nil)
	tab.Expect("422")
	tab.Inspect("sign-in-provider", w.url+"/logga-in?vidare=%2Fkonto")
	tab.Follow(`a[href^="/logga-in/med/"]`)
	if !strings.HasSuffix(tab.Address(), "/konto") || tab.Text("h1") != "Asta Ledamot" {
		t.Fatalf("at %s: %s", tab.Address(), tab.Text("main"))
	}
	tab.InspectHere("account-identified")
	if got := tab.Text("main"); !strings.Contains(got, "loa3") || !strings.Contains(got, "Din nyckel är låst") {
		t.Errorf("level and lock are not shown: %s", got)
	}
	tab.Open(w.url + "/arenden")
	if !strings.Contains(tab.Address(), "/logga-in") || tab.Text("h1") != "Lås upp din nyckel" {
		t.Errorf("who is only identified comes to %s", tab.Address())
	}
	tab.InspectHere("sign-in-unlock")
	i.says(map[string]any{"email": "ingen.alls@example.se"})
	tab.Follow(".site-tools form button")
	tab.Open(w.url + "/logga-in/med/kommunens-inloggning")
	tab.InspectHere("sign-in-provider-failed")
	if browser.Eval[int](tab, `document.querySelectorAll('#errors li').length`) != 1 {
		t.Error("nothing says that it failed")
	}
}

// once is what differs between two showings of one form.
var once = regexp.MustCompile(`name="_once" value="[^"]*"`)

// visitor is a browser as the network sees it: it keeps cookies and follows nothing by itself.
type visitor struct {
	t      *testing.T
	client *http.Client
	url    string
}

func (w *town) visitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t: t, url: w.url, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// get gives the status, where it leads, and the text.
func (v *visitor) get(address string) (status int, to, text string) {
	v.t.Helper()
	answer, err := v.client.Get(address)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Location"), string(body)
}

// goes to the provider and gives the address that it sends the visitor back to.
func (v *visitor) goes() (back string) {
	v.t.Helper()
	_, to, _ := v.get(v.url + "/logga-in/med/kommunens-inloggning?vidare=%2Fkonto")
	_, back, _ = v.get(to)
	return back
}

func TestEveryAnswerThatDoesNotHoldIsTheSame(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	w := found(t, i.configure)
	w.registered("Asta Ledamot", "asta.ledamot@example.se")
	gone, _ := w.registered("Gun Slutat", "gun.slutat@example.se")
	if err := w.house.People.Leave(t.Context(), w.head.session(), gone); err != nil {
		t.Fatal(err)
	}
	v := w.visitor(t)
	if status, to, _ := v.get(v.goes()); status != http.StatusSeeOther || to != "/konto" {
		t.Fatalf("the right answer gives %d to %q", status, to)
	}
	past := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC).Unix()
	var first string
	for name, claims := range map[string]map[string]any{
		"wrong nonce":         {"nonce": "another"},
		"no nonce":            {"nonce": ""},
		"wrong audience":      {"aud": "somebody-else"},
		"several audiences":   {"aud": []string{"varn", "somebody-else"}},
		"another party":       {"azp": "somebody-else"},
		"another issuer":      {"iss": "https://example.se"},
		"expired":             {"exp": past},
		"not verified":        {"email_verified": false},
		"no address":          {"email": ""},
		"not an address":      {"email": "asta"},
		"unknown here":        {"email": "ingen.alls@example.se"},
		"has left":            {"email": "gun.slutat@example.se"},
		"address in a list":   {"email": []string{"asta.ledamot@example.se"}},
		"two addresses":       {"email": "asta.ledamot@example.se, bo.drift@example.se"},
		"address with a name": {"email": "Asta <asta.ledamot@example.se>"},
	} {
		i.says(claims)
		v := w.visitor(t)
		status, _, text := v.get(v.goes())
		if first == "" {
			first = once.ReplaceAllString(text, "")
		}
		if status != http.StatusUnprocessableEntity || once.ReplaceAllString(text, "") != first {
			t.Errorf("%s: %d", name, status)
		}
		if status, to, _ := v.get(w.url + "/konto"); status != http.StatusSeeOther || !strings.HasPrefix(to, "/logga-in") {
			t.Errorf("%s: the account answers %d to %q", name, status, to)
		}
	}
}

func TestAnAnswerHoldsOnceAndInTheBrowserThatAsked(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	w := found(t, i.configure)
	w.registered("Asta Ledamot", "asta.ledamot@example.se")
	one, two := w.visitor(t), w.visitor(t)
	back := one.goes()
	if status, _, _ := two.get(back); status != http.StatusUnprocessableEntity {
		t.Errorf("another browser gets in with it: %d", status)
	}
	if status, _, _ := one.get(back); status != http.StatusUnprocessableEntity {
		t.Errorf("an answer that was tried elsewhere still holds: %d", status)
	}
	back = one.goes()
	if status, _, _ := one.get(back); status != http.StatusSeeOther {
		t.Fatalf("a fresh answer gives %d", status)
	}
	if status, _, _ := one.get(back); status != http.StatusUnprocessableEntity {
		t.Errorf("a replayed answer gives %d", status)
	}
	back = two.goes()
	w.clock.Move(11 * time.Minute)
	if status, _, _ := two.get(back); status != http.StatusUnprocessableEntity {
		t.Errorf("a late answer gives %d", status)
	}
	if status, _, _ := two.get(w.url + "/logga-in/med/finns-inte"); status != http.StatusNotFound {
		t.Errorf("an unknown provider gives %d", status)
	}
}

func TestAProviderThatIsAwaySaysSo(t *testing.T) {
	t.Parallel()
	w := found(t, func(c *wire.Config) {
		c.OIDC = []wire.Provider{{Name: "Kommunens inloggning", Issuer: "http://127.0.0.1:1", Client: "varn", Insecure: true}}
	})
	if status, _, text := w.visitor(t).get(w.url + "/logga-in/med/kommunens-inloggning"); status != http.StatusServiceUnavailable || !strings.Contains(text, "Inloggningstjänsten svarar inte") {
		t.Errorf("got %d", status)
	}
}
