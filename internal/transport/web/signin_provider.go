package web

// providers are the organisation's identity providers as the sign-in page shows them.
func (s *Server) providers(*Request) []providerLink { return nil }
