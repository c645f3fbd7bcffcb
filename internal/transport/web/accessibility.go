package web

// accessibilityView (tillgänglighetsredogörelse) is the statement that 2018:1937 13 § asks for,
// with the way to tell us of barriers.
type accessibilityView struct{ Organisation Organisation }

func (s *Server) accessibility(r *Request) error {
	return r.Page("accessibility.html", accessibilityView{r.Organisation})
}
