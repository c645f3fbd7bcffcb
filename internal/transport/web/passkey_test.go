package web

import (
	"bytes"
	"encoding/json"
	"html/template"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"varn/internal/kit/locale"
	"varn/internal/transport/web/browser"
)

// keyholder is a WebAuthn server with one user; it keeps every body that the page sends.
type keyholder struct {
	mu     sync.Mutex
	party  *webauthn.WebAuthn
	open   *webauthn.SessionData
	known  []webauthn.Credential
	bodies []string
	sent   []finish
}

type finish struct {
	Credential json.RawMessage `json:"credential"`
	Unlock     string          `json:"unlock"`
}

func (k *keyholder) WebAuthnID() []byte                         { return []byte("0123456789abcdef") }
func (k *keyholder) WebAuthnName() string                       { return "asha@example.se" }
func (k *keyholder) WebAuthnDisplayName() string                { return "Asha Exempel" }
func (k *keyholder) WebAuthnCredentials() []webauthn.Credential { return k.known }

func (k *keyholder) begin(r *Request) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	var options any
	var err error
	if strings.Contains(r.HTTP.URL.Path, "skapa") {
		must := true
		options, k.open, err = k.party.BeginRegistration(k, webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			RequireResidentKey: &must, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}))
	} else {
		options, k.open, err = k.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(r.W).Encode(options)
}

func (k *keyholder) finish(r *Request) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	body, err := io.ReadAll(r.HTTP.Body)
	if err != nil {
		return err
	}
	var f finish
	if err := json.Unmarshal(body, &f); err != nil {
		return err
	}
	k.bodies, k.sent = append(k.bodies, string(body)), append(k.sent, f)
	inner := r.HTTP.Clone(r.Context())
	inner.Body = io.NopCloser(bytes.NewReader(f.Credential))
	if strings.Contains(r.HTTP.URL.Path, "skapa") {
		credential, err := k.party.FinishRegistration(k, *k.open, inner)
		if err != nil {
			return err
		}
		k.known = append(k.known, *credential)
	} else if _, _, err := k.party.FinishPasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return k, nil }, *k.open, inner); err != nil {
		return err
	}
	return json.NewEncoder(r.W).Encode(map[string]string{"next": "/om"})
}

const passkeyPage = `<h1 class="ds-heading">Nyckel</h1>
<form id="skapa" data-passkey="register" data-begin="/skapa/borja" data-finish="/skapa/klar">{{template "passkey-status"}}<button class="ds-button">Skapa nyckel</button></form>
<form id="in" data-passkey="sign-in" data-begin="/in/borja" data-finish="/in/klar">{{template "passkey-status"}}<button class="ds-button">Logga in</button></form>`

func withPasskeys(t *testing.T) (*keyholder, string) {
	t.Helper()
	s, k := house(t), &keyholder{}
	for _, l := range locale.Langs() {
		template.Must(s.views.by[l].New("passkey.html").Parse(passkeyPage))
	}
	s.route(get("/nyckel", "key", Public, func(_ *Server, r *Request) error {
		r.Title("Nyckel")
		return r.Page("passkey.html", nil)
	}))
	for _, path := range []string{"/skapa", "/in"} {
		s.route(post(path+"/borja", "key", Public, func(_ *Server, r *Request) error { return k.begin(r) }))
		s.route(post(path+"/klar", "key", Public, func(_ *Server, r *Request) error { return k.finish(r) }))
	}
	url := serveHere(t, s)
	var err error
	if k.party, err = webauthn.New(&webauthn.Config{RPID: "localhost", RPDisplayName: "Värn", RPOrigins: []string{url}}); err != nil {
		t.Fatal(err)
	}
	return k, url
}

func TestAPasskeyGivesTheSameUnlockerEachTimeAndNeverItsOwnSecret(t *testing.T) {
	t.Parallel()
	k, url := withPasskeys(t)
	tab := chromium.Tab(t)
	tab.Authenticator(true)
	tab.Open(url + "/nyckel")
	// The page's own eyes: what the authenticator really answers.
	browser.Eval[bool](tab, `(() => { window.seen = []; const of = PublicKeyCredential.prototype.getClientExtensionResults;
		PublicKeyCredential.prototype.getClientExtensionResults = function () { const r = of.call(this); if (r.prf?.results) sessionStorage.setItem('prf', [...new Uint8Array(r.prf.results.first)].join()); return r; }; return true; })()`)
	tab.Follow("#skapa button")
	secret := browser.Eval[string](tab, `btoa(String.fromCharCode(...sessionStorage.getItem('prf').split(',').map(Number))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')`)
	tab.Open(url + "/nyckel")
	tab.Follow("#in button")
	if !strings.HasSuffix(tab.Address(), "/om") {
		t.Fatalf("at %s: %s", tab.Address(), tab.Text("main"))
	}
	if len(k.sent) != 2 || len(k.sent[0].Unlock) != 43 || k.sent[0].Unlock != k.sent[1].Unlock {
		t.Fatalf("unlockers differ: %+v", k.sent)
	}
	for _, body := range k.bodies {
		if len(secret) != 43 || strings.Contains(body, secret) || strings.Contains(body, "results") {
			t.Errorf("the page sent the secret itself: %.300s", body)
		}
	}
}

func TestADeviceWithoutPRFStillSignsInAndGivesNoUnlocker(t *testing.T) {
	t.Parallel()
	k, url := withPasskeys(t)
	tab := chromium.Tab(t)
	tab.Authenticator(false)
	tab.Open(url + "/nyckel")
	tab.Follow("#skapa button")
	tab.Open(url + "/nyckel")
	tab.Follow("#in button")
	if len(k.sent) != 2 || k.sent[0].Unlock != "" || k.sent[1].Unlock != "" {
		t.Fatalf("%+v", k.sent)
	}
}

func TestARefusedKeySaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, url := withPasskeys(t)
	tab := chromium.Tab(t)
	tab.Expect("status of 500")
	tab.Authenticator(true)
	tab.Open(url + "/nyckel")
	browser.Eval[bool](tab, `(document.querySelector('#in').dataset.finish = '/skapa/borja-inte', true)`)
	tab.Expect("404")
	browser.Eval[bool](tab, `(document.querySelector('#in').dataset.begin = '/finns-inte', true)`)
	tab.Click("#in button")
	tab.Wait("#in [data-passkey-status]")
	browser.WaitFor(tab, `document.querySelector('#in [data-passkey-status]').textContent.includes('lösenfras')`)
}
