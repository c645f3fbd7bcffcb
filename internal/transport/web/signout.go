package web

import (
	"net/http"

	"varn/internal/kit/fault"
)

// signoutView says that one is out, or asks whether one wants to be.
type signoutView struct{ SignedIn bool }

// signout ends the session. A session that had ended already is no failure.
func (s *Server) signout(r *Request) error {
	if r.HTTP.Method == http.MethodGet {
		return r.Page("signout.html", signoutView{SignedIn: r.Session != nil})
	}
	if r.Session != nil {
		s.forget(r)
		if err := s.Desks.SignIn.SignOut(r.Context(), r.Session); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	r.SignOut()
	return r.Redirect("/logga-ut")
}
