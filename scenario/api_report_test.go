package scenario

import (
	"net/http"
	"strings"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/kit/ident"
)

// TestTheMainFlowThroughTheAPI reports without a token, carries the case with one, and comes back.
func TestTheMainFlowThroughTheAPI(t *testing.T) {
	t.Parallel()
	forBoth(t, mainFlowThroughTheAPI)
}

func mainFlowThroughTheAPI(t *testing.T, w *town) {
	vera := w.newcomer("Vera Handling", access.CaseOfficer)
	w.seat(vera, w.guard)
	url := w.served()
	guest := &program{t: t, url: url}
	key := ident.New() + ident.New()
	report := map[string]any{"narrative": "Han sade att han vet var barnen går i skola.", "forms": []string{"THREAT"}, "medium": "PHONE",
		"place": "HOME", "context": "MUNICIPAL_ASSIGNMENT", "situation": "NEGATIVE_DECISION", "target_category": "ELECTED_LEISURE",
		"occurred_from": "2026-11-20T19:00:00+01:00", "repeated": true, "contact": "070-1740611"}
	first := guest.ask("POST", "/api/v1/reports", report, "Idempotency-Key", key)
	if first.status != http.StatusCreated || first.body["ref"] == "" || first.body["receipt"] == "" {
		t.Fatal(first.raw)
	}
	// The network broke between sending and the answer: the same receipt, once.
	again := guest.ask("POST", "/api/v1/reports", report, "Idempotency-Key", key)
	if again.status != http.StatusCreated || again.raw != first.raw {
		t.Fatalf("%s is not %s", again.raw, first.raw)
	}
	ref, receipt := first.body["ref"].(string), first.body["receipt"].(string)
	opened := guest.ask("POST", "/api/v1/receipts/open", map[string]any{"receipt": receipt})
	if opened.status != http.StatusOK || opened.body["status"] != "UNOPENED" || len(opened.body["openings"].([]any)) != 0 {
		t.Fatal(opened.raw)
	}

	officer := vera.program(url)
	today := officer.ask("GET", "/api/v1/today", nil)
	if today.status != http.StatusOK || today.body["counts"].(map[string]any)["new"].(map[string]any)["n"] != 1.0 {
		t.Fatal(today.raw)
	}
	listed := officer.ask("GET", "/api/v1/cases?state=NEW", nil)
	if listed.status != http.StatusOK || len(listed.body["items"].([]any)) != 1 {
		t.Fatal(listed.raw)
	}
	post := func(path string, body any, want int) answer {
		t.Helper()
		got := officer.ask("POST", "/api/v1/cases/"+ref+path, body)
		if got.status != want {
			t.Fatalf("%s: %d %s", path, got.status, got.raw)
		}
		return got
	}
	post("/take", map[string]any{}, http.StatusOK)
	post("/transitions", map[string]any{"to": "ASSESSED"}, http.StatusOK)
	post("/transitions", map[string]any{"to": "new"}, http.StatusConflict)
	post("/notes", map[string]any{"text": "Intern anteckning."}, http.StatusCreated)
	post("/messages", map[string]any{"text": "Tack, vi ringer i dag."}, http.StatusCreated)
	task := post("/tasks", map[string]any{"title": "Ring skolan", "owner": vera.id, "due": "2026-11-22T10:00:00Z"}, http.StatusCreated)
	post("/tasks", map[string]any{"id": task.body["id"], "title": "Ring skolan", "owner": vera.id, "done": true}, http.StatusCreated)
	post("/reported", map[string]any{"to": "POLICE", "why": "TRIFLE"}, http.StatusCreated)
	post("/references", map[string]any{"system": "KIA", "number": "KIA-1"}, http.StatusCreated)
	post("/members", map[string]any{"kind": "person", "id": w.admin.id, "reason": "hjälper"}, http.StatusForbidden)
	if got := officer.ask("GET", "/api/v1/cases/"+ref+"/members", nil); got.status != http.StatusOK || len(got.body["items"].([]any)) != 1 {
		t.Fatal(got.raw)
	}
	post("/transitions", map[string]any{"to": "closed", "reason": "Klart", "outcome": "NO_ACTION_NEEDED"}, http.StatusOK)

	if got := guest.ask("POST", "/api/v1/receipts/messages", map[string]any{"receipt": receipt, "text": "Tack för hjälpen."}); got.status != http.StatusCreated {
		t.Fatal(got.raw)
	}
	opened = guest.ask("POST", "/api/v1/receipts/open", map[string]any{"receipt": receipt})
	if opened.body["status"] != "CLOSED" || len(opened.body["messages"].([]any)) != 2 || strings.Contains(opened.raw, "Intern anteckning") || strings.Contains(opened.raw, "Vera Handling") {
		t.Fatal(opened.raw)
	}
	whole := officer.ask("GET", "/api/v1/cases/"+ref, nil)
	if whole.status != http.StatusOK || !strings.Contains(whole.raw, "barnen går i skola") || !strings.Contains(whole.raw, "Tack för hjälpen.") {
		t.Fatal(whole.raw)
	}
}

// TestAnUnknownCodeListsTheKnownOnes and repeats nothing of what was sent.
func TestAnUnknownCodeListsTheKnownOnes(t *testing.T) {
	t.Parallel()
	w := found(t)
	guest := &program{t: t, url: w.served()}
	got := guest.ask("POST", "/api/v1/reports", map[string]any{"narrative": "en hemlig text", "medium": "en hemlig kod"})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.raw, "DRONE_CAMERA") || strings.Contains(strings.ToLower(got.raw), "hemlig") {
		t.Fatal(got.raw)
	}
	got = guest.ask("POST", "/api/v1/reports", map[string]any{"medium": "EMAIL"})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.raw, "narrative") {
		t.Fatal(got.raw)
	}
	if got = guest.ask("POST", "/api/v1/receipts/open", map[string]any{"receipt": "0000-0000-0000-0000-0000-0000"}); got.status != http.StatusUnprocessableEntity {
		t.Fatal(got.raw)
	}
}
