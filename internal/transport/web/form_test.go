package web

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"varn/internal/kit/fault"
	"varn/internal/kit/ident"
)

func trialForm() *Form {
	return NewForm(Text("title", "nav.start").Max(5), Area("story", "nav.start").Optional(),
		Radios("kind", "nav.start", Option{Value: "a"}, Option{Value: "b"}), Date("day", "nav.start").Optional(),
		Password("secret", "nav.start").Optional(), File("files", "nav.start"))
}

func TestFieldsAreReadTidiedAndJudged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, sent, field string
		want              string // the error, or "" and then value
		value             string
	}{
		{"tidied", "title=+Hej+&kind=a", "title", "", "Hej"},
		{"characters, not bytes", "title=åäöåä&kind=a", "title", "", "åäöåä"},
		{"too long", "title=sexsex&kind=a", "title", "form.long", "sexsex"},
		{"empty", "title=++&kind=a", "title", "form.required", ""},
		{"not offered", "title=a&kind=c", "kind", "form.choose", ""},
		{"twice", "title=a&title=b&kind=a", "title", "form.odd", "a"},
		{"control character", "title=a%00b&kind=a", "title", "form.odd", ""},
		{"broken utf-8", "title=%ff&kind=a", "title", "form.odd", ""},
		{"reversed reading", "title=a%E2%80%AEb&kind=a", "title", "form.odd", ""},
		{"line ends", "title=a&kind=a&story=x%0D%0Ay%0Az", "story", "", "x\ny\nz"},
		{"a line end in one line", "title=a%0Ab&kind=a", "title", "form.odd", ""},
		{"no day", "title=a&kind=a&day=2026-02-30", "day", "form.date", "2026-02-30"},
		{"a day", "title=a&kind=a&day=2026-02-28", "day", "", "2026-02-28"},
	} {
		values, err := url.ParseQuery(c.sent)
		if err != nil {
			t.Fatal(err)
		}
		f := trialForm()
		f.fill(values)
		if field := f.Field(c.field); string(field.Error) != c.want || field.Value() != c.value {
			t.Errorf("%s: error %q, value %q", c.name, field.Error, field.Value())
		}
	}
}

func TestAPasswordIsNeverShownAgain(t *testing.T) {
	t.Parallel()
	f := trialForm()
	f.fill(url.Values{"secret": {"korrekt häst"}})
	if f.Text("secret") != "korrekt häst" || f.Field("secret").Shown() != "" {
		t.Fatal("shown")
	}
}

func TestTheKeyAndTheVersionComeBack(t *testing.T) {
	t.Parallel()
	first := trialForm().Seen("7")
	again := trialForm()
	again.fill(url.Values{onceName: {first.Once()}, versionName: {first.Version()}})
	if again.Once() != first.Once() || again.Version() != "7" || !ident.Valid(first.Once()) {
		t.Fatal("lost")
	}
	short := trialForm()
	short.fill(url.Values{onceName: {"abc"}})
	if short.Once() == "abc" {
		t.Fatal("a key of few bits was taken")
	}
}

func TestAUseCasesComplaintsLandAtTheirFields(t *testing.T) {
	t.Parallel()
	f := trialForm()
	if !f.Take(fault.Form([]fault.Field{{Name: "title", Code: "form.odd"}, {Name: "unknown", Code: "form.odd"}})) {
		t.Fatal("not taken")
	}
	if p := f.Problems(); len(p) != 2 || p[0].ID != "f-title" || p[1].ID != "" || f.Field("title").Error != "form.odd" {
		t.Fatalf("%+v", p)
	}
	if f.Take(errors.New("boom")) || f.Take(nil) || f.Take(fault.New(fault.Conflict, "x")) {
		t.Fatal("took what is not the form's")
	}
}

func TestOnlyFormsAreReadAndOnlyWithinBounds(t *testing.T) {
	t.Parallel()
	s := house(t)
	s.route(post("/skriv", "trial", Public, func(_ *Server, r *Request) error {
		f := trialForm()
		if err := r.Read(f); err != nil {
			return err
		}
		return r.plain(200, f.Text("title"))
	}))
	if w := s.visit(visit{method: "POST", path: "/skriv", body: "title=a&kind=a"}); w.Code != 200 || w.Body.String() != "a" {
		t.Errorf("a form gave %d", w.Code)
	}
	if w := s.visit(visit{method: "POST", path: "/skriv", body: "{}", header: map[string]string{"Content-Type": "application/json"}}); w.Code != 422 {
		t.Errorf("JSON gave %d", w.Code)
	}
	if w := s.visit(visit{method: "POST", path: "/skriv", body: "title=" + strings.Repeat("a", bodyLimit)}); w.Code != 413 {
		t.Errorf("too much gave %d", w.Code)
	}
	if w := s.visit(visit{method: "POST", path: "/skriv", body: "title=%zz"}); w.Code != 422 {
		t.Errorf("a broken form gave %d", w.Code)
	}
}

func TestFilesPassThroughWithoutTouchingTheDisk(t *testing.T) {
	t.Parallel()
	s := house(t)
	s.route(post("/skicka", "trial", Public, func(_ *Server, r *Request) error {
		f, seen := trialForm(), ""
		err := r.ReadParts(f, func(field, name string, body io.Reader) error {
			b, err := io.ReadAll(body)
			seen += field + "/" + name + "/" + string(b) + ";"
			return err
		})
		if err != nil {
			return err
		}
		return r.plain(200, f.Text("title")+" "+seen+strings.Join(f.Uploads("files"), ","))
	}, stream))
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range map[string]string{"title": "Hej", "kind": "a", "files_upload": "/fil/1"} {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteField("files_upload", "https://evil.example/x"); err != nil {
		t.Fatal(err)
	}
	part, err := w.CreateFormFile("files", "bild.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("PNG")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(http.MethodPost, "/skicka", &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	got := httptest.NewRecorder()
	s.ServeHTTP(got, req)
	if got.Code != 200 || got.Body.String() != "Hej files/bild.png/PNG;/fil/1" {
		t.Fatalf("%d %q", got.Code, got.Body)
	}
}

func TestAConflictKeepsBothTexts(t *testing.T) {
	t.Parallel()
	s := house(t)
	s.route(post("/skriv", "trial", Public, func(_ *Server, r *Request) error {
		f := trialForm()
		if err := r.Read(f); err != nil {
			return err
		}
		return r.Conflict(f, "8", map[string]string{"title": "Deras", "story": "Deras\nlånga"})
	}))
	w := s.visit(visit{method: "POST", path: "/skriv", body: "title=Mitt&kind=a&story=Min+text"})
	for _, want := range []string{`value="Mitt"`, "Deras\nlånga", "Min text", `name="_version" value="8"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if w.Code != http.StatusConflict {
		t.Errorf("status %d", w.Code)
	}
}

func FuzzTidy(f *testing.F) {
	f.Add("a\r\nb", true)
	f.Fuzz(func(t *testing.T, s string, lines bool) {
		once, ok := tidy(s, lines)
		if !ok {
			return
		}
		if again, ok := tidy(once, lines); !ok || again != once {
			t.Fatalf("%q becomes %q and then %q", s, once, again)
		}
	})
}
