package web

// accessibilityView (tillgänglighetsredogörelse) is the statement that the law asks for (DOS 13),
// with the way to tell us of barriers.
type accessibilityView struct{ Organisation Organisation }

func (s *Server) accessibility(r *Request) error {
	return r.Page("accessibility.html", accessibilityView{r.Organisation})
}
