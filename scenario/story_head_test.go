package scenario

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/casefile"
	"varn/internal/domain/registration"
	"varn/internal/usecase/casework"
)

// TestAReportAgainstTheHeadOfSecurity: whoever may not know sees nothing anywhere, while the case is
// carried to its close.
func TestAReportAgainstTheHeadOfSecurity(t *testing.T) {
	t.Parallel()
	forBoth(t, againstTheHead)
}

func againstTheHead(t *testing.T, w *town) {
	ctx := t.Context()
	c := w.cast()
	known := len(w.rows(`SELECT id FROM notice WHERE org = $1 AND person = $2`, w.head.id))
	r := threat("Säkerhetschefen hotade mig efter mötet.")
	r.Exclude = "sigrid  VAKT"
	filed := w.files(c.asta.session(), r)
	c.see("it has come", filed.Ref, c.vera)
	for range 4 {
		w.wakes()
		w.clock.Move(16 * time.Minute)
	}
	if !w.woken(c.vera, filed.Ref) {
		t.Error("vera is not woken")
	}
	if _, err := c.vera.reads(filed.Ref); err != nil {
		t.Fatal(err)
	}
	must(t, w.house.Cases.TakeCase(ctx, c.vera.session(), filed.Ref))
	must(t, c.vera.says(filed.Ref, "Jag ringer dig i dag."))
	headMeetsNothing(t, c, filed.Ref)
	w.clock.Move(30 * time.Minute)
	c.vera.moves(filed.Ref, casefile.Assessed, casefile.Closed)
	c.see("it is closed", filed.Ref, c.vera)
	if n := len(w.rows(`SELECT id FROM notice WHERE org = $1 AND person = $2`, w.head.id)); n != known {
		t.Errorf("the head has %d notices, and had %d", n, known)
	}
	if v := c.asta.own().Views[0]; v.Status != casefile.Ended || len(v.Openings) == 0 {
		t.Errorf("she sees %+v", v)
	}
	for _, e := range w.register(c.rut) {
		if raw, err := json.Marshal(e); err != nil || strings.Contains(string(raw), "Sigrid") || strings.Contains(string(raw), filed.Ref) || e.Party != registration.Withheld {
			t.Errorf("the register tells %s %v", raw, err)
		}
	}
	w.verifies()
}

// headMeetsNothing goes through the API and the pages as the one who may not know: what they get is
// what they would get of a case that never was.
func headMeetsNothing(t *testing.T, c *cast, ref string) {
	t.Helper()
	url := c.served()
	p := c.head.program(url)
	for _, path := range []string{"/api/v1/cases/%", "/api/v1/cases/%/openings", "/api/v1/cases/%/members"} {
		a := p.ask(http.MethodGet, strings.Replace(path, "%", ref, 1), nil)
		b := p.ask(http.MethodGet, strings.Replace(path, "%", "2026-AAAA-AAAA", 1), nil)
		if a.status != http.StatusNotFound || a.status != b.status || a.raw != b.raw {
			t.Errorf("%s: %d %s\n%d %s", path, a.status, a.raw, b.status, b.raw)
		}
	}
	today, err := c.house.Cases.Today(t.Context(), c.head.session(), casework.WantedToday{Section: casework.SectionOpen})
	must(t, err)
	if len(today.Lines) != 0 {
		t.Errorf("the inbox has %+v", today.Lines)
	}
	for section, n := range today.Counts {
		if n.N != 0 || n.More {
			t.Errorf("%s counts %+v", section, n)
		}
	}
	for _, path := range []string{"/idag", "/arenden", "/konto", "/", "/arende/" + ref} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+path, http.NoBody)
		must(t, err)
		r.AddCookie(&http.Cookie{Name: "varn_session", Value: c.head.secret})
		page := textOfRequest(t, r)
		if strings.Contains(page, "Hot · E-post") || path != "/arende/"+ref && strings.Contains(page, ref) {
			t.Errorf("%s tells of it", path)
		}
	}
}
