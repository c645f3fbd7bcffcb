package web

import (
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// caseFile gives an attachment to a member of the circle: as a file to keep, never as a page. The
// opening is in the log before its first byte.
func (s *Server) caseFile(r *Request) error {
	open := s.Desks.Cases.OpenFile
	if from := r.HTTP.Header.Get("Range"); strings.HasPrefix(from, "bytes=") && !strings.HasPrefix(from, "bytes=0-") {
		open = s.Desks.Cases.ReadOn
	}
	f, err := open(r.Context(), r.Session, r.Path("ref"), r.Path("item"))
	if err != nil {
		return err
	}
	h := r.W.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(slowly{r.W, http.NewResponseController(r.W)}, r.HTTP, "", time.Time{}, f)
	return nil
}

// slowly gives each write of an answer its own time, so that a slow connection gets all of a large
// file and one that is gone ends.
type slowly struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (s slowly) Write(b []byte) (int, error) {
	_ = s.control.SetWriteDeadline(time.Now().Add(uploadPatience))
	return s.ResponseWriter.Write(b)
}

// ReadFrom copies in larger parts than the standard library would.
func (s slowly) ReadFrom(from io.Reader) (int64, error) {
	return io.CopyBuffer(struct{ io.Writer }{s}, struct{ io.Reader }{from}, make([]byte, 256<<10))
}
