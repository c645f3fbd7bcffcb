package web

import (
	"strings"

	"varn/internal/domain/person"
)

// accountFingerprintView shows the person their own key's fingerprint, to be read aloud to whoever confirms it.
type accountFingerprintView struct {
	Groups    []string
	Name      string
	Confirmed bool
	// Founding is the first head of security, whom the custodians confirm.
	Founding bool
}

func (s *Server) accountFingerprint(r *Request) error {
	own, err := s.Desks.People.Own(r.Context(), r.Session)
	if err != nil {
		return err
	}
	view := accountFingerprintView{Groups: strings.Fields(own.Fingerprint), Name: own.Name, Confirmed: own.State == person.Confirmed}
	if !view.Confirmed {
		first, waits, err := s.Desks.Founding.Waiting(r.Context(), r.Organisation.ID)
		if err != nil {
			return err
		}
		view.Founding = waits && first.Person == own.ID
	}
	return r.Page("account_fingerprint.html", view)
}
