package web

// personalView (personuppgifter) says how personal data is handled.
type personalView struct{ Organisation Organisation }

func (s *Server) personal(r *Request) error {
	return r.Page("personal.html", personalView{r.Organisation})
}
