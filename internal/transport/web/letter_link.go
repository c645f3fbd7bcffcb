package web

import (
	"net/http"
	"time"

	"varn/internal/kit/fault"
)

const letterLinkPath = "/anmal/brev/"

// letterLinkView is where the link under a forwarded letter leads: the letter is reported in one press, without signing in.
type letterLinkView struct {
	Action  string
	Address string
	At      time.Time
	Old     bool
}

// letterLink shows what the link reports, and opens the report with the letter in it. The link is used up by the press, not by
// the look: programs that follow the links of a letter do no harm.
func (s *Server) letterLink(r *Request) error {
	secret := r.Path("token")
	r.back = reportPath // the address holds the secret: nothing on the page repeats it but the form
	about, err := s.Desks.Mail.LinkedLetter(r.Context(), r.Organisation.ID, secret)
	if err == nil && r.HTTP.Method == http.MethodPost {
		if about, err = s.Desks.Mail.OpenLink(r.Context(), r.Organisation.ID, secret); err == nil {
			r.arrive()
			return s.reportLetter(r, about, func() error { return s.Desks.Mail.EndLink(r.Context(), r.Organisation.ID, secret) })
		}
	}
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		r.Status(http.StatusNotFound)
		return r.Page("letter_link.html", letterLinkView{Old: true})
	}
	if err != nil {
		return err
	}
	return r.Page("letter_link.html", letterLinkView{Action: letterLinkPath + secret, Address: about.Box, At: about.Received.Time()})
}
