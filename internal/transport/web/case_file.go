package web

import (
	"io"
	"mime"
	"net/http"
	"time"
)

// caseFile gives an attachment to a member of the circle: as a file to keep, never as a page. The
// opening is in the log before its first byte.
func (s *Server) caseFile(r *Request) error {
	f, err := s.Desks.Cases.OpenFile(r.Context(), r.Session, r.Path("ref"), r.Path("item"))
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
