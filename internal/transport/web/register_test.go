package web_test

import (
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/domain/function"
	"varn/internal/domain/incident"
	"varn/internal/domain/registration"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
	"varn/internal/usecase/people"
)

// A journalist asks for a record: the registrar finds it, asks the circle and sees the answer; and
// never what it holds.
func TestTheRegistrarFindsNumbersAndAsks(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	w := found(t)
	ctx := t.Context()
	rut := w.newcomer("Rut Diarie", "rut.diarie@example.se", access.Registrar)
	w.holds(rut, people.NewFunction{Kind: function.Registrar, Card: function.Card{Name: "Registrator"}})
	var filed casework.Filed
	for range 2 {
		var err error
		if filed, err = w.house.Cases.FileReport(ctx, access.GuestOf(w.house.Org(), ident.New()), casework.NewReport{From: netip.MustParseAddr("127.0.0.9"),
			Report: incident.Report{Narrative: "Han väntade vid grinden.", Forms: []incident.Form{incident.Threat}}}); err != nil {
			t.Fatal(err)
		}
	}
	tab := w.tab(t, rut)
	tab.Inspect("register", w.url+"/diarium")
	if got := tab.Text("main"); !strings.Contains(got, "KS 2026/0002") || strings.Contains(got, "grinden") || strings.Contains(got, filed.Ref) {
		t.Fatalf("the list says %s", got)
	}
	tab.Follow("main table a")
	tab.InspectHere("register-entry")
	tab.Set("#f-number", "Dnr 77")
	tab.Follow("main form button")
	tab.InspectHere("register-entry-doubted")
	if got := tab.Text("main"); !strings.Contains(got, "inte skrivet som myndighetens nummer") {
		t.Errorf("nothing doubts the number: %s", got)
	}
	tab.Follow(`a[href$="/begaran"]`)
	tab.InspectHere("register-ask")
	tab.Follow("main form button")
	if got := tab.Text("main"); !strings.Contains(got, "Väntar på svar") {
		t.Errorf("after asking: %s", got)
	}
	asked, err := w.house.Cases.RecordRequests(ctx, w.head.session(), filed.Ref)
	if err != nil || len(asked) != 1 {
		t.Fatalf("%+v %v", asked, err)
	}
	tab.Inspect("register-requests", w.url+"/diarium?ar=2026")
	if err := w.house.Cases.AnswerRecord(ctx, w.head.session(), asked[0].ID, registration.Refused); err != nil {
		t.Fatal(err)
	}
	tab.Follow("main table a")
	if got := tab.Text("main"); !strings.Contains(got, "Lämnas inte ut") {
		t.Errorf("the answer is not seen: %s", got)
	}
	file := w.fetch(rut, "/diarium/csv?myndighet="+w.firstAuthority())
	if !strings.Contains(file, "KS 2026/0001") || !strings.Contains(file, "Dnr 77") || strings.Contains(file, filed.Ref) {
		t.Errorf("the file holds %q", file)
	}
}

func (w *town) firstAuthority() string {
	w.t.Helper()
	all, err := w.house.People.Authorities(w.t.Context(), w.admin.session())
	if err != nil {
		w.t.Fatal(err)
	}
	return all[0].ID
}

// fetch gives a file as a browser would keep it.
func (w *town) fetch(d *dweller, path string) string {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+path, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "varn_session", Value: d.secret})
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/csv") || res.Header.Get("Cache-Control") != "no-store" {
		w.t.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
	return string(b)
}
