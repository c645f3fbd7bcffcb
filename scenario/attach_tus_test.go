package scenario

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"varn/internal/domain/casefile"
)

// sender is a tus client with somebody's cookie. Nothing follows a redirect.
type sender struct {
	t   testing.TB
	url string
	a   *actor
}

type tusAsk struct {
	method, path string
	header       map[string]string
	body         io.Reader
}

func (s sender) ask(in tusAsk) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), in.method, s.url+in.path, in.body)
	if err != nil {
		s.t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "varn_session", Value: s.a.secret})
	req.Header.Set("Tus-Resumable", "1.0.0")
	for k, v := range in.header {
		req.Header.Set(k, v)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = res.Body.Close() })
	return res
}

func (s sender) create(name string, length int) string {
	s.t.Helper()
	res := s.ask(tusAsk{method: "POST", path: "/ladda-upp", header: map[string]string{"Upload-Length": strconv.Itoa(length),
		"Upload-Metadata": "filename " + base64.StdEncoding.EncodeToString([]byte(name)) + ",filetype " + base64.StdEncoding.EncodeToString([]byte("text/html"))}})
	if res.StatusCode != http.StatusCreated || res.Header.Get("Upload-Expires") == "" {
		s.t.Fatalf("create: %d %v", res.StatusCode, res.Header)
	}
	return res.Header.Get("Location")
}

func (s sender) patch(path string, offset int, body []byte) int {
	s.t.Helper()
	return s.ask(tusAsk{"PATCH", path, map[string]string{"Upload-Offset": strconv.Itoa(offset), "Content-Type": "application/offset+octet-stream"}, bytes.NewReader(body)}).StatusCode
}

func (s sender) offset(path string) int {
	s.t.Helper()
	res := s.ask(tusAsk{method: "HEAD", path: path})
	n, err := strconv.Atoi(res.Header.Get("Upload-Offset"))
	if res.StatusCode != http.StatusOK || err != nil || res.Header.Get("Cache-Control") != "no-store" {
		s.t.Fatalf("head: %d %v", res.StatusCode, res.Header)
	}
	return n
}

// breaksOff sends the head of a PATCH and part of its body over a connection of its own, waits
// until the server has taken some of it, and is gone.
func (s sender) breaksOff(path string, offset int, body []byte, send int) {
	s.t.Helper()
	host := strings.TrimPrefix(s.url, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		s.t.Fatal(err)
	}
	head := "PATCH " + path + " HTTP/1.1\r\nHost: " + host + "\r\nCookie: varn_session=" + s.a.secret + "\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: " + strconv.Itoa(offset) +
		"\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
	if _, err := c.Write(append([]byte(head), body[:send]...)); err != nil {
		s.t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// serves puts the house on a port of its own; the story ends it itself.
func (w *town) serves() *httptest.Server {
	w.t.Helper()
	handler, err := w.house.Handler(false)
	must(w.t, err)
	return httptest.NewServer(handler)
}

func TestAnUploadSurvivesACutAndARestart(t *testing.T) {
	t.Parallel()
	w := found(t)
	ref := w.head.opens("Ärende", "text")
	content := random(5 << 20)
	server := w.serves()
	s := sender{t, server.URL, w.head}
	path := s.create("a/../b\\..\\\x00\u202egnp.exe\"\r\nX: y", len(content))
	s.breaksOff(path, 0, content, 3<<20)
	got := 0
	for range 500 { // what came before the cut is acknowledged when the server has noticed it
		if got = s.offset(path); got > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got == 0 || got > 3<<20 {
		t.Fatalf("%d bytes were kept", got)
	}
	server.Close()
	w.reopen()
	server = w.serves()
	defer server.Close()
	s.url = server.URL
	if again := s.offset(path); again != got {
		t.Fatalf("after the restart %d bytes, before %d", again, got)
	}
	if status := s.patch(path, got, content[got:]); status != http.StatusNoContent {
		t.Fatalf("going on: %d", status)
	}
	if status := s.post("/arende/"+ref, url.Values{"_once": {strings.Repeat("0", 26)}, "text": {"Se filen."}, "files_upload": {path}}); status != http.StatusSeeOther {
		t.Fatalf("attaching: %d", status)
	}
	f, file := w.head.file(ref, 0)
	if !bytes.Equal(file, content) || f.Name != `gnp.exe"X: y` || f.Type != "application/octet-stream" {
		t.Fatalf("%+v", f)
	}
	open, err := w.head.reads(ref)
	if err != nil {
		t.Fatal(err)
	}
	id := ""
	for _, e := range open.Timeline {
		if e.Kind == casefile.Attachment {
			id = e.ID
		}
	}
	res := s.ask(tusAsk{method: "GET", path: "/arende/" + ref + "/fil/" + id})
	b, _ := io.ReadAll(res.Body)
	_, disposition, err := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
	if err != nil || disposition["filename"] != f.Name || sha256.Sum256(b) != sha256.Sum256(content) || res.ContentLength != int64(len(content)) {
		t.Fatalf("%v %v, %d bytes", res.Header, err, len(b))
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store", "Content-Type": "application/octet-stream"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	res = s.ask(tusAsk{method: "GET", path: "/arende/" + ref + "/fil/" + id, header: map[string]string{"Range": "bytes=70000-140000"}})
	if b, _ = io.ReadAll(res.Body); res.StatusCode != http.StatusPartialContent || !bytes.Equal(b, content[70000:140001]) {
		t.Fatalf("a range: %d, %d bytes", res.StatusCode, len(b))
	}
}

func (s sender) post(path string, form url.Values) int {
	s.t.Helper()
	return s.ask(tusAsk{"POST", path, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(form.Encode())}).StatusCode
}

func TestTheUploadProtocolRefusesInItsOwnWords(t *testing.T) {
	t.Parallel()
	w := found(t)
	server := w.serves()
	t.Cleanup(server.Close)
	s := sender{t, server.URL, w.head}
	res := s.ask(tusAsk{method: "OPTIONS", path: "/ladda-upp"})
	if res.StatusCode != http.StatusNoContent || res.Header.Get("Tus-Version") != "1.0.0" || res.Header.Get("Tus-Max-Size") != "2147483648" {
		t.Errorf("options: %d %v", res.StatusCode, res.Header)
	}
	path := s.create("x", 8)
	bytesType := map[string]string{"Content-Type": "application/offset+octet-stream"}
	for name, c := range map[string]struct {
		in   tusAsk
		want int
	}{
		"another version":     {tusAsk{method: "HEAD", path: path, header: map[string]string{"Tus-Resumable": "0.2.2"}}, http.StatusPreconditionFailed},
		"no length":           {tusAsk{method: "POST", path: "/ladda-upp"}, http.StatusBadRequest},
		"too large":           {tusAsk{method: "POST", path: "/ladda-upp", header: map[string]string{"Upload-Length": "2147483649"}}, http.StatusRequestEntityTooLarge},
		"odd metadata":        {tusAsk{method: "POST", path: "/ladda-upp", header: map[string]string{"Upload-Length": "1", "Upload-Metadata": "filename ***"}}, http.StatusBadRequest},
		"a guessed address":   {tusAsk{method: "HEAD", path: "/ladda-upp/" + strings.Repeat("A", 43)}, http.StatusNotFound},
		"no address":          {tusAsk{method: "HEAD", path: "/ladda-upp/x"}, http.StatusNotFound},
		"no offset":           {tusAsk{method: "PATCH", path: path, header: bytesType}, http.StatusBadRequest},
		"another media type":  {tusAsk{method: "PATCH", path: path, header: map[string]string{"Upload-Offset": "0"}}, http.StatusUnsupportedMediaType},
		"wrong offset":        {tusAsk{"PATCH", path, map[string]string{"Upload-Offset": "3", "Content-Type": bytesType["Content-Type"]}, strings.NewReader("x")}, http.StatusConflict},
		"too long":            {tusAsk{"PATCH", path, map[string]string{"Upload-Offset": "0", "Content-Type": bytesType["Content-Type"]}, strings.NewReader("nio tecken")}, http.StatusRequestEntityTooLarge},
		"too long, no length": {tusAsk{"PATCH", s.create("y", 8), map[string]string{"Upload-Offset": "0", "Content-Type": bytesType["Content-Type"]}, io.MultiReader(strings.NewReader("nio tecken"))}, http.StatusRequestEntityTooLarge},
	} {
		if res := s.ask(c.in); res.StatusCode != c.want {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if status := s.ask(tusAsk{method: "DELETE", path: path}).StatusCode; status != http.StatusNoContent {
		t.Errorf("ending: %d", status)
	}
	if status := s.ask(tusAsk{method: "HEAD", path: path}).StatusCode; status != http.StatusNotFound {
		t.Errorf("after its end: %d", status)
	}
	if len(w.rows(`SELECT blob FROM epoch_doomed WHERE org = $1`)) != 0 {
		t.Error("its key is not destroyed")
	}
	expired := s.create("z", 8)
	w.write(`UPDATE upload SET expires = $2 WHERE org = $1`, int64(w.house.DB.Now())-1)
	if status := s.ask(tusAsk{method: "HEAD", path: expired}).StatusCode; status != http.StatusNotFound {
		t.Errorf("expired: %d", status)
	}
}

func TestFilesComeWithAPlainFormToo(t *testing.T) {
	t.Parallel()
	w := found(t)
	ref := w.head.opens("Ärende", "text")
	server := w.serves()
	t.Cleanup(server.Close)
	s := sender{t, server.URL, w.head}
	content := random(700_000)
	send := func(once string) *http.Response {
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		_ = form.WriteField("_once", once)
		_ = form.WriteField("text", "Se filerna.")
		one, _ := form.CreateFormFile("files", `..\..\ett.bin`)
		_, _ = one.Write(content)
		two, _ := form.CreateFormFile("files", "tom.txt")
		_, _ = two.Write(nil)
		_ = form.Close()
		return s.ask(tusAsk{"POST", "/arende/" + ref, map[string]string{"Content-Type": form.FormDataContentType()}, &b})
	}
	for range 2 { // a double submit
		if res := send(strings.Repeat("1", 26)); res.StatusCode != http.StatusSeeOther {
			b, _ := io.ReadAll(res.Body)
			t.Fatalf("%d %s", res.StatusCode, b)
		}
	}
	got, err := w.head.reads(ref)
	if err != nil || len(got.Timeline) != 4 {
		t.Fatalf("%d events, %v", len(got.Timeline), err)
	}
	if f, b := w.head.file(ref, 0); f.Name != "ett.bin" || !bytes.Equal(b, content) {
		t.Fatalf("%+v", f)
	}
	if f, b := w.head.file(ref, 1); f.Name != "tom.txt" || len(b) != 0 {
		t.Fatalf("%+v", f)
	}
	outsider := sender{t, server.URL, w.admin}
	withheld := outsider.ask(tusAsk{method: "GET", path: "/arende/" + ref})
	missing := outsider.ask(tusAsk{method: "GET", path: "/arende/2026-AAAA-AAAA"})
	one, _ := io.ReadAll(withheld.Body)
	two, _ := io.ReadAll(missing.Body)
	if withheld.StatusCode != http.StatusNotFound || missing.StatusCode != http.StatusNotFound || !bytes.Equal(one, two) {
		t.Errorf("withheld %d and missing %d differ", withheld.StatusCode, missing.StatusCode)
	}
}
