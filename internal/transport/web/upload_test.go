package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"varn/internal/kit/fault"
	"varn/internal/kit/locale"
	"varn/internal/transport/web/browser"
)

// shaky is an upload server that breaks off in the middle, more than once, and comes back.
type shaky struct {
	mu     sync.Mutex
	have   []byte
	length int
	breaks int
	posted []string
}

func (u *shaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	defer u.mu.Unlock()
	w.Header().Set("Tus-Resumable", "1.0.0")
	switch r.Method {
	case http.MethodPost:
		u.length, _ = strconv.Atoi(r.Header.Get("Upload-Length"))
		w.Header().Set("Location", "/fil/abc")
		w.WriteHeader(http.StatusCreated)
	case http.MethodHead:
		w.Header().Set("Upload-Offset", strconv.Itoa(len(u.have)))
	case http.MethodPatch:
		u.patch(w, r)
	}
}

func (u *shaky) patch(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upload-Offset") != strconv.Itoa(len(u.have)) {
		w.WriteHeader(http.StatusConflict)
		return
	}
	if u.breaks > 0 {
		u.breaks--
		b, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		u.have = append(u.have, b...)
		panic(http.ErrAbortHandler) // the connection breaks; what came is kept
	}
	b, _ := io.ReadAll(r.Body)
	u.have = append(u.have, b...)
	w.Header().Set("Upload-Offset", strconv.Itoa(len(u.have)))
	w.WriteHeader(http.StatusNoContent)
}

func uploadForm() *Form {
	return NewForm(Text("title", "nav.start"), File("files", "footer.about").UploadTo("/fil"))
}

func TestAnUploadGoesOnWhereItWasCut(t *testing.T) {
	t.Parallel()
	s, u := house(t), &shaky{breaks: 3}
	for _, l := range locale.Langs() {
		template.Must(s.views.by[l].New("upload.html").Parse(`<h1 class="ds-heading">Filer</h1>{{template "errors" .Form}}<form method="post" action="/ladda" novalidate>{{template "form-start" .Form}}{{template "fields" .Form}}<button class="ds-button">Skicka</button></form>`))
	}
	page := func(_ *Server, r *Request) error {
		f := uploadForm()
		r.Title("Filer")
		if r.HTTP.Method == http.MethodGet {
			return r.Page("upload.html", struct{ Form *Form }{f})
		}
		if err := r.Read(f); err != nil {
			return err
		}
		if len(f.Uploads("files")) != 1 {
			return fault.New(fault.Invalid, "fault.form")
		}
		u.posted = f.Uploads("files")
		return r.Redirect("/om")
	}
	s.route(get("/ladda", "upload", Public, page))
	s.route(post("/ladda", "upload", Public, page))
	s.Handle("/fil", u)
	s.Handle("/fil/", u)
	url := serveHere(t, s)

	content := make([]byte, 9<<20)
	_, _ = rand.Read(content)
	path := filepath.Join(t.TempDir(), "bild å.bin")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	tab := chromium.Tab(t)
	tab.Expect("net::ERR_")
	tab.Expect("409") // the browser repeats the cut request once by itself
	tab.Open(url + "/ladda")
	tab.Type("#f-title", "Hej")
	tab.Attach("#f-files", path)
	browser.WaitFor(tab, `document.querySelector('.uploads')?.textContent.includes('bild å.bin är skickad')`)
	tab.Axe()
	if browser.Eval[int](tab, `sessionStorage.length`) != 0 {
		t.Error("the finished upload leaves a trace")
	}
	if tab.Follow("main button"); !strings.HasSuffix(tab.Address(), "/om") || len(u.posted) != 1 || u.posted[0] != "/fil/abc" {
		t.Errorf("the form carried %v", u.posted)
	}
	want, got := sha256.Sum256(content), sha256.Sum256(u.have)
	if hex.EncodeToString(want[:]) != hex.EncodeToString(got[:]) {
		t.Errorf("%d bytes arrived changed", len(u.have))
	}
}
