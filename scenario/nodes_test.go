package scenario

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"varn/cmd/varn/wire"
	"varn/internal/domain/access"
	"varn/internal/domain/organisation"
	"varn/internal/domain/person"
	"varn/internal/kit/clock"
	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
	"varn/internal/kit/seal"
	"varn/internal/usecase/founding"
)

// node opens one more node on the rows and keys of a configuration.
func node(t *testing.T, c wire.Config) *wire.House {
	t.Helper()
	h, err := wire.Open(t.Context(), c, wire.Options{Clock: clock.At(time.Date(2026, 11, 21, 8, 30, 0, 0, time.UTC)), Pool: seal.NewTestPool()})
	must(t, err)
	t.Cleanup(func() { must(t, h.Close()) })
	return h
}

// twoNodes founds a municipality on one node while another, started before, is running.
func twoNodes(t *testing.T) (*town, *wire.House) {
	t.Helper()
	var other *wire.House
	return found(t, onPostgres(t), func(c *wire.Config) { other = node(t, *c) }), other
}

// TestANodeThatRunsServesWhatWasFoundedOnAnother signs in and reads on a node that was started
// before there was any organisation.
func TestANodeThatRunsServesWhatWasFoundedOnAnother(t *testing.T) {
	t.Parallel()
	w, other := twoNodes(t)
	asta := w.newcomer("Asta Lindvik", access.Elected)
	ref := asta.opens("Ärende från den första noden", "text", asta)

	handler, err := other.Handler(false)
	must(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	page := textOf(t, server.URL+"/logga-in")
	if !strings.Contains(page, "Exempelstads kommun") {
		t.Error("the other node's page does not name the municipality")
	}
	token := asta.program(server.URL)
	if got := token.ask(http.MethodGet, "/api/v1/cases/"+ref, nil); got.status != http.StatusOK || !strings.Contains(got.raw, "Ärende från den första noden") {
		t.Errorf("the other node answers %d %s", got.status, got.raw)
	}
	if _, err := other.Founding.FoundFirst(t.Context(), other.SetUpCode(), founding.Plan{Profile: organisation.Profile{Name: "En till"},
		Head: person.Profile{Name: "Sigrid Vakt", Address: "sigrid.vakt@example.se"}}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a second set-up on the other node: %v", err)
	}
}

// TestANodeLearnsOfOneMoreOrganisation: the first is known; a later one comes onto the ring when
// it is asked for, and when the worker looks.
func TestANodeLearnsOfOneMoreOrganisation(t *testing.T) {
	t.Parallel()
	w, other := twoNodes(t)
	if _, err := other.Ring.Org(w.org); err != nil {
		t.Fatal(err)
	}
	plan := founding.Plan{Profile: organisation.Profile{Name: "Provköpings kommun", Primary: "#0B5C73", Accent: "#6B3FA0"},
		Parts: []founding.Part{{Label: organisation.Label{Name: "Kommunstyrelsen", Code: "KS"}}}, Threshold: 2,
		Custodians: []string{"Gudrun Ek", "Halvar Lind", "Ingegerd Alm"}, Head: person.Profile{Name: "Rut Vakt", Address: "rut.vakt@example.se"}}
	asked, err := w.house.Founding.Found(t.Context(), plan)
	must(t, err)
	if _, err := other.Ring.Org(asked.Org); err != nil {
		t.Errorf("asked for: %v", err)
	}
	looked, err := w.house.Founding.Found(t.Context(), plan)
	must(t, err)
	if other.Ring.Has(looked.Org) {
		t.Error("it is there before anybody looked")
	}
	must(t, other.Worker().Refresh())
	if !other.Ring.Has(looked.Org) {
		t.Error("the worker did not see it")
	}
	if _, err := other.Ring.Org(ident.New()); !fault.Is(err, fault.NotFound) {
		t.Errorf("one that was never founded: %v", err)
	}
}

// textOf gets a page as a visitor who is nobody in particular.
func textOf(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	must(t, err)
	return textOfRequest(t, r)
}

// textOfRequest gets a page as whoever the request is from.
func textOfRequest(t *testing.T, r *http.Request) string {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	must(t, err)
	defer func() { must(t, resp.Body.Close()) }()
	b, err := io.ReadAll(resp.Body)
	must(t, err)
	return string(b)
}
