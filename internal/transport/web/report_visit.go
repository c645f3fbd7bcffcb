package web

import (
	"varn/internal/domain/access"
	"varn/internal/kit/ident"
)

// visitCookie is the name of a guest's visit: what their drafts and files belong to until they
// leave. It carries nothing but a random id, and ends with the browser.
func (s *Server) visitCookie() string {
	if s.TLS {
		return "__Host-varn_visit"
	}
	return "varn_visit"
}

// sender is whose drafts and files these are: who is signed in, else the guest of this visit, else
// nil.
func (r *Request) sender() *access.Session {
	if r.Session != nil {
		return r.Session
	}
	if r.guest == nil {
		if c, err := r.HTTP.Cookie(r.server.visitCookie()); err == nil && ident.Valid(c.Value) {
			r.guest = access.GuestOf(r.Organisation.ID, c.Value)
		}
	}
	return r.guest
}

// arrive gives whoever sends something for the first time a visit of their own.
func (r *Request) arrive() *access.Session {
	if who := r.sender(); who != nil {
		return who
	}
	r.guest = access.GuestOf(r.Organisation.ID, ident.New())
	r.visit(r.guest.ID)
	return r.guest
}

// anybody is the sender, or a guest who has not sent anything yet.
func (r *Request) anybody() *access.Session {
	if who := r.sender(); who != nil {
		return who
	}
	return access.GuestOf(r.Organisation.ID, "")
}
