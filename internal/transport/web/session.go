package web

import (
	"net/http"
	"net/url"

	"varn/internal/domain/access"
	"varn/internal/kit/fault"
)

// signInPath is where whoever must sign in is sent; "vidare" is where they wanted to go.
const signInPath = "/logga-in"

// who looks up the session behind the cookie; no cookie, no lookup.
func (s *Server) who(r *Request) (*access.Session, error) {
	token := r.SessionToken()
	if token == "" {
		return nil, nil
	}
	return s.Config.Session(r.Context(), token)
}

// signInFirst sends a reader to sign in and back again. Who was sending something is told so
// instead, so that what they wrote stays in their browser.
func (r *Request) signInFirst() error {
	if r.HTTP.Method != http.MethodGet && r.HTTP.Method != http.MethodHead {
		return fault.New(fault.Denied, "fault.signed-out")
	}
	to := signInPath
	if here := r.here(); here != "/" {
		to += "?vidare=" + url.QueryEscape(here)
	}
	return r.Redirect(to)
}

// Onward is where the visitor wanted to go before they signed in: an address of ours, else the start page.
func (r *Request) Onward() string {
	if to := r.HTTP.URL.Query().Get("vidare"); local(to) {
		return to
	}
	return "/"
}
