package scenario

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
)

// program is somebody's script: it speaks to the API with a token.
type program struct {
	t     testing.TB
	url   string
	token string
}

// served puts the house on a port of its own.
func (w *town) served() string {
	w.t.Helper()
	handler, err := w.house.Handler(false)
	must(w.t, err)
	server := httptest.NewServer(handler)
	w.t.Cleanup(server.Close)
	return server.URL
}

func (a *actor) program(url string, scopes ...access.Scope) *program {
	a.town.t.Helper()
	if len(scopes) == 0 {
		scopes = access.Scopes()
	}
	token, err := a.town.house.SignIn.NewToken(a.town.t.Context(), a.session(), "skript", scopes, time.Hour)
	must(a.town.t, err)
	return &program{t: a.town.t, url: url, token: token}
}

// answer is what the API said.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

func (p *program) ask(method, path string, body any, header ...string) answer {
	p.t.Helper()
	var in io.Reader
	if s, ok := body.(string); ok {
		in = strings.NewReader(s)
	} else if body != nil {
		b, err := json.Marshal(body)
		must(p.t, err)
		in = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, in)
	must(p.t, err)
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	must(p.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	must(p.t, err)
	out := answer{status: res.StatusCode, header: res.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &out.body) // an answer that is no JSON has no body here
	return out
}

func TestAProgramOpensACaseAndReadsIt(t *testing.T) {
	t.Parallel()
	forBoth(t, programOpensACase)
}

func programOpensACase(t *testing.T, w *town) {
	asta := w.newcomer("Asta Lindvik", access.Elected)
	p := asta.program(w.served())
	key := ident.New()
	in := map[string]any{"authority": w.council, "title": "Från ett skript", "text": "hej", "members": []map[string]any{
		{"kind": "function", "id": w.guard, "reason": "ansvarar"}, {"kind": "person", "id": asta.id}}}
	made := p.ask("POST", "/api/v1/cases", in, "Idempotency-Key", key)
	if made.status != http.StatusCreated || made.body["ref"] == "" {
		t.Fatalf("%d %s", made.status, made.raw)
	}
	again := p.ask("POST", "/api/v1/cases", in, "Idempotency-Key", key)
	if again.status != http.StatusCreated || again.body["ref"] != made.body["ref"] {
		t.Fatalf("a retry: %d %s", again.status, again.raw)
	}
	in["text"] = "något annat"
	if other := p.ask("POST", "/api/v1/cases", in, "Idempotency-Key", key); other.status != http.StatusUnprocessableEntity {
		t.Fatalf("the same key with another body: %d %s", other.status, other.raw)
	}
	ref := made.body["ref"].(string)
	if m := p.ask("POST", "/api/v1/cases/"+ref+"/messages", map[string]any{"text": "mer"}); m.status != http.StatusCreated {
		t.Fatalf("%d %s", m.status, m.raw)
	}
	got := p.ask("GET", "/api/v1/cases/"+ref, nil)
	if got.status != http.StatusOK || got.body["title"] != "Från ett skript" || len(got.body["timeline"].([]any)) != 2 {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	if l := p.ask("GET", "/api/v1/cases?q=skript", nil); l.status != http.StatusOK || len(l.body["items"].([]any)) != 1 {
		t.Fatalf("%d %s", l.status, l.raw)
	}
	if o := p.ask("GET", "/api/v1/cases/"+ref+"/openings", nil); o.status != http.StatusOK || !strings.Contains(o.raw, "case.open") {
		t.Fatalf("%d %s", o.status, o.raw)
	}
	if stranger := w.admin.program(p.url).ask("GET", "/api/v1/cases/"+ref, nil); stranger.status != http.StatusNotFound {
		t.Fatalf("the administrator: %d", stranger.status)
	}
}

func TestWithheldAndMissingAreTheSameBytes(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.admin.program(w.served())
	ref := w.head.opens("Hemligt", "text")
	a, b := p.ask("GET", "/api/v1/cases/"+ref, nil), p.ask("GET", "/api/v1/cases/2026-AAAA-AAAA", nil)
	if a.status != b.status || a.raw != b.raw {
		t.Fatalf("%d %s\n%d %s", a.status, a.raw, b.status, b.raw)
	}
}

func TestProblemsRepeatNothing(t *testing.T) {
	t.Parallel()
	w := found(t)
	p := w.head.program(w.served())
	secret := "En hemlig berättelse"
	for name, body := range map[string]any{
		"wrong type":   `{"authority":17,"title":"` + secret + `","text":"x","members":[]}`,
		"broken":       `{"title":"` + secret,
		"wrong choice": map[string]any{"authority": secret, "title": "a", "text": "b", "members": []map[string]any{{"kind": secret, "id": secret}}},
		"too long":     map[string]any{"authority": w.council, "title": strings.Repeat(secret, 30), "text": "b", "members": []map[string]any{{"kind": "person", "id": "x"}}},
		"unknown":      map[string]any{"authority": w.council, "title": "a", "text": "b", secret: secret, "members": []map[string]any{{"kind": "person", "id": secret}}},
	} {
		got := p.ask("POST", "/api/v1/cases", body)
		if got.status < 400 || got.status >= 500 || !strings.HasPrefix(got.header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
		if strings.Contains(got.raw, "hemlig") {
			t.Errorf("%s repeats what was sent: %s", name, got.raw)
		}
	}
}

func TestTheAPITakesBearerTokensOnly(t *testing.T) {
	t.Parallel()
	w := found(t)
	url := w.served()
	nobody := &program{t: t, url: url}
	for name, header := range map[string][]string{
		"nothing": nil, "cookie": {"Cookie", "varn_session=" + w.head.secret}, "basic": {"Authorization", "Basic eDp5"},
		"made up": {"Authorization", "Bearer AAAA"}, "other's": {"Authorization", "Bearer " + strings.Repeat("A", 43)},
	} {
		got := nobody.ask("GET", "/api/v1/cases", nil, header...)
		if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	if got := nobody.ask("GET", "/api/v1/openapi.json", nil); got.status != http.StatusOK || !strings.Contains(got.raw, `"openapi":"3.1`) {
		t.Errorf("the description: %d %.80s", got.status, got.raw)
	}
}

func TestAProgramAttachesAFile(t *testing.T) {
	t.Parallel()
	forBoth(t, programAttaches)
}

func programAttaches(t *testing.T, w *town) {
	p := w.head.program(w.served())
	ref := w.head.opens("Med bilaga", "text")
	file := strings.Repeat("bild ", 60_000)
	made := p.ask("POST", "/api/v1/uploads", nil, "Tus-Resumable", "1.0.0", "Upload-Length", fmt.Sprint(len(file)), "Upload-Metadata", "filename YmlsZC5wbmc=,filetype aW1hZ2UvcG5n")
	at := made.header.Get("Location")
	if made.status != http.StatusCreated || at == "" {
		t.Fatalf("%d %s", made.status, made.raw)
	}
	at = strings.TrimPrefix(at, p.url)
	half := len(file) / 2
	for _, part := range []struct {
		from int
		text string
	}{{0, file[:half]}, {half, file[half:]}} {
		got := p.ask("PATCH", at, part.text, "Tus-Resumable", "1.0.0", "Upload-Offset", fmt.Sprint(part.from), "Content-Type", "application/offset+octet-stream")
		if got.status != http.StatusNoContent {
			t.Fatalf("from %d: %d %s", part.from, got.status, got.raw)
		}
	}
	if got := p.ask("POST", "/api/v1/cases/"+ref+"/attachments", map[string]any{"uploads": []string{at}}); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got.raw)
	}
	got := p.ask("GET", "/api/v1/cases/"+ref, nil)
	if sum := sha256.Sum256([]byte(file)); !strings.Contains(got.raw, hex.EncodeToString(sum[:])) || !strings.Contains(got.raw, "bild.png") {
		t.Fatalf("the attachment is not in the case: %s", got.raw)
	}
	// Without a token a report's files can be sent, and nothing else is open.
	nobody := &program{t: t, url: p.url}
	tus := func(method, path string, header ...string) answer {
		return nobody.ask(method, path, nil, append(header, "Tus-Resumable", "1.0.0")...)
	}
	if got := tus("HEAD", at); got.status != http.StatusNotFound {
		t.Fatalf("an address that is used up: %d", got.status)
	}
	if got := tus("HEAD", "/api/v1/uploads/"+strings.Repeat("A", 43)); got.status != http.StatusNotFound {
		t.Fatalf("an address that never was: %d", got.status)
	}
	own := tus("POST", "/api/v1/uploads", "Upload-Length", "5")
	if own.status != http.StatusCreated {
		t.Fatalf("a guest's upload: %d %s", own.status, own.raw)
	}
	if got := tus("HEAD", strings.TrimPrefix(own.header.Get("Location"), p.url)); got.status != http.StatusOK || got.header.Get("Upload-Offset") != "0" {
		t.Fatalf("a guest's own upload: %d", got.status)
	}
	if got := tus("POST", "/api/v1/uploads", "Upload-Length", fmt.Sprint(casework.GuestBytes+1)); got.status < 400 || got.status >= 500 {
		t.Fatalf("over a guest's quota: %d", got.status)
	}
	if got := nobody.ask("POST", "/api/v1/cases/"+ref+"/attachments", map[string]any{"uploads": []string{own.header.Get("Location")}}); got.status != http.StatusUnauthorized {
		t.Fatalf("a guest attaches to a case: %d", got.status)
	}
}
