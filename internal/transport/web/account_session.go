package web

import "net/http"

// accountSessionEnd ends one of the visitor's own sessions or tokens.
func (s *Server) accountSessionEnd(r *Request) error {
	f := idForm()
	if err := r.Read(f); err != nil {
		return err
	}
	if err := s.Desks.SignIn.Revoke(r.Context(), r.Session, f.Text("id")); err != nil {
		return err
	}
	if f.Text("id") == r.Session.ID {
		r.SignOut()
		return r.Redirect("/logga-ut")
	}
	return r.Redirect(accountPath)
}

// accountSignoutEverywhere asks first, then ends every session and token of the visitor's.
func (s *Server) accountSignoutEverywhere(r *Request) error {
	if r.HTTP.Method == http.MethodGet {
		return r.Page("confirm.html", Confirm{
			Heading: r.Text("account.everywhere-ask"), Text: r.Text("account.everywhere-text"), Action: "/konto/overallt",
			Button: r.Text("account.everywhere"), Danger: true, Back: accountPath,
		})
	}
	if err := s.Desks.SignIn.SignOutEverywhere(r.Context(), r.Session); err != nil {
		return err
	}
	r.SignOut()
	return r.Redirect("/logga-ut")
}
