package web

import "slices"

// startView is the first page: what Värn is, the way in, and what to do in danger.
type startView struct {
	SignedIn bool
	Name     string
	Rooms    []navLink
}

func (s *Server) start(r *Request) error {
	if r.Organisation.ID == "" && s.Desks.Founding != nil {
		return r.Redirect(setupPath)
	}
	view := startView{SignedIn: r.Session != nil}
	if r.Session != nil {
		view.Name = r.Session.Name
		for _, link := range s.nav(r) {
			if !slices.Contains([]string{"/", reportPath, receiptPath, brochurePath}, link.Path) {
				view.Rooms = append(view.Rooms, link)
			}
		}
	}
	return r.Page("start.html", view)
}
