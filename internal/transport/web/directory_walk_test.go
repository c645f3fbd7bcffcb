package web_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/directory"
	"varn/internal/domain/mailbox"
	"varn/internal/infra/store"
	usedirectory "varn/internal/usecase/directory"
)

// elected is a council with a representative in it.
func (w *town) elected(who *dweller, name string) (body, id string) {
	w.t.Helper()
	ctx, head, desk := w.t.Context(), w.head.session(), w.house.Directory
	authorities, err := w.house.People.Authorities(ctx, head)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := desk.SaveSettings(ctx, head, directory.Settings{Domain: "kontakt.example.se", Embed: []string{"https://www.example.se"}}, 0); err != nil {
		w.t.Fatal(err)
	}
	b := directory.Body{Name: "Kommunfullmäktige", Kind: directory.Council, Letters: true}
	b.Authority = authorities[0].ID
	if body, err = desk.EnterBody(ctx, head, b); err != nil {
		w.t.Fatal(err)
	}
	one := directory.Representative{Name: name, Party: "Framtidspartiet", District: "Norra valkretsen"}
	if who != nil {
		one.Person = who.id
	}
	if id, err = desk.OnBoard(ctx, head, one, []usedirectory.Seat{{Body: body, Role: "Ledamot", From: "2026-10-15", Until: "2030-10-14"}}); err != nil {
		w.t.Fatal(err)
	}
	return body, id
}

// TestTheDirectoryIsKeptAndSeenOnItsPages lets a communications officer enter a body and a representative on
// the pages; the representative consents, the public sees it, withdraws, and it is gone. Every page is
// inspected, and the public ones are walked without script.
func TestTheDirectoryIsKeptAndSeenOnItsPages(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	kajsa, asta := w.newcomer("Kajsa Ord", "kajsa.ord@example.se", access.CommunicationsOfficer), w.newcomer("Asta Lindvik", "asta.lindvik@example.se", access.Elected)
	_, id := w.elected(asta, "Asta Lindvik")
	tab := w.tab(t, kajsa)
	tab.Open(w.url + "/katalog/organ/nytt")
	tab.Expect("422")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("directory-body-errors")
	tab.Type("#f-name", "Socialnämnden")
	tab.Set("#f-kind", "BOARD")
	tab.Set("#f-authority", w.authority(t))
	tab.Click("#f-exposed")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("directory")
	reads(t, tab, "Socialnämnden", "Utsatt", "Asta Lindvik", "asta.lindvik@kontakt.example.se")
	tab.Open(w.url + "/katalog/person/" + id + "/andra")
	tab.Type("#f-phone", "070-1740630")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("directory-one")
	reads(t, tab, "070-1740630", "Visas inte", "Kräver samtycke")
	tab.Open(w.url + "/katalog/person/" + id + "/skydd")
	tab.InspectHere("directory-protect")
	tab.Open(w.url + "/katalog/policy/andra")
	tab.Click(`input[name=LINK][value=NEVER]`)
	tab.Type("#f-decision", "KS 2026/0123")
	tab.InspectHere("directory-policy-form")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("directory-policy")
	reads(t, tab, "KS 2026/0123", "beslutad här")
	tab.Open(w.url + "/katalog/avstamning")
	tab.Follow("main form button[type=submit]")
	tab.InspectHere("directory-conform")
	reads(t, tab, "Inget publiceras som inte ska")
	own := w.tab(t, asta)
	own.Open(w.url + "/mina-uppgifter")
	own.InspectHere("own-entry")
	own.Follow(`form:has(input[value=PHONE]) button`)
	reads(t, own, "Ta tillbaka", "givet")
	own.Open(w.url + "/mina-uppgifter/foto")
	own.InspectHere("photo")
	own.Open(w.url + "/mina-uppgifter")
	seen := w.tab(t, nil)
	seen.Inspect("contact", w.url+"/kontakt")
	seen.Inspect("contact-person", w.url+"/kontakt/asta-lindvik")
	seen.Inspect("contact-body", w.url+"/kontakt/organ/kommunfullmaktige")
	public := w.tab(t, nil)
	public.WithoutScript()
	public.Open(w.url + "/kontakt")
	public.Type("#f-q", "lindvik")
	public.Follow("main form button[type=submit]")
	reads(t, public, "1 träff")
	public.Follow(`main a[href="/kontakt/asta-lindvik"]`)
	reads(t, public, "070-1740630", "Framtidspartiet")
	own.Follow(`form:has(input[value=PHONE]) button`)
	reads(t, own, "Återtaget")
	public.Open(w.url + "/kontakt/asta-lindvik")
	if strings.Contains(public.Text("main"), "070-1740630") {
		t.Error("a withdrawn phone is still shown")
	}
}

// TestThePublicDirectoryIsServedFromMemoryAndKnowsWhatHasChanged asks for a page twice, and again after a
// change; no cookie is ever set.
func TestThePublicDirectoryIsServedFromMemoryAndKnowsWhatHasChanged(t *testing.T) {
	t.Parallel()
	w := found(t)
	_, id := w.elected(nil, "Asta Lindvik")
	get := func(path, tag string) *http.Response {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tag != "" {
			q.Header.Set("If-None-Match", tag)
		}
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close()
		if a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
		return a
	}
	first := get("/kontakt/asta-lindvik", "")
	tag := first.Header.Get("Etag")
	if first.StatusCode != http.StatusOK || tag == "" {
		t.Fatalf("%d %q", first.StatusCode, tag)
	}
	if again := get("/kontakt/asta-lindvik", tag); again.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged: %d", again.StatusCode)
	}
	if err := w.house.Directory.Change(t.Context(), w.head.session(), id, directory.Representative{Name: "Asta Lindvik", Party: "Samlingslistan"}, 1); err != nil {
		t.Fatal(err)
	}
	if changed := get("/kontakt/asta-lindvik", tag); changed.StatusCode != http.StatusOK || changed.Header.Get("Etag") == tag {
		t.Errorf("changed: %d", changed.StatusCode)
	}
	var box mailbox.Mailbox
	reading := func() {
		t.Helper()
		k, err := w.house.Ring.Org(w.house.Org())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.house.DB.Org(k.Org).Read(context.Background(), func(tx *store.Tx) error {
			tag, err := mailbox.Tag(k, "asta.lindvik@kontakt.example.se")
			if err != nil {
				return err
			}
			box, err = tx.VouchedMailboxAt(k, tag)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if reading(); !box.Takes() {
		t.Errorf("the mailbox of a new representative: %+v", box.State)
	}
	if err := w.house.Directory.End(t.Context(), w.head.session(), id); err != nil {
		t.Fatal(err)
	}
	if gone := get("/kontakt/asta-lindvik", ""); gone.StatusCode != http.StatusGone {
		t.Errorf("after the end: %d", gone.StatusCode)
	}
	if reading(); !box.Points(w.house.DB.Now()) {
		t.Errorf("the mailbox after the end: %s", box.State)
	}
	w.clock.Move(181 * 24 * 60 * 60 * 1e9)
	if later := get("/kontakt/asta-lindvik", ""); later.StatusCode != http.StatusNotFound {
		t.Errorf("after the pointer's time: %d", later.StatusCode)
	}
}

// TestAnotherSiteShowsTheDirectory asks as a site that is named and as one that is not: the first may read and
// frame what is public, the second may not; nothing of it sets a cookie, and the API gives the same.
func TestAnotherSiteShowsTheDirectory(t *testing.T) {
	t.Parallel()
	w := found(t)
	w.elected(nil, "Asta Lindvik")
	get := func(path, origin string) (*http.Response, string) {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Origin", origin)
		a, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close()
		if a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s sets a cookie", path)
		}
		return a, string(raw)
	}
	for origin, want := range map[string]string{"https://www.example.se": "https://www.example.se", "https://elak.example.org": ""} {
		a, body := get("/embed/v1/del/person?slug=asta-lindvik", origin)
		if a.StatusCode != http.StatusOK || a.Header.Get("Access-Control-Allow-Origin") != want || !strings.Contains(body, w.url+"/kontakt/asta-lindvik/skriv") || strings.Contains(body, "<html") {
			t.Errorf("%s: %d %v\n%s", origin, a.StatusCode, a.Header, body)
		}
	}
	a, body := get("/embed/v1/ram/organ?slug=kommunfullmaktige", "https://www.example.se")
	if csp := a.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors https://www.example.se") || !strings.Contains(body, "<!doctype html>") || !strings.Contains(body, "Asta Lindvik") {
		t.Errorf("%s\n%s", csp, body)
	}
	for _, path := range []string{"/embed/v1/del/person?slug=nobody", "/embed/v1/annat/person?slug=asta-lindvik", "/embed/v1/del/x", "/embed/v1/fil/app.css"} {
		if a, _ := get(path, ""); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	if a, body := get("/embed/v1/fil/embed.js", ""); a.StatusCode != http.StatusOK || !strings.Contains(body, "varn-kontakt") {
		t.Error("the web component is not there")
	}
	for _, path := range []string{"", "/popolo.json", "/schema.jsonld", "/people.csv", "/people.vcf"} {
		a, body := get("/api/v1/directory"+path, "https://elak.example.org")
		if a.StatusCode != http.StatusOK || !strings.Contains(body, "Asta Lindvik") || a.Header.Get("Etag") == "" || !strings.Contains(a.Header.Get("Cache-Control"), "max-age=300") {
			t.Errorf("%s: %d %v", path, a.StatusCode, a.Header)
		}
	}
}
