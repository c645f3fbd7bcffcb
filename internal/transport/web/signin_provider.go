package web

import (
	"net/http"
	"time"

	"varn/internal/kit/fault"
	"varn/internal/usecase/signin"
)

// providerCookie keeps, for the minutes that somebody is at an identity provider, the bits that
// tie the answer to this browser.
func (s *Server) providerCookie() string {
	if s.TLS {
		return "__Host-varn_with"
	}
	return "varn_with"
}

// providers are the organisation's identity providers as the sign-in page shows them.
func (s *Server) providers(r *Request) []providerLink {
	var out []providerLink
	if s.Desks.SignIn == nil {
		return nil
	}
	for _, w := range s.Desks.SignIn.Ways() {
		out = append(out, providerLink{Name: w.Name, Href: withOnward(signInPath+"/med/"+w.Slug, r.Onward())})
	}
	return out
}

// signinProvider sends the visitor to an identity provider.
func (s *Server) signinProvider(r *Request) error {
	sent, err := s.Desks.SignIn.SendTo(r.Context(), r.Organisation.ID, r.Path("provider"), r.Onward(), s.from(r))
	if err != nil {
		return err
	}
	r.cookie(s.providerCookie(), sent.Browser, time.Time{})
	http.Redirect(r.W, r.HTTP, sent.Address, http.StatusSeeOther)
	return nil
}

// signinProvided takes the visitor back. Whatever did not hold is one answer.
func (s *Server) signinProvided(r *Request) error {
	c, err := r.HTTP.Cookie(s.providerCookie())
	browser := ""
	if err == nil {
		browser = c.Value
	}
	r.cookie(s.providerCookie(), "", time.Unix(1, 0))
	r.back = signInPath // the code in this address belongs in no link
	query := r.HTTP.URL.Query()
	secret, to, err := s.Desks.SignIn.ByProvider(r.Context(), signin.Returned{Org: r.Organisation.ID, Slug: r.Path("provider"),
		State: query.Get("state"), Code: query.Get("code"), Browser: browser, Label: device(r), From: s.from(r)})
	if fault.Is(err, fault.Denied) {
		f := signinForm()
		f.Fail("", "signin.provider-failed")
		r.form = f
		return r.Page("signin.html", signinView{Form: f, Finish: signInPath + "/nyckel", Providers: s.providers(r)})
	}
	if err != nil {
		return err
	}
	r.SignIn(secret)
	if !local(to) {
		to = "/"
	}
	return r.Redirect(to)
}
