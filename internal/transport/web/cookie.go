package web

import (
	"net/http"
	"time"
)

const languageCookie = "varn_lang"

// sessionCookie carries the __Host- prefix over TLS: no other host and no subpath can set it.
func (s *Server) sessionCookie() string {
	if s.TLS {
		return "__Host-varn_session"
	}
	return "varn_session"
}

// SignIn hands the browser its session. The cookie ends with the browser, so that it leaves no
// trace on a shared computer; how long the session lasts is for its row to say.
func (r *Request) SignIn(token string) { r.cookie(r.server.sessionCookie(), token, time.Time{}) }

// SignOut takes the session back from the browser.
func (r *Request) SignOut() { r.cookie(r.server.sessionCookie(), "", time.Unix(1, 0)) }

// visit names a guest's visit; it ends with the browser too.
func (r *Request) visit(id string) { r.cookie(r.server.visitCookie(), id, time.Time{}) }

// unvisit takes the visit back.
func (r *Request) unvisit() { r.cookie(r.server.visitCookie(), "", time.Unix(1, 0)) }

// SessionToken is the cookie as it came, for ending its session.
func (r *Request) SessionToken() string {
	c, err := r.HTTP.Cookie(r.server.sessionCookie())
	if err != nil {
		return ""
	}
	return c.Value
}

func (r *Request) cookie(name, value string, expires time.Time) {
	http.SetCookie(r.W, &http.Cookie{
		Name: name, Value: value, Path: "/", Expires: expires,
		Secure: r.server.TLS, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
