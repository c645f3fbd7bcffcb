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
	r.speak(l)
	return r.Redirect(r.HTTP.URL.Query().Get("tillbaka"))
}

// speak answers in a language from now on.
func (r *Request) speak(l locale.Lang) {
	r.Lang = l
	http.SetCookie(r.W, &http.Cookie{
		Name: languageCookie, Value: string(l), Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		Secure: r.server.TLS, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
