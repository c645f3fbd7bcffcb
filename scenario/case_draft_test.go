package scenario

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

// step is a page of the form as it came: what it carries along unseen, and what it says.
type step struct {
	status               int
	draft, version, once string
	page                 string
	at                   string
}

// walks sends a step's form.
func (s sender) walks(from step, path string, values url.Values) step {
	s.t.Helper()
	form := url.Values{"draft": {from.draft}, "_version": {from.version}, "_once": {from.once}}
	for k, v := range values {
		form[k] = v
	}
	return s.shown(s.ask(tusAsk{"POST", path, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(form.Encode())}))
}

func (s sender) shown(res *http.Response) step {
	s.t.Helper()
	b, err := io.ReadAll(res.Body)
	must(s.t, err)
	page := string(b)
	hidden := func(name string) string {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
		if m == nil {
			return ""
		}
		return m[1]
	}
	return step{res.StatusCode, hidden("draft"), hidden("_version"), hidden("_once"), page, res.Header.Get("Location")}
}

func (s sender) begins() step {
	s.t.Helper()
	return s.shown(s.ask(tusAsk{method: "GET", path: "/arenden/nytt"}))
}

func TestADraftLiesSealedBetweenItsStepsAndLeavesNothing(t *testing.T) {
	forBoth(t, func(t *testing.T, w *town) {
		asta := w.newcomer("Asta Ledamot", access.Elected)
		server := w.serves()
		t.Cleanup(server.Close)
		s := sender{t, server.URL, asta}
		one := s.begins()
		if len(w.rows(`SELECT id FROM draft WHERE org = $1`)) != 0 || len(one.draft) != 43 {
			t.Fatalf("a page that was only looked at stored something, or carries no secret: %q", one.draft)
		}
		two := s.walks(one, "/arenden/nytt/krets", url.Values{"functions": {w.guard}, "people": {asta.id}, "act": {"next"}})
		if two.draft != one.draft || two.version != "1" || two.status != http.StatusOK {
			t.Fatalf("%d %s %s", two.status, two.draft, two.version)
		}
		three := s.walks(two, "/arenden/nytt/innehall", url.Values{"authority": {w.council}, "title": {"Hot på torget"}, "text": {"Han vet var jag bor."}, "act": {"next"}})
		if !strings.Contains(three.page, "Han vet var jag bor.") || !strings.Contains(three.page, "Säkerhetsfunktionen") {
			t.Fatalf("the review shows %s", three.page)
		}
		for _, column := range []string{"sealed", "wrap", "id"} {
			for _, row := range w.rows(`SELECT ` + column + ` FROM draft WHERE org = $1`) {
				if strings.Contains(row, "torget") || strings.Contains(row, one.draft) {
					t.Fatalf("%s holds what was written, or the secret", column)
				}
			}
		}
		// The same step again, as the Back button sends it: no conflict, and nothing is lost.
		if again := s.walks(two, "/arenden/nytt/innehall", url.Values{"authority": {w.council}, "title": {"Hot på torget"}, "text": {"Han vet var jag bor."}, "act": {"next"}}); again.version != three.version {
			t.Fatalf("sent again: %d, version %s", again.status, again.version)
		}
		// Somebody else who has got hold of the form's secret sees nothing.
		if other := (sender{t, server.URL, w.head}).walks(three, "/arenden/nytt/granska", url.Values{"act": {"back"}}); strings.Contains(other.page, "torget") {
			t.Fatal("another person sees the draft")
		}
		must(t, w.house.Cases.LeaveDrafts(t.Context(), w.head.session()))
		var all sync.WaitGroup
		answers := make(chan step, 4)
		for range 4 { // pressed four times
			all.Go(func() { answers <- s.walks(three, "/arenden/nytt/granska", url.Values{"act": {"send"}}) })
		}
		all.Wait()
		close(answers)
		at := ""
		for a := range answers {
			if a.status != http.StatusSeeOther || at != "" && a.at != at {
				t.Fatalf("%d to %q, before %q", a.status, a.at, at)
			}
			at = a.at
		}
		list, err := w.house.Cases.ListCases(t.Context(), asta.session(), casework.Wanted{})
		if err != nil || len(list.Lines) != 1 || at != "/arenden/skapat/"+list.Lines[0].Ref {
			t.Fatalf("%+v %v, shown %s", list.Lines, err, at)
		}
		if n := len(w.rows(`SELECT id FROM draft WHERE org = $1`)) + len(w.rows(`SELECT blob FROM epoch_doomed WHERE org = $1`)); n != 0 {
			t.Fatalf("%d rows of the draft remain", n)
		}
	})
}

func TestTwoTabsLoseNeitherText(t *testing.T) {
	t.Parallel()
	w := found(t)
	server := w.serves()
	t.Cleanup(server.Close)
	s := sender{t, server.URL, w.head}
	two := s.walks(s.begins(), "/arenden/nytt/krets", url.Values{"functions": {w.guard}, "act": {"next"}})
	text := func(words string) url.Values {
		return url.Values{"authority": {w.council}, "title": {"Rubrik"}, "text": {words}, "act": {"next"}}
	}
	s.walks(two, "/arenden/nytt/innehall", text("Första fliken."))
	conflict := s.walks(two, "/arenden/nytt/innehall", text("Andra fliken."))
	if conflict.status != http.StatusConflict || !strings.Contains(conflict.page, "Första fliken.") || !strings.Contains(conflict.page, "Andra fliken.") || conflict.draft != two.draft {
		t.Fatalf("%d %s", conflict.status, conflict.page)
	}
	merged := s.walks(conflict, "/arenden/nytt/innehall", text("Första fliken. Andra fliken."))
	if merged.status != http.StatusOK || !strings.Contains(merged.page, "Första fliken. Andra fliken.") {
		t.Fatalf("%d %s", merged.status, merged.page)
	}
	// What is sent is what was reviewed: a tab that shows something older is shown the newest first.
	old := merged
	newer := s.walks(merged, "/arenden/nytt/innehall", text("Det här gäller."))
	if sent := s.walks(old, "/arenden/nytt/granska", url.Values{"act": {"send"}}); sent.status != http.StatusOK || !strings.Contains(sent.page, "Det här gäller.") {
		t.Fatalf("%d %s", sent.status, sent.page)
	}
	if sent := s.walks(newer, "/arenden/nytt/granska", url.Values{"act": {"send"}}); sent.status != http.StatusSeeOther {
		t.Fatalf("%d %s", sent.status, sent.page)
	}
}

func TestLeavingErasesTheDraftAndItsFiles(t *testing.T) {
	t.Parallel()
	w := found(t)
	server := w.serves()
	t.Cleanup(server.Close)
	for name, leave := range map[string]func(s sender, at step){
		"leave quickly": func(s sender, at step) { s.ask(tusAsk{method: "GET", path: "/lamna"}) },
		"cancel":        func(s sender, at step) { s.walks(at, "/arenden/nytt/granska", url.Values{"act": {"cancel"}}) },
	} {
		asta := w.newcomer("Asta "+name, access.Elected)
		s := sender{t, server.URL, asta}
		two := s.walks(s.begins(), "/arenden/nytt/krets", url.Values{"functions": {w.guard}, "act": {"next"}})
		three := s.walks(two, "/arenden/nytt/innehall", url.Values{"authority": {w.council}, "title": {"Hot"}, "text": {"text"}, "act": {"next"}})
		path := s.create("bild.png", 9)
		if status := s.patch(path, 0, []byte("nio bytes")); status != http.StatusNoContent {
			t.Fatal(status)
		}
		three = s.walks(three, "/arenden/nytt/granska", url.Values{"files_upload": {path}, "act": {"back"}})
		leave(s, three)
		if n := len(w.rows(`SELECT id FROM draft WHERE org = $1`)) + len(w.rows(`SELECT id FROM upload WHERE org = $1`)) + len(w.rows(`SELECT blob FROM epoch_doomed WHERE org = $1`)); n != 0 {
			t.Errorf("%s: %d rows remain", name, n)
		}
		if _, err := w.house.Cases.OpenDraft(t.Context(), asta.session(), two.draft); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
		if name == "cancel" {
			continue
		}
		// Whoever comes back to the form by the browser's history keeps what they send now.
		back := s.walks(three, "/arenden/nytt/innehall", url.Values{"authority": {w.council}, "title": {"Hot"}, "text": {"det nya"}, "act": {"next"}})
		if back.status != http.StatusOK || back.draft == three.draft || !strings.Contains(back.page, "det nya") {
			t.Errorf("%s: coming back %d %s", name, back.status, back.page)
		}
		must(t, w.house.Cases.DropDraft(t.Context(), asta.session(), back.draft))
	}
}
