package web

import "net/http"

// leave (lämna sidan snabbt) wipes what this site left in the browser and goes somewhere neutral.
// It works without script. Only the browser's own history remains, and the page says so.
func (s *Server) leave(r *Request) error {
	s.forget(r)
	r.W.Header().Set("Clear-Site-Data", `"cookies", "storage"`)
	r.SignOut()
	r.unvisit()
	http.Redirect(r.W, r.HTTP, r.Organisation.leaveTo(), http.StatusSeeOther)
	return nil
}

// forget erases the drafts and unused files of the visitor's session, and of
// their visit as a guest. What can't be erased now is
// when its time is out: leaving never waits for it to work.
func (s *Server) forget(r *Request) {
	if s.Desks.Cases == nil {
		return
	}
	if who, err := s.who(r); err == nil && who != nil {
		_ = s.Desks.Cases.LeaveDrafts(r.Context(), who)
	}
	if guest := r.sender(); guest != nil {
		_ = s.Desks.Cases.LeaveDrafts(r.Context(), guest)
	}
}
