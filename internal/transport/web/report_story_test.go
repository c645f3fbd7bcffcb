package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"varn/internal/domain/access"
	"varn/internal/kit/ident"
	"varn/internal/usecase/casework"
)

// passerby sends forms as a browser without script does, with cookies of their own.
type passerby struct {
	t      *testing.T
	w      *town
	client *http.Client
}

func (w *town) passerby(t *testing.T) *passerby {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &passerby{t, w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// sheet is a page as it came.
type sheet struct {
	status int
	text   string
	to     string
}

func (s sheet) hidden(name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(s.text)
	if m == nil {
		return ""
	}
	return m[1]
}

func (s sheet) code() string {
	m := regexp.MustCompile(`data-copied-text="([^"]*)"`).FindStringSubmatch(s.text)
	if m == nil {
		return ""
	}
	return m[1]
}

func (v *passerby) answer(r *http.Request) sheet {
	v.t.Helper()
	res, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return sheet{res.StatusCode, string(b), res.Header.Get("Location")}
}

func (v *passerby) get(path string) sheet {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.w.url+path, http.NoBody)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.answer(r)
}

// sends posts a step with what the page before it carries along.
func (v *passerby) sends(from sheet, path string, values url.Values) sheet {
	v.t.Helper()
	form := url.Values{"draft": {from.hidden("draft")}, "_version": {from.hidden("_version")}, "_once": {from.hidden("_once")}}
	for k, x := range values {
		form[k] = x
	}
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.w.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.answer(r)
}

// reviewed walks a report to its last step.
func (v *passerby) reviewed(narrative string) sheet {
	v.t.Helper()
	page := v.sends(v.get("/anmal"), "/anmal/nar", url.Values{"act": {"next"}})
	page = v.sends(page, "/anmal/vad", url.Values{"narrative": {narrative}, "forms": {"THREAT"}, "act": {"next"}})
	page = v.sends(page, "/anmal/bilagor", url.Values{"act": {"next"}})
	page = v.sends(page, "/anmal/du", url.Values{"target_category": {"EMPLOYEE"}, "act": {"next"}})
	if page.status != http.StatusOK || !strings.Contains(page.text, narrative) || !strings.Contains(page.text, "/anmal/skickad") {
		v.t.Fatalf("%d: no review of the report", page.status)
	}
	return page
}

func (w *town) cases(t *testing.T) int {
	t.Helper()
	list, err := w.house.Cases.ListCases(t.Context(), w.head.session(), casework.Wanted{})
	if err != nil {
		t.Fatal(err)
	}
	return len(list.Lines)
}

func TestAReportPressedFourTimesIsSentOnceWithOneReceipt(t *testing.T) {
	t.Parallel()
	w := found(t)
	v := w.passerby(t)
	review := v.reviewed("Han ringde i natt.")
	var all sync.WaitGroup
	answers := make(chan sheet, 4)
	for range 4 {
		all.Go(func() { answers <- v.sends(review, "/anmal/skickad", url.Values{"act": {"send"}}) })
	}
	all.Wait()
	close(answers)
	code := ""
	for a := range answers {
		if a.status != http.StatusOK || a.code() == "" || code != "" && a.code() != code {
			t.Fatalf("%d with %q, before %q", a.status, a.code(), code)
		}
		code = a.code()
	}
	if n := w.cases(t); n != 1 {
		t.Fatalf("%d cases", n)
	}
	// Another language, later: the same receipt.
	if again := v.sends(review, "/anmal/skickad", url.Values{"act": {"language"}}); again.code() != code || !strings.Contains(again.text, "Your code") {
		t.Fatalf("%d with %q", again.status, again.code())
	}
	// Somebody else who sends the same form gets nothing of it.
	if other := w.passerby(t).sends(review, "/anmal/skickad", url.Values{"act": {"send"}}); other.code() != "" {
		t.Fatal("a stranger is shown the receipt")
	}
	for _, path := range []string{"/anmal/skickad", "/anmal/du"} {
		if got := v.get(path); got.status != http.StatusSeeOther || got.to != "/anmal" {
			t.Errorf("%s: %d to %q", path, got.status, got.to)
		}
	}
}

func TestBadInputKeepsEverything(t *testing.T) {
	t.Parallel()
	w := found(t)
	v := w.passerby(t)
	one := v.sends(v.get("/anmal"), "/anmal/nar", url.Values{"occurred_from": {"2026-11-20"}, "place_note": {"Vid grinden"}, "act": {"next"}})
	for name, c := range map[string]struct {
		path   string
		values url.Values
		says   string
		keeps  []string
	}{
		"no narrative": {"/anmal/vad", url.Values{"words": {"Du ska få se"}, "medium": {"PHONE"}}, "Fyll i det här", []string{"Du ska få se", `value="PHONE" checked`}},
		"a count":      {"/anmal/vad", url.Values{"narrative": {"Han ringde"}, "repeated_count": {"många"}}, "med siffror", []string{"Han ringde", "många"}},
		"too long":     {"/anmal/vad", url.Values{"narrative": {"Han ringde"}, "platform": {strings.Repeat("x", 101)}}, "för lång", []string{"Han ringde"}},
		"not offered":  {"/anmal/vad", url.Values{"narrative": {"Han ringde"}, "actor_groups": {"PSYCHIATRIC"}}, "Välj ett av alternativen", []string{"Han ringde"}},
		"a time alone": {"/anmal/nar", url.Values{"from_time": {"19:40"}, "place_note": {"Vid grinden"}}, "vilken dag", []string{"19:40", "Vid grinden"}},
		"tomorrow":     {"/anmal/nar", url.Values{"occurred_from": {"2027-11-20"}, "place_note": {"Vid grinden"}}, "framåt i tiden", []string{"2027-11-20", "Vid grinden"}},
		"ends before":  {"/anmal/nar", url.Values{"occurred_from": {"2026-11-20"}, "occurred_to": {"2026-11-19"}}, "slutar innan", []string{"2026-11-19"}},
	} {
		values := c.values
		values.Set("act", "next")
		page := v.sends(v.get("/anmal"), c.path, values)
		if page.status != http.StatusUnprocessableEntity || !strings.Contains(page.text, c.says) {
			t.Errorf("%s: %d, and not %q", name, page.status, c.says)
		}
		for _, kept := range c.keeps {
			if !strings.Contains(page.text, kept) {
				t.Errorf("%s: %q is lost", name, kept)
			}
		}
	}
	if back := v.sends(v.sends(one, "/anmal/vad", url.Values{"words": {"kvar"}, "act": {"back"}}), "/anmal/nar", url.Values{"occurred_from": {"2026-11-20"}, "place_note": {"Vid grinden"}, "act": {"next"}}); !strings.Contains(back.text, ">\nkvar</textarea>") {
		t.Error("going back loses the second step")
	}
}

// TestTooManyDraftsSayWhatToDoAndKeepWhatWasWritten: behind an address that floods, the step that was
// sent comes back with its text and the honest answer.
func TestTooManyDraftsSayWhatToDoAndKeepWhatWasWritten(t *testing.T) {
	t.Parallel()
	w := found(t)
	v := w.passerby(t)
	for range 240 {
		if _, err := w.house.Cases.SaveDraft(t.Context(), access.GuestOf(w.house.Org(), ident.New()),
			casework.Draft{Secret: casework.NewDraft().Secret, Body: []byte(`{}`), From: netip.MustParseAddr("127.0.0.1")}); err != nil {
			t.Fatal(err)
		}
	}
	page := v.sends(v.get("/anmal"), "/anmal/nar", url.Values{"place_note": {"vid den blå dörren"}, "act": {"next"}})
	if page.status != http.StatusTooManyRequests || !strings.Contains(page.text, "vid den blå dörren") || !strings.Contains(page.text, "Ring 112") ||
		!strings.Contains(page.text, "Vänta en minut") {
		t.Errorf("%d", page.status)
	}
}

func TestTwoTabsOfAReportLoseNeitherText(t *testing.T) {
	t.Parallel()
	w := found(t)
	v := w.passerby(t)
	two := v.sends(v.get("/anmal"), "/anmal/nar", url.Values{"act": {"next"}})
	v.sends(two, "/anmal/vad", url.Values{"narrative": {"Den ena fliken"}, "act": {"next"}})
	both := v.sends(two, "/anmal/vad", url.Values{"narrative": {"Den andra fliken"}, "act": {"next"}})
	if both.status != http.StatusConflict || !strings.Contains(both.text, "Den ena fliken") || !strings.Contains(both.text, "Den andra fliken") {
		t.Fatalf("%d: a text is lost", both.status)
	}
	if again := v.sends(two, "/anmal/vad", url.Values{"narrative": {"Den ena fliken"}, "act": {"next"}}); again.status != http.StatusOK {
		t.Fatalf("the Back button gave %d", again.status)
	}
}

func TestLeavingErasesWhatAGuestHasWritten(t *testing.T) {
	t.Parallel()
	w := found(t)
	v := w.passerby(t)
	three := v.sends(v.sends(v.get("/anmal"), "/anmal/nar", url.Values{"act": {"next"}}), "/anmal/vad", url.Values{"narrative": {"Vid grinden"}, "act": {"next"}})
	if got := v.get("/lamna"); got.status != http.StatusSeeOther {
		t.Fatalf("leaving gave %d", got.status)
	}
	if gone := v.sends(three, "/anmal/bilagor", url.Values{"act": {"back"}}); strings.Contains(gone.text, "Vid grinden") || !strings.Contains(gone.text, "Utkastet finns inte kvar") {
		t.Fatal("the draft is still there, or nothing is said of it")
	}
	if gone := v.sends(three, "/anmal/skickad", url.Values{"act": {"send"}}); gone.code() != "" || w.cases(t) != 0 {
		t.Fatal("a draft that was erased was sent")
	}
}

func TestADraftWhoseTimeIsOutIsSaidToBeGoneAndTheStepIsKept(t *testing.T) {
	t.Parallel()
	w := found(t)
	v := w.passerby(t)
	two := v.sends(v.get("/anmal"), "/anmal/nar", url.Values{"place_note": {"Vid grinden"}, "act": {"next"}})
	w.clock.Move(26 * time.Hour)
	page := v.sends(two, "/anmal/vad", url.Values{"narrative": {"Det jag skrev nyss"}, "act": {"back"}})
	if !strings.Contains(page.text, "Utkastet finns inte kvar") {
		t.Fatal("nothing is said")
	}
	if page = v.sends(page, "/anmal/nar", url.Values{"act": {"next"}}); !strings.Contains(page.text, "Det jag skrev nyss") {
		t.Fatal("what was written last is lost")
	}
}

// shares posts as a phone does when somebody shares with the installed page.
func (v *passerby) shares(text, file, content string) sheet {
	v.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	_ = m.WriteField("title", "")
	_ = m.WriteField("text", text)
	p, err := m.CreateFormFile("files", file)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = p.Write([]byte(content))
	_ = m.Close()
	r, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.w.url+"/anmal/dela", &body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "none")
	return v.answer(r)
}

func TestASharedScreenshotOpensTheReportWithItInTheDraft(t *testing.T) {
	t.Parallel()
	w := found(t)
	v := w.passerby(t)
	if got := v.get("/manifest.webmanifest"); got.status != http.StatusOK || !strings.Contains(got.text, `"action":"/anmal/dela"`) {
		t.Fatalf("%d %s", got.status, got.text)
	}
	two := v.shares("Vi vet var du bor", "skärmbild.png", "bild")
	if two.status != http.StatusOK || !strings.Contains(two.text, "Vi vet var du bor") || !strings.Contains(two.text, "Det du delade är med") {
		t.Fatalf("%d", two.status)
	}
	three := v.sends(two, "/anmal/vad", url.Values{"narrative": {"Det kom i natt"}, "words": {"Vi vet var du bor"}, "act": {"next"}})
	if !strings.Contains(three.text, "skärmbild.png") {
		t.Fatal("the file is gone")
	}
	four := v.sends(three, "/anmal/bilagor", url.Values{"files_upload": {three.hidden("files_upload")}, "act": {"next"}})
	five := v.sends(four, "/anmal/du", url.Values{"act": {"next"}})
	if sent := v.sends(five, "/anmal/skickad", url.Values{"act": {"send"}}); sent.code() == "" {
		t.Fatalf("%d", sent.status)
	}
	if n := w.cases(t); n != 1 {
		t.Fatalf("%d cases", n)
	}
}

func TestAnExcludedHeadIsToldToNobodyInThePreview(t *testing.T) {
	t.Parallel()
	w := found(t)
	vera := w.newcomer("Vera Handling", "vera.handling@example.se", access.CaseOfficer)
	v := w.passerby(t)
	review := v.reviewed("Det var chefen själv.")
	four := v.sends(review, "/anmal/granska", url.Values{"act": {"to-4"}})
	five := v.sends(four, "/anmal/du", url.Values{"exclude": {"Sigrid Vakt"}, "act": {"next"}})
	if !strings.Contains(five.text, "Ingen kan ta emot rapporten nu") {
		t.Error("nobody but the head is left, and the page does not say so")
	}
	functions, err := w.house.People.Functions(t.Context(), w.admin.session())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range functions {
		if f.Kind == "security" {
			seat(t, w, vera, f.ID)
		}
	}
	five = v.sends(five, "/anmal/granska", url.Values{"act": {"to-5"}})
	if strings.Contains(five.text, "Vera Handling") || !strings.Contains(five.text, "De andra får den var för sig") {
		t.Error("the preview names a person, or does not say why")
	}
	if sent := v.sends(five, "/anmal/skickad", url.Values{"act": {"send"}}); sent.code() == "" || strings.Contains(sent.text, "070-1740605") {
		t.Error("not sent, or the head's own number is given")
	}
	if n := w.cases(t); n != 0 {
		t.Errorf("the head sees %d cases", n)
	}
}
