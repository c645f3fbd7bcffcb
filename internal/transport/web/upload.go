package web

import (
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"varn/internal/domain/access"
	"varn/internal/domain/casefile"
	"varn/internal/kit/fault"
	"varn/internal/usecase/casework"
)

const (
	uploadPath = "/ladda-upp"
	tusVersion = "1.0.0"
	// uploadPatience is how long a connection that sends a file may be silent.
	uploadPatience = time.Minute
)

// Uploads answers the tus 1.0 protocol with creation, creation-defer-length, expiration and
// termination. An upload's address is Base, a slash and 256 random bits that open it and are
// nowhere else; so its address must be in no log.
type Uploads struct {
	Cases *casework.Desk
	Base  string
}

// Serve answers one request of a subject; address is what follows Base and a slash, or empty.
func (u Uploads) Serve(w http.ResponseWriter, r *http.Request, s *access.Session, address string) {
	h := w.Header()
	h.Set("Tus-Resumable", tusVersion)
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodOptions {
		h.Set("Tus-Version", tusVersion)
		h.Set("Tus-Extension", "creation,creation-defer-length,expiration,termination")
		h.Set("Tus-Max-Size", strconv.FormatInt(casefile.MaxFile, 10))
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if r.Header.Get("Tus-Resumable") != tusVersion {
		h.Set("Tus-Version", tusVersion)
		w.WriteHeader(http.StatusPreconditionFailed)
		return
	}
	if s == nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer := u.act(w, r, s, address)
	if answer >= http.StatusBadRequest {
		// What was not read of the body is not worth the connection.
		h.Set("Connection", "close")
	}
	w.WriteHeader(answer)
}

// act does what was asked and gives the status.
func (u Uploads) act(w http.ResponseWriter, r *http.Request, s *access.Session, address string) int {
	if address == "" {
		if r.Method != http.MethodPost {
			return http.StatusMethodNotAllowed
		}
		return u.create(w, r, s)
	}
	switch r.Method {
	case http.MethodHead:
		p, err := u.Cases.UploadProgress(r.Context(), s.Org, address)
		if err != nil {
			return tusStatus(err)
		}
		tellProgress(w.Header(), p)
		if p.Length >= 0 {
			w.Header().Set("Upload-Length", strconv.FormatInt(p.Length, 10))
		} else {
			w.Header().Set("Upload-Defer-Length", "1")
		}
		return http.StatusOK
	case http.MethodPatch:
		return u.patch(w, r, s, address)
	case http.MethodDelete:
		if err := u.Cases.DropUpload(r.Context(), s.Org, address); err != nil {
			return tusStatus(err)
		}
		return http.StatusNoContent
	}
	return http.StatusMethodNotAllowed
}

func (u Uploads) create(w http.ResponseWriter, r *http.Request, s *access.Session) int {
	length, ok := count(r, "Upload-Length")
	if !ok || length < 0 && r.Header.Get("Upload-Defer-Length") != "1" {
		return http.StatusBadRequest
	}
	about, ok := metadata(r.Header.Get("Upload-Metadata"))
	if !ok {
		return http.StatusBadRequest
	}
	p, err := u.Cases.BeginUpload(r.Context(), s, casework.NewUpload{Name: about["filename"], Type: about["filetype"], Length: length})
	if err != nil {
		return tusStatus(err)
	}
	tellProgress(w.Header(), p)
	w.Header().Set("Location", u.Base+"/"+p.Secret)
	return http.StatusCreated
}

func (u Uploads) patch(w http.ResponseWriter, r *http.Request, s *access.Session, address string) int {
	if r.Header.Get("Content-Type") != "application/offset+octet-stream" {
		return http.StatusUnsupportedMediaType
	}
	offset, ok := count(r, "Upload-Offset")
	length, known := count(r, "Upload-Length")
	if !ok || !known || offset < 0 {
		return http.StatusBadRequest
	}
	control := http.NewResponseController(w)
	p, err := u.Cases.AppendUpload(r.Context(), s.Org, casework.Appending{Address: address, Offset: offset, Length: length, Size: r.ContentLength,
		Body: patient{r.Body, control}, Stop: func() { _ = control.SetReadDeadline(time.Unix(1, 0)) }})
	if err != nil {
		return tusStatus(err)
	}
	tellProgress(w.Header(), p)
	return http.StatusNoContent
}

func tellProgress(h http.Header, p casework.Progress) {
	h.Set("Upload-Offset", strconv.FormatInt(p.Received, 10))
	h.Set("Upload-Expires", p.Expires.UTC().Format(http.TimeFormat))
}

// tusStatus is what a tus client makes of a failure: 404 and 410 end an upload, 409 and 423 make
// it ask for the offset, 413 makes it give up, and all else is tried again.
func tusStatus(err error) int {
	f := fault.Of(err)
	switch f.Code {
	case "upload.too-long":
		return http.StatusRequestEntityTooLarge
	case "upload.locked":
		return http.StatusLocked
	case "upload.offset":
		return http.StatusConflict
	case "blob.full":
		return http.StatusInsufficientStorage
	case "fault.cut-off":
		return http.StatusBadRequest
	}
	return statusOf(f)
}

// count reads a header that is a number; -1 when it is not there.
func count(r *http.Request, name string) (int64, bool) {
	text := r.Header.Get(name)
	if text == "" {
		return -1, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}

// metadata reads the pairs of Upload-Metadata: names with values in base64.
func metadata(text string) (map[string]string, bool) {
	out := map[string]string{}
	if len(text) > 4000 {
		return nil, false
	}
	for pair := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		b, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return nil, false
		}
		out[name] = string(b)
	}
	return out, true
}

// patient gives each read of a body its own time, so that a slow connection lives and a silent
// one ends.
type patient struct {
	io.Reader
	control *http.ResponseController
}

func (p patient) Read(b []byte) (int, error) {
	_ = p.control.SetReadDeadline(time.Now().Add(uploadPatience)) // not every writer can (tests)
	return p.Reader.Read(b)
}

// upload (ladda upp) is the pages' own address of the protocol, for guests too: the first step of a
// report gives them a visit.
func (s *Server) upload(r *Request) error {
	Uploads{Cases: s.Desks.Cases, Base: uploadPath}.Serve(r.W, r.HTTP, r.sender(), r.Path("address"))
	return nil
}
