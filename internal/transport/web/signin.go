package web

import (
	"net/http"
	"net/netip"
	"net/url"

	"varn/internal/kit/fault"
	"varn/internal/usecase/signin"
)

// signinView is the way in: a passkey first, a passphrase beside it, and the organisation's own
// identity providers, if there are any.
type signinView struct {
	Form *Form
	// Finish is where the passkey's answer goes, with where the visitor wanted to go.
	Finish string
	// Known is somebody who is identified and must unlock their key to go on.
	Known     bool
	Name      string
	Providers []providerLink
}

// providerLink leads to an identity provider.
type providerLink struct{ Name, Href string }

func signinForm() *Form {
	return NewForm(
		Email("address", "signin.address").Complete("username"),
		Password("passphrase", "signin.passphrase").Complete("current-password"),
	)
}

func (signinView) SampleForm() *Form { return signinForm() }

// signin shows the way in, and lets in by a passphrase.
func (s *Server) signin(r *Request) error {
	if r.Organisation.ID == "" {
		return r.Redirect(setupPath)
	}
	if r.Session.Unlocked() {
		return r.Redirect(r.Onward())
	}
	f := signinForm()
	if r.HTTP.Method == http.MethodPost {
		done, err := s.signinBy(r, f)
		if done || err != nil {
			return err
		}
	}
	view := signinView{Form: f, Finish: withOnward(signInPath+"/nyckel", r.Onward()), Known: r.Session != nil}
	if view.Known {
		view.Name = r.Session.Name
	} else {
		view.Providers = s.providers(r)
	}
	return r.Page("signin.html", view)
}

// signinBy tries the passphrase that was sent; done when the visitor is in.
func (s *Server) signinBy(r *Request, f *Form) (done bool, err error) {
	if err := r.Read(f); err != nil || f.Failed() {
		return false, err
	}
	secret, err := s.Desks.SignIn.ByPassphrase(r.Context(), signin.Try{
		Org: r.Organisation.ID, Address: f.Text("address"), Passphrase: f.Text("passphrase"), From: s.from(r), Label: device(r),
	})
	if fault.Is(err, fault.Denied) {
		f.Fail("", "signin.wrong")
		return false, nil
	}
	if err != nil {
		if f.Take(err) {
			err = nil
		}
		return false, err
	}
	r.SignIn(secret)
	return true, r.Redirect(r.Onward())
}

// signinPasskeyBegin gives the authenticator its task.
func (s *Server) signinPasskeyBegin(r *Request) (any, error) {
	return offered(s.Desks.SignIn.BeginPasskey(r.Context(), r.Organisation.ID, s.from(r)))
}

// signinPasskey lets in by what the authenticator answered.
func (s *Server) signinPasskey(r *Request) (any, error) {
	var sent passkeySent
	if err := readJSON(r, &sent); err != nil {
		return nil, err
	}
	unlock := sent.unlock()
	if unlock == nil {
		return nil, fault.New(fault.Invalid, "signin.no-unlock")
	}
	secret, err := s.Desks.SignIn.ByPasskey(r.Context(), signin.Answer{
		Org: r.Organisation.ID, Ceremony: sent.Ceremony, Response: sent.Credential, Unlock: unlock, From: s.from(r), Label: device(r),
	})
	if err != nil {
		return nil, err
	}
	r.SignIn(secret)
	return onward{Next: r.Onward()}, nil
}

// from is the visitor's own address.
func (s *Server) from(r *Request) netip.Addr {
	if s.Desks.From == nil {
		return netip.Addr{}
	}
	return s.Desks.From(r.HTTP)
}

// withOnward carries along where the visitor wanted to go.
func withOnward(path, to string) string {
	if to == "/" {
		return path
	}
	return path + "?vidare=" + url.QueryEscape(to)
}
