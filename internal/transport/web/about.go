package web

// aboutView (om Värn) says what the platform is and how what people write is protected.
type aboutView struct{ Organisation Organisation }

func (s *Server) about(r *Request) error { return r.Page("about.html", aboutView{r.Organisation}) }
