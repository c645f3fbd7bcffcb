package web

import (
	"net/http"
	"time"

	"varn/internal/kit/locale"
)

// language (språk) keeps the choice of language in a cookie and goes back. It changes nothing
// else, so that a plain link may lead here.
func (s *Server) language(r *Request) error {
	l, ok := locale.Known(r.Query("till"))
	if !ok {
		l = locale.Swedish
	}
	http.SetCookie(r.W, &http.Cookie{
		Name: languageCookie, Value: string(l), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		Secure: s.TLS, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	return r.Redirect(r.HTTP.URL.Query().Get("tillbaka"))
}
