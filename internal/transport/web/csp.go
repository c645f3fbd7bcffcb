package web

import (
	"io"
	"net/http"
	"sync/atomic"
)

// reports counts what browsers refused to do on our pages. A report can quote a page, so that
// none is kept.
type reports struct{ n atomic.Int64 }

// Violations is how many Content-Security-Policy reports have come in since the start.
func (s *Server) Violations() int64 { return s.reports.n.Load() }

func (s *Server) csp(r *Request) error {
	_, _ = io.Copy(io.Discard, io.LimitReader(r.HTTP.Body, 16<<10))
	s.reports.n.Add(1)
	r.W.WriteHeader(http.StatusNoContent)
	return nil
}
