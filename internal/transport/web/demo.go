package web

import "varn/internal/kit/fault"

// demo lets a visitor of the demo in by a link. Outside the demo there is no such page.
func (s *Server) demo(r *Request) error {
	if !s.Desks.Demo {
		return fault.New(fault.NotFound, "fault.not-found")
	}
	if _, err := s.Config.Session(r.Context(), r.Path("secret")); err != nil {
		return err
	}
	r.SignIn(r.Path("secret"))
	return r.Redirect("/")
}
