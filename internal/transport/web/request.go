package web

import (
	"context"
	"net/http"
	"strings"

	"varn/internal/domain/access"
	"varn/internal/kit/locale"
)

// Request is one visit to a route: what was asked, by whom, in which language, and the ways to answer.
type Request struct {
	HTTP *http.Request
	// W is for the few routes that do not answer with a page.
	W http.ResponseWriter

	Lang locale.Lang
	// Session is who is signed in, or nil.
	Session      *access.Session
	Organisation Organisation
	Route        *Route

	server *Server
	guest  *access.Session
	form   *Form
	title  string
	status int
	back   string
	// steps: the page's form with the id "steps" is sent along when the language is switched.
	steps bool
}

// Context ends when the visitor goes away.
func (r *Request) Context() context.Context { return r.HTTP.Context() }

// Path gives a {wildcard} of the route's address.
func (r *Request) Path(name string) string { return r.HTTP.PathValue(name) }

// Query gives a parameter of the address; at most 200 bytes, without control characters.
func (r *Request) Query(name string) string {
	s, _ := tidy(r.HTTP.URL.Query().Get(name), false)
	if len(s) > 200 {
		return ""
	}
	return s
}

// Text says a text in the visitor's language.
func (r *Request) Text(k locale.Key, args ...any) string {
	return r.server.texts.Say(r.Lang, k, args...)
}

// Count says a text by number in the visitor's language.
func (r *Request) Count(k locale.Key, n int) string {
	return r.server.texts.Count(r.Lang, k, n)
}

// Title replaces the page's own title, which is the text NAME.title of NAME.html.
func (r *Request) Title(title string) { r.title = title }

// Status replaces 200 (or 422, when the form that was read has errors).
func (r *Request) Status(code int) { r.status = code }

// Redirect sends the visitor on with 303, so that reloading the next page repeats nothing.
// The address is one of ours: it begins with a single slash, or it becomes the start page.
func (r *Request) Redirect(to string) error {
	if !local(to) {
		to = "/"
	}
	http.Redirect(r.W, r.HTTP, to, http.StatusSeeOther)
	return nil
}

// local tells whether an address stays here: no other host, nothing that a browser reads as one.
func local(to string) bool {
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") &&
		!strings.ContainsAny(to, "\\\r\n\t\x00") && len(to) <= 1000
}

// here is the address that the language switch and the sign-in come back to.
func (r *Request) here() string {
	if r.back != "" {
		return r.back
	}
	if r.HTTP.Method != http.MethodGet || !local(r.HTTP.URL.Path) {
		return r.HTTP.URL.EscapedPath()
	}
	q := r.HTTP.URL.Query()
	q.Del("lang")
	if len(q) == 0 {
		return r.HTTP.URL.EscapedPath()
	}
	return r.HTTP.URL.EscapedPath() + "?" + q.Encode()
}
