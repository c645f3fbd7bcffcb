package web

import "net/http"

// leave (lämna sidan snabbt) wipes what this site left in the browser and goes somewhere neutral.
// It works without script. Only the browser's own history remains, and the page says so.
func (s *Server) leave(r *Request) error {
	r.W.Header().Set("Clear-Site-Data", `"cookies", "storage"`)
	r.SignOut()
	http.Redirect(r.W, r.HTTP, r.Organisation.leaveTo(), http.StatusSeeOther)
	return nil
}
