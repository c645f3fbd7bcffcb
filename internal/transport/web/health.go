package web

import "net/http"

// health says that the process answers; whether it can work is for ready to say.
func (s *Server) health(r *Request) error { return r.plain(http.StatusOK, "ok\n") }

func (s *Server) ready(r *Request) error {
	if err := s.Config.Ready(r.Context()); err != nil {
		return r.plain(http.StatusServiceUnavailable, "not ready\n")
	}
	return r.plain(http.StatusOK, "ready\n")
}

func (r *Request) plain(status int, text string) error {
	r.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	r.W.WriteHeader(status)
	_, _ = r.W.Write([]byte(text))
	return nil
}
